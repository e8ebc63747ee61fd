"""Digests: one mail for all that waited, one for a person and a time, whoever is at work."""

from datetime import UTC, datetime
from typing import Final

import structlog
from django.db import connection, transaction
from django.utils.translation import ngettext

from recovery.kernel import rows
from recovery.messages.channels.email import DIGEST
from recovery.messages.models import Message, Preference
from recovery.messages.policy import Wishes, end_of_quiet, next_digest
from recovery.messages.selectors import wishes_of
from recovery.messages.services.telling import STALE_AFTER

PEOPLE_AT_ONCE: Final = 200
MOST_IN_ONE: Final = 200

log = structlog.get_logger(__name__)


def compose_digests(now: datetime) -> int:
    """Bundle what has waited long enough into one queued mail a person; return how many mails.

    The row that can be there once only, the digest, is written first; what it holds follows in
    the same transaction. So a worker that dies leaves everything waiting, and two make one mail.
    """
    due = Message.objects.filter(state=Message.State.WAITING, due_at__lte=now)
    people = list(due.values_list("recipient_id", flat=True).distinct()[:PEOPLE_AT_ONCE])
    return sum(_compose(person_id, now) for person_id in people)


@transaction.atomic
def _compose(person_id: int, now: datetime) -> bool:
    locked = Preference.objects.select_for_update(skip_locked=True, of=("self",))
    preference = locked.select_related("person").filter(pk=person_id).first()
    if preference is None:  # another worker is at it
        return False
    waiting = Message.objects.filter(
        recipient_id=person_id, state=Message.State.WAITING, due_at__lte=now
    )
    found = list(waiting.order_by("due_at", "pk").values_list("pk", "due_at"))
    if not found:
        return False
    keys, wishes = [pk for pk, _due in found[:MOST_IN_ONE]], wishes_of(preference)
    period = found[len(keys) - 1][1] or now
    digest_id = _write(person_id, period, len(keys), due=end_of_quiet(now, wishes), now=now)
    if digest_id is None:
        _roll_on(keys, wishes, now)
        return False
    Message.objects.filter(pk__in=keys).update(
        state=Message.State.BUNDLED, digest_id=digest_id, expires_at=None
    )
    return True


def _write(
    person_id: int, period: datetime, count: int, *, due: datetime, now: datetime
) -> int | None:
    """Write the digest of a time; None when there is one already."""
    subject = ngettext("%(count)d notice", "%(count)d notices", count) % {"count": count}
    row = {
        "recipient_id": person_id,
        "channel": Message.Channel.EMAIL.value,
        "kind": DIGEST,
        "subject": subject,
        "lines": [],
        "path": "/inbox/",
        "dedupe_key": f"digest:{person_id}:{period.astimezone(UTC):%Y%m%dT%H%M%S}",
        "created_at": now,
        "due_at": due,
        "next_try_at": due,
        "expires_at": due + STALE_AFTER,
    }
    with connection.cursor() as cursor:
        written = rows.insert(
            cursor, Message, [row], on_conflict="(dedupe_key) DO NOTHING", returning=["id"]
        )
    return int(written[0][0]) if written else None


def _roll_on(keys: list[int], wishes: Wishes, now: datetime) -> None:
    """What was written while its digest was being made goes into the next one, or at once."""
    log.info("digest already made", late=len(keys))
    late = Message.objects.filter(pk__in=keys)
    if wishes.digest_hours:
        due = end_of_quiet(next_digest(now, wishes), wishes)
        late.update(due_at=due, expires_at=due + STALE_AFTER)
        return
    due = end_of_quiet(now, wishes)
    late.update(
        state=Message.State.QUEUED, due_at=due, next_try_at=due, expires_at=due + STALE_AFTER
    )
