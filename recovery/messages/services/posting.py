"""Letters to customers on their way: what they say is kept by whoever writes them."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from recovery.messages.models import Message
from recovery.messages.policy import record_of
from recovery.messages.services.telling import LONGEST_SUBJECT
from recovery.org.selectors import system_person

UNDO: Final = timedelta(seconds=15)


def post_letter(*, subject: str, path: str, dedupe_key: str, at: datetime) -> Message:
    """Line a letter to a customer up and return its delivery; it leaves after 15 seconds.

    `subject` names it in the delivery log and must be neutral. It never goes stale: it arrives,
    or it is given up and `letter.undelivered` is recorded.
    """
    return Message.objects.create(
        recipient=system_person(),  # a customer is nobody here
        channel=Message.Channel.LETTER,
        kind="letter",
        subject=subject[:LONGEST_SUBJECT],
        path=path,
        record=record_of(path),
        dedupe_key=dedupe_key,
        created_at=at,
        due_at=at + UNDO,
        next_try_at=at + UNDO,
    )


def call_back(*, message_id: int, at: datetime) -> bool:
    """Keep a letter from leaving; False when it has left, or is about to this very moment."""
    unleased = Q(leased_until__isnull=True) | Q(leased_until__lt=at)
    waiting = Message.objects.filter(
        unleased, pk=message_id, state=Message.State.QUEUED, tries=0
    )
    return bool(waiting.update(state=Message.State.EXPIRED, error="taken back"))
