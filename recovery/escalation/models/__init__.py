from recovery.escalation.models.ladders import (
    Firing,
    Ladder,
    LadderVersion,
    LevelChange,
    Rung,
)
from recovery.escalation.models.rules import Rule, RuleFiring, RuleVersion, Watch
from recovery.escalation.models.todo import Task

__all__ = [
    "Firing",
    "Ladder",
    "LadderVersion",
    "LevelChange",
    "Rule",
    "RuleFiring",
    "RuleVersion",
    "Rung",
    "Task",
    "Watch",
]
