"""What the log's daily round and the ladders ask of this app."""

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
def stand_ins(item_id: int) -> list[int]:
    """Who may hear that a support case is out of time, the best placed first."""
    return [each.pk for each in deputies(item_id)]
