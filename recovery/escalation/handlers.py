"""What the log's firings set in motion."""

from datetime import datetime
from typing import TYPE_CHECKING

from recovery.escalation.services import answer_firing
from recovery.events.registry import consumer

if TYPE_CHECKING:
    from recovery.events.models import Event


@consumer("escalation-tell", verbs=frozenset({"escalation.fired"}))
def tell_of_firing(event: "Event", now: datetime) -> None:
    """Raise the case and tell its people, in the transaction that advances this consumer."""
    facts = event.public | event.private
    if event.item_id is not None:
        answer_firing(firing_id=facts["firing"], item_id=event.item_id, now=now)
