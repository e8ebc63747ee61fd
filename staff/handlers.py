"""What the log's daily round and the ladder ask of this app."""

from datetime import datetime

from recovery.escalation.registry import deputies_by
from recovery.events.registry import daily
from staff.selectors import deputies
from staff.services import remind


@daily("staff.reminders")
def remind_of_what_is_due(now: datetime) -> None:
    """Follow-ups and enablement actions that are due; those told already are not told again."""
    remind(now=now)


@deputies_by
def deputies_of(item_id: int) -> list[int]:
    """Who hears of a support case whose offer is late; never the person's line."""
    return [each.pk for each in deputies(item_id)]
