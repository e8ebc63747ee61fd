"""Telling people: rows first, in the teller's transaction; mail leaves later, leased and retried."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import connection, transaction
from django.db.models import F, Q

from recovery.kernel import rows
from recovery.messages.channels import Mailbox, Unreachable
from recovery.messages.models import Message
from recovery.org.models import Person

log = structlog.get_logger(__name__)

STALE_AFTER: Final = timedelta(days=2)  # what nobody was told by then is no news any more
LEASE: Final = timedelta(minutes=2)
LEASED_AT_ONCE: Final = 50
MOST_TRIES: Final = 8
LONGEST_SUBJECT: Final = 200


def tell(
    *,
    person_ids: Collection[int],
    kind: str,
    subject: str,
    lines: Sequence[str],
    path: str,
    dedupe_key: str,
    at: datetime,
    expires_at: datetime | None = None,
) -> int:
    """Put a message into each person's inbox and queue it as e-mail; return how many rows.

    `dedupe_key` (up to 90 characters) names the occasion: a person told once about it is never
    told again. Mail not sent by `expires_at` (two days if not given) is not sent at all. Words
    must be neutral: references, codes and times, nobody's own data.
    """
    until = expires_at or at + STALE_AFTER
    found = [
        {
            "recipient_id": person_id,
            "channel": channel.value,
            "kind": kind,
            "subject": subject[:LONGEST_SUBJECT],
            "lines": list(lines),
            "path": path,
            "dedupe_key": f"{dedupe_key}:{person_id}:{channel.value}",
            "created_at": at,
            "expires_at": until,
            **_course(channel, at),
        }
        for person_id in sorted(set(person_ids))
        for channel in Message.Channel
    ]
    with connection.cursor() as cursor:
        written = rows.insert(
            cursor, Message, found, on_conflict="(dedupe_key) DO NOTHING", returning=["id"]
        )
    return len(written)


def _course(channel: Message.Channel, at: datetime) -> dict[str, object]:
    """An inbox is reached by writing to it; mail has its way before it."""
    if channel is Message.Channel.INBOX:
        return {"state": Message.State.SENT.value, "sent_at": at, "next_try_at": None}
    return {"state": Message.State.QUEUED.value, "sent_at": None, "next_try_at": at}


def deliver(now: datetime) -> int:
    """Send one batch of queued mail and return how many left. `now` is the wall clock.

    Rows are leased before sending, so that two workers never hold the same one; a worker that
    dies leaves them to the next after the lease, with the same Message-ID.
    """
    _expire(now)
    leased = _lease(now)
    if not leased:
        return 0
    try:
        with Mailbox() as mailbox:
            return sum(_send(mailbox, message, now) for message in leased)
    except Unreachable as error:
        # Nobody's fault but the server's: it costs no message a try.
        log.warning("mail server unreachable", error=str(error))
        Message.objects.filter(pk__in=[each.pk for each in leased], state="queued").update(
            leased_until=None, next_try_at=now + timedelta(minutes=1), error=str(error)[:500]
        )
        return 0


def _expire(now: datetime) -> None:
    """Set aside what is stale, and what is meant for people who have left."""
    stale = Q(expires_at__lt=now) | Q(recipient__is_active=False)
    unleased = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    queued = Message.objects.filter(unleased, stale, state=Message.State.QUEUED)
    keys = list(queued.values_list("pk", flat=True)[: LEASED_AT_ONCE * 20])
    if keys:
        Message.objects.filter(pk__in=keys, state=Message.State.QUEUED).update(
            state=Message.State.EXPIRED
        )


@transaction.atomic
def _lease(now: datetime) -> list[Message]:
    due = (
        Message.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("recipient")
        .filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now))
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gte=now))
        .filter(state=Message.State.QUEUED, next_try_at__lte=now, recipient__is_active=True)
        .order_by("next_try_at", "id")[:LEASED_AT_ONCE]
    )
    found = list(due)
    Message.objects.filter(pk__in=[each.pk for each in found]).update(leased_until=now + LEASE)
    return found


def _send(mailbox: Mailbox, message: Message, now: datetime) -> bool:
    mine = Message.objects.filter(pk=message.pk, state=Message.State.QUEUED)
    try:
        mailbox.send(message)
    except Unreachable:
        raise
    except Exception as error:
        log.exception("mail failed", message_id=message.pk, tries=message.tries + 1)
        dead = message.tries + 1 >= MOST_TRIES
        mine.update(
            state=Message.State.DEAD if dead else Message.State.QUEUED,
            tries=F("tries") + 1,
            next_try_at=now + timedelta(minutes=2**message.tries),
            leased_until=None,
            error=f"{type(error).__name__}: {error}"[:500],
        )
        return False
    mine.update(
        state=Message.State.SENT, sent_at=now, tries=F("tries") + 1, leased_until=None, error=""
    )
    return True


def expire_queued() -> int:
    """Set all waiting mail aside: what a simulated past told people is no news. How many."""
    return Message.objects.filter(state=Message.State.QUEUED).update(
        state=Message.State.EXPIRED
    )


def mark_read(*, message_id: int, person: Person, now: datetime) -> str | None:
    """Mark one of the person's inbox messages as read; its path, or None if it is not theirs."""
    mine = Message.objects.filter(
        pk=message_id, recipient=person, channel=Message.Channel.INBOX
    )
    mine.filter(read_at__isnull=True).update(read_at=now)
    return mine.values_list("path", flat=True).first()


def mark_all_read(*, person: Person, now: datetime) -> int:
    """Mark everything in the person's inbox as read; return how many were new."""
    return Message.objects.filter(
        recipient=person, channel=Message.Channel.INBOX, read_at__isnull=True
    ).update(read_at=now)
