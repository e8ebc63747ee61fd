"""Whatever happens to a failure makes its fact stale."""

from datetime import datetime
from typing import TYPE_CHECKING

from recovery.events.registry import consumer
from recovery.insight import services

if TYPE_CHECKING:
    from recovery.events.models import Event


@consumer("insight.facts", verbs=None)
def mark_stale(event: "Event", now: datetime) -> None:
    """Mark the failure an event is about; the fold counts it anew."""
    del now
    if event.failure_id is not None:
        services.mark([event.failure_id])
