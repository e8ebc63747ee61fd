"""Whatever happens to a failure makes its fact stale."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from recovery.events.registry import consumer_of_many
from recovery.insight import services

if TYPE_CHECKING:
    from recovery.events.models import Event


@consumer_of_many("insight.facts", verbs=None)
def mark_stale(events: Sequence["Event"], now: datetime) -> None:
    """Mark the failures the events are about; the fold counts them anew."""
    del now
    services.mark({each.failure_id for each in events if each.failure_id is not None})
