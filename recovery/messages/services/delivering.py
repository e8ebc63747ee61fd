"""Delivering: leased, tried again with patience, and what cannot be delivered is laid aside."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

import structlog
from django.db import transaction
from django.db.models import F, Q

from recovery.events.services import record
from recovery.messages.channels import CARRIERS, Carrier, Refused, Unreachable
from recovery.messages.models import Attempt, Message
from recovery.messages.services.digests import compose_digests
from recovery.org.selectors import system_person

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(minutes=2)
LEASED_AT_ONCE: Final = 50
MOST_TRIES: Final = 8
OPEN: Final = (Message.State.QUEUED, Message.State.WAITING)


def deliver(now: datetime) -> int:
    """Send one batch of what is due and return how many left. `now` is the wall clock.

    Rows are leased before sending, so that two workers never hold the same one; a worker that
    dies leaves them to the next after the lease, with the same Message-ID.
    """
    _expire(now)
    compose_digests(now)
    leased = sorted(_lease(now), key=lambda each: each.channel)
    return sum(
        _carry(channel, list(messages), now)
        for channel, messages in groupby(leased, key=lambda each: each.channel)
    )


def _carry(channel: str, messages: Sequence[Message], now: datetime) -> int:
    try:
        with CARRIERS[channel]() as carrier:
            return sum(_send(carrier, message, now) for message in messages)
    except Unreachable as error:
        # Nobody's fault but the server's: it costs no message a try.
        log.warning("nobody there to deliver to", channel=channel, error=str(error))
        mine = Message.objects.filter(pk__in=[each.pk for each in messages])
        mine.filter(state=Message.State.QUEUED).update(
            leased_until=None, next_try_at=now + timedelta(minutes=1), error=str(error)[:500]
        )
        return 0


def _expire(now: datetime) -> None:
    """Set aside what is stale, and what is meant for people who have left."""
    # What waits for a digest is bundled when its time has come, however late: nothing is lost.
    stale = Q(state=Message.State.QUEUED, expires_at__lt=now) | Q(recipient__is_active=False)
    unleased = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    found = Message.objects.filter(unleased, stale, state__in=OPEN)
    keys = list(found.values_list("pk", flat=True)[: LEASED_AT_ONCE * 20])
    if keys:
        Message.objects.filter(pk__in=keys, state__in=OPEN).update(state=Message.State.EXPIRED)


@transaction.atomic
def _lease(now: datetime) -> list[Message]:
    due = (
        Message.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("recipient")
        .prefetch_related("parts")
        .filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now))
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gte=now))
        .filter(state=Message.State.QUEUED, next_try_at__lte=now, recipient__is_active=True)
        .filter(channel__in=CARRIERS)  # webhooks go at the pace of each receiver
        .order_by("next_try_at", "id")[:LEASED_AT_ONCE]
    )
    found = list(due)
    Message.objects.filter(pk__in=[each.pk for each in found]).update(leased_until=now + LEASE)
    return found


def _send(carrier: Carrier, message: Message, now: datetime) -> bool:
    try:
        carrier.send(message)
    except Unreachable:
        raise
    except Exception as error:
        # What a mail server says of a customer's letter names the customer.
        tell = log.warning if message.channel == Message.Channel.LETTER else log.exception
        facts = {"message_id": message.pk, "tries": message.tries + 1}
        tell("delivery failed", error=type(error).__name__, **facts)
        write_down(message, now, error)
        return False
    write_down(message, now, None)
    return True


@transaction.atomic
def write_down(message: Message, now: datetime, error: Exception | None) -> None:
    """Keep the attempt, and what follows from it."""
    said = _said(message, error) if error else ""
    Attempt.objects.create(
        message_id=message.pk,
        at=now,
        sent=error is None,
        error_class=type(error).__name__[:80] if error else "",
        error=said.replace("\x00", ""),
    )
    mine = Message.objects.filter(pk=message.pk, state=Message.State.QUEUED)
    done = {"tries": F("tries") + 1, "leased_until": None, "error": said.replace("\x00", "")}
    if error is None:
        mine.update(state=Message.State.SENT, sent_at=now, **done)
        return
    dead = isinstance(error, Refused) or message.tries + 1 >= MOST_TRIES
    changed = mine.update(
        state=Message.State.DEAD if dead else Message.State.QUEUED,
        next_try_at=now + timedelta(minutes=2**message.tries),
        **done,
    )
    if dead and changed and message.channel == Message.Channel.LETTER:
        record(
            stream=f"message:{message.pk}",
            verb="letter.undelivered",
            actor_id=system_person().pk,
            at=now,
            public={"message": message.pk},
        )


def _said(message: Message, error: Exception) -> str:
    """What the other end said, for operators to read: of customers not a word."""
    name = type(error).__name__
    return name if message.channel == Message.Channel.LETTER else f"{name}: {error}"[:500]


def expire_queued() -> int:
    """Set all waiting mail aside: what a simulated past told people is no news. How many."""
    return Message.objects.filter(state__in=OPEN).update(state=Message.State.EXPIRED)
