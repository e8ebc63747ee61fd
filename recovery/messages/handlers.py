"""What leaves by webhook, and what is done once a day about messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from recovery.events.registry import consumer_of_many, daily
from recovery.messages import services

if TYPE_CHECKING:
    from recovery.events.models import Event


@daily("messages.prune")
def prune(now: datetime) -> None:
    """Throw away old messages."""
    services.prune(now=now)


@consumer_of_many("messages.webhooks", verbs=None)
def line_up_webhooks(events: Sequence["Event"], now: datetime) -> None:
    """Write a delivery for each address that wants to hear of an event."""
    services.line_up(events=events, now=now)
