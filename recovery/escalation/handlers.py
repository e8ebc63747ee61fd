"""What the log's firings set in motion."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from recovery.escalation.services import answer_firings
from recovery.events.registry import consumer_of_many

if TYPE_CHECKING:
    from recovery.events.models import Event


@consumer_of_many("escalation-tell", verbs=frozenset({"escalation.fired"}))
def tell_of_firings(events: Sequence["Event"], now: datetime) -> None:
    """Raise the cases and tell their people, in the transaction that advances this consumer."""
    fired = [(event.public | event.private)["firing"] for event in events]
    answer_firings(firing_ids=fired, now=now)
