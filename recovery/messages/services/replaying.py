"""Dead letters sent again, and old ones thrown away."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from recovery.events.services import record
from recovery.kernel.refusals import Conflict, NotFound
from recovery.kernel.text import gettext_noop
from recovery.messages.models import Message
from recovery.messages.services.telling import STALE_AFTER
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.services import require

READ_KEPT: Final = timedelta(days=180)
UNREAD_KEPT: Final = timedelta(days=400)
PRUNED_AT_ONCE: Final = 20_000


@transaction.atomic
def send_again(*, message_id: int, actor: Person, now: datetime) -> None:
    """Queue one dead letter again, with its dedupe key and Message-ID.

    Raises NotAllowed without the permission, NotFound, and Conflict when it is not dead, or a
    letter to a customer: whoever wrote that was told, and the case goes on without it.
    """
    require(actor, Permission.OPERATE)
    mine = Message.objects.filter(pk=message_id)
    if mine.filter(channel=Message.Channel.LETTER).exists():
        raise Conflict(
            "not_ours_to_send",
            gettext_noop(
                "This was for a customer. Whoever wrote it was told, and writes again."
            ),
        )
    if not mine.exclude(channel=Message.Channel.INBOX).exists():
        raise NotFound("not_found", gettext_noop("There is no such delivery."))
    if not _queue_again(mine, actor, now):
        raise Conflict(
            "not_dead",
            gettext_noop(
                "This is not given up: it was sent, or will be tried again by itself."
            ),
        )


@transaction.atomic
def send_all_again(*, kind: str, actor: Person, now: datetime) -> int:
    """Queue every dead letter of a kind again; return how many."""
    require(actor, Permission.OPERATE)
    ours = Message.objects.exclude(channel=Message.Channel.LETTER)
    return _queue_again(ours.filter(kind=kind), actor, now)


def _queue_again(found: QuerySet[Message], actor: Person, now: datetime) -> int:
    dead = found.filter(state=Message.State.DEAD)
    keys = list(dead.select_for_update().order_by("pk").values_list("pk", flat=True))
    Message.objects.filter(pk__in=keys).update(
        state=Message.State.QUEUED,
        tries=0,
        due_at=now,
        next_try_at=now,
        leased_until=None,
        expires_at=now + STALE_AFTER,
    )
    for key in keys:
        record(stream=f"message:{key}", verb="message.replayed", actor_id=actor.pk, at=now)
    return len(keys)


def prune(*, now: datetime) -> int:
    """Throw away what was read or sent long ago, and unread notices still later; how many.

    What is still to be sent is never thrown away.
    """
    done = (Message.State.SENT, Message.State.EXPIRED, Message.State.KEPT, Message.State.DEAD)
    mail = Q(created_at__lt=now - READ_KEPT, state__in=done) & ~Q(channel="inbox")
    read = Q(channel="inbox", created_at__lt=now - READ_KEPT, read_at__lt=now - READ_KEPT)
    unread = Q(channel="inbox", created_at__lt=now - UNREAD_KEPT, read_at__isnull=True)
    old = Message.objects.filter(mail | read | unread)
    keys = list(old.order_by("created_at").values_list("pk", flat=True)[:PRUNED_AT_ONCE])
    # What a digest held goes with it.
    return Message.objects.filter(pk__in=keys).delete()[1].get("deliveries.Message", 0)
