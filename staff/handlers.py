"""What the log's daily round and the ladder ask of this app."""

from collections.abc import Collection
from datetime import datetime

from recovery.escalation.registry import deputies_by
from recovery.events.registry import daily
from staff.selectors import deputies_of
from staff.services import remind


@daily("staff.reminders")
def remind_of_what_is_due(now: datetime) -> None:
    """Follow-ups and enablement actions that are due; those told already are not told again."""
    remind(now=now)


@deputies_by
def deputies_of_cases(item_ids: Collection[int]) -> dict[int, list[int]]:
    """Who hears of each support case whose offer is late; never the person's line."""
    return {key: [each.pk for each in found] for key, found in deputies_of(item_ids).items()}
