"""What a broken promise, and a letter that was given up, do to their case."""

from datetime import datetime
from typing import TYPE_CHECKING

from cases.services import fail_by_promise, letter_undelivered
from recovery.clocks.states import ClockKind
from recovery.events.registry import consumer
from recovery.failures.states import TrackKind

if TYPE_CHECKING:
    from recovery.events.models import Event


@consumer("cases.promises", verbs=frozenset({"clock.breached"}))
def mark_broken_promise(event: "Event", now: datetime) -> None:
    """A promise that was not kept in time is a recovery that failed as well."""
    del now  # it is broken since it fell due, however late that is noticed
    of_customer = event.stream.startswith(f"{TrackKind.CUSTOMER}:")
    if event.item_id is None or not of_customer:
        return
    if event.public.get("kind") == ClockKind.PROMISE:
        fail_by_promise(case_id=event.item_id, now=event.at)


@consumer("cases.letters", verbs=frozenset({"letter.undelivered"}))
def mark_undelivered(event: "Event", now: datetime) -> None:
    """Words that no mail server takes were never said."""
    del now  # they are unsaid since they were given up
    letter_undelivered(message_id=event.public["message"], now=event.at)
