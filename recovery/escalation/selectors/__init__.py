"""Reading ladders, who is told, how cases were raised, what is to do. Constant queries."""

from recovery.escalation.selectors.ladders import (
    SUPPORT_KINDS,
    calls_of,
    circles_held,
    ladder_versions,
    ladders,
    level_changes,
    roster_for,
    roster_of,
    rosters_of,
    rungs_of,
    trial_of,
)
from recovery.escalation.selectors.todo import open_tasks_of, task_for_page, tasks_of

__all__ = [
    "SUPPORT_KINDS",
    "calls_of",
    "circles_held",
    "ladder_versions",
    "ladders",
    "level_changes",
    "open_tasks_of",
    "roster_for",
    "roster_of",
    "rosters_of",
    "rungs_of",
    "task_for_page",
    "tasks_of",
    "trial_of",
]
