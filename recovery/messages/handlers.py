"""What is done once a day about messages."""

from datetime import datetime

from recovery.events.registry import daily
from recovery.messages import services


@daily("messages.prune")
def prune(now: datetime) -> None:
    """Throw away old messages."""
    services.prune(now=now)
