"""Sweeping due clocks, telling people what that found, raising and stepping down by hand."""

from recovery.escalation.services.raising import escalate, step_down
from recovery.escalation.services.sweeping import sweep
from recovery.escalation.services.telling import answer_firing

__all__ = ["answer_firing", "escalate", "step_down", "sweep"]
