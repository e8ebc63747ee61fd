"""Tables of time: standards of care, clocks and what happened to them."""

from recovery.clocks.models.clock import Clock, ClockEvent
from recovery.clocks.models.standards import Standard, StandardVersion

__all__ = ["Clock", "ClockEvent", "Standard", "StandardVersion"]
