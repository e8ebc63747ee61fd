"""What the log's changes of urgency mean for running clocks."""

from datetime import datetime
from typing import TYPE_CHECKING

from recovery.clocks.services import follow_desk, follow_priority
from recovery.events.registry import consumer

if TYPE_CHECKING:
    from recovery.events.models import Event

RISEN = frozenset({"case.assessed", "case.double_deviation"})


@consumer(
    "clocks.priority",
    verbs=RISEN | {"failure.edited", "failure.priority_raised"},
)
def follow_new_priority(event: "Event", now: datetime) -> None:
    """Let clocks follow a failure or a case that became more or less urgent."""
    del now  # a late consumer gives nobody less time
    facts = event.public | event.private
    is_quiet = event.verb == "case.assessed" and not facts.get("at_risk")
    if event.failure_id is None or is_quiet:
        return
    follow_priority(
        failure_id=event.failure_id, at=event.at, actor_id=event.actor_id, reason=event.verb
    )


@consumer("clocks.desk", verbs=frozenset({"case.handed_over"}))
def follow_to_desk(event: "Event", now: datetime) -> None:
    """Let clocks count on in the hours of the desk a case was handed to."""
    del now  # a late consumer gives nobody more time
    if event.item_id is not None:
        follow_desk(
            item_id=event.item_id, at=event.at, actor_id=event.actor_id, reason=event.verb
        )
