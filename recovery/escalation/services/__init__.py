"""Sweeping due clocks, and telling people what that found."""

from recovery.escalation.services.sweeping import sweep
from recovery.escalation.services.telling import answer_firing

__all__ = ["answer_firing", "sweep"]
