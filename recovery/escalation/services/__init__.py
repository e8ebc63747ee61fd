"""Sweeping due clocks, telling people what that found, raising by hand, ladders, tasks."""

from recovery.escalation.services.ladders import (
    make_ladder_version,
    refuse_bad_rungs,
    retire_ladder,
)
from recovery.escalation.services.raising import escalate, step_down
from recovery.escalation.services.sweeping import sweep
from recovery.escalation.services.telling import answer_firings
from recovery.escalation.services.todo import cancel_task, do_task, open_task

__all__ = [
    "answer_firings",
    "cancel_task",
    "do_task",
    "escalate",
    "make_ladder_version",
    "open_task",
    "refuse_bad_rungs",
    "retire_ladder",
    "step_down",
    "sweep",
]
