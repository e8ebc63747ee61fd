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


_KNOWN = frozenset({"failure.reported", "failure.edited", "failure.unmerged"})
_APART = frozenset({"process.unlinked"})
_GONE = frozenset({"failure.merged", "failure.voided"})


@consumer("process-triage", verbs=_KNOWN | _APART | _GONE | {"track.changed"})
def triage(event: "Event", now: datetime) -> None:
    """Bring a new failure, one taken out of its case, or one that waits again, to its case by rule.

    One that was merged, set aside or waived leaves the triage it was in.
    """
    del now  # what the rule sees is dated by the event
    failure_id, facts = event.failure_id, event.public
    if failure_id is None or facts.get("history"):
        return
    ours = facts.get("track") == "process"
    if event.verb in _GONE or (ours and facts.get("end") == "waived"):
        if facts.get("into"):
            services.follow_merge(merged_id=failure_id, into_id=facts["into"], now=event.at)
        services.let_go(failure_id=failure_id, now=event.at)
    elif event.verb in _KNOWN | _APART or (ours and facts.get("state") == "waiting"):
        if "mode_id" in facts.get("fields", ()):
            services.follow_kind(failure_id=failure_id)
        services.consider(failure_id=failure_id, now=event.at)


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
