"""What the process track does when something is written in the log, and once a day."""

from datetime import datetime
from typing import TYPE_CHECKING

from processes import services
from processes.services.access import EVENT_OF
from recovery.events.registry import consumer, daily

if TYPE_CHECKING:
    from recovery.events.models import Event

_MOVED = frozenset({*EVENT_OF.values(), "process.refresh_continues"})
# Who owns a case says whether its triage has begun.
_TAKEN = frozenset({"case.assigned", "case.handed_over"})
_PLACING = frozenset({"process.action_added"})


@consumer("process-triage", verbs=frozenset({"failure.reported", "track.changed"}))
def triage(event: "Event", now: datetime) -> None:
    """Bring a new failure, or one whose process track waits again, to its case by rule."""
    del now  # what the rule sees is dated by the event
    if event.failure_id is None:
        return
    if event.verb == "track.changed" and (
        event.public.get("track") != "process" or event.public.get("state") != "waiting"
    ):
        return
    services.consider(failure_id=event.failure_id, now=event.at)


@consumer("process-tracks", verbs=_MOVED | _TAKEN | _PLACING)
def tracks(event: "Event", now: datetime) -> None:
    """Tell the failures of a case what has become of it, a hundred for each event."""
    del now
    if event.item_id is None or not event.stream.startswith("process:"):
        return
    services.refresh_on(
        process_id=event.item_id, now=event.at, after=event.public.get("after", 0)
    )


@daily("processes.silence")
def answer_for_the_silent(now: datetime) -> None:
    """Count candidates nobody judged within five working days as the same cause."""
    services.answer_for_the_silent(now=now)


@daily("processes.looks")
def remind_of_looks(now: datetime) -> None:
    """Tell holders that a planned look is due."""
    services.remind_of_looks(now=now)
