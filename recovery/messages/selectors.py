"""Reading a person's own inbox."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from recovery.messages.models import Message
from recovery.org.models import Person

PAGE = 30


@dataclass(frozen=True, slots=True)
class Inbox:
    """Newest first. `before` asks for the next older page; None when there is none."""

    messages: list[Message]
    before: int | None


def unread_count(person: Person) -> int:
    """How many inbox messages the person has not read; one query on its own small index."""
    return Message.objects.filter(
        recipient=person, channel=Message.Channel.INBOX, read_at__isnull=True
    ).count()


def inbox(person: Person, *, before: int | None = None, limit: int = PAGE) -> Inbox:
    """One page of the person's inbox; one query."""
    mine = Message.objects.filter(recipient=person, channel=Message.Channel.INBOX)
    if before is not None:
        mine = mine.filter(pk__lt=before)
    found = list(mine.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    return Inbox(shown, shown[-1].pk if len(found) > limit else None)


def oldest_unsent() -> datetime | None:
    """When the oldest mail that is still to be sent was written; None if none is."""
    queued = Message.objects.filter(state=Message.State.QUEUED)
    found: datetime | None = queued.aggregate(oldest=Min("created_at"))["oldest"]
    return found
