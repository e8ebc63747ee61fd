"""What the log's daily round asks of this app."""

from datetime import datetime

from recovery.events.registry import daily
from staff.services import remind


@daily("staff.reminders")
def remind_of_what_is_due(now: datetime) -> None:
    """Follow-ups and enablement actions that are due; those told already are not told again."""
    remind(now=now)
