"""Sweeping due clocks, telling people what that found, raising by hand, making ladders."""

from recovery.escalation.services.ladders import (
    make_ladder_version,
    refuse_bad_rungs,
    retire_ladder,
)
from recovery.escalation.services.raising import escalate, step_down
from recovery.escalation.services.sweeping import sweep
from recovery.escalation.services.telling import answer_firing

__all__ = [
    "answer_firing",
    "escalate",
    "make_ladder_version",
    "refuse_bad_rungs",
    "retire_ladder",
    "step_down",
    "sweep",
]
