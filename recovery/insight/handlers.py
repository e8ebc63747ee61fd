"""Whatever happens to a failure or a case makes what it counts for stale."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from recovery.events.registry import consumer_of_many
from recovery.insight import services

if TYPE_CHECKING:
    from recovery.events.models import Event

# Said of the failure alone, and yet none of its cases counts as before.
_OF_ALL_CASES: Final = frozenset({"failure.merged", "failure.unmerged", "failure.voided"})


@consumer_of_many("insight.facts", verbs=None)
def mark_stale(events: Sequence["Event"], now: datetime) -> None:
    """Mark the failures the events are about; the fold counts them anew."""
    del now
    services.mark({each.failure_id for each in events if each.failure_id is not None})


@consumer_of_many("insight.clocks", verbs=None)
def mark_clocks(events: Sequence["Event"], now: datetime) -> None:
    """Mark the cases the events are about; whatever touches a clock says so of its case."""
    del now
    services.mark_clocks({each.item_id for each in events if each.item_id is not None})
    whole = {each.failure_id for each in events if each.verb in _OF_ALL_CASES}
    services.mark_clocks_of({each for each in whole if each is not None})
