"""Reading ladders, who is told, and how cases were raised. Constant queries."""

from recovery.escalation.selectors.ladders import (
    SUPPORT_KINDS,
    calls_of,
    circles_held,
    ladder_versions,
    ladders,
    level_changes,
    roster_for,
    roster_of,
    rungs_of,
    trial_of,
)

__all__ = [
    "SUPPORT_KINDS",
    "calls_of",
    "circles_held",
    "ladder_versions",
    "ladders",
    "level_changes",
    "roster_for",
    "roster_of",
    "rungs_of",
    "trial_of",
]
