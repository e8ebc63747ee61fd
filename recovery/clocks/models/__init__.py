"""Tables of time: standards of care, clocks and what happened to them, promises."""

from recovery.clocks.models.clock import Clock, ClockEvent
from recovery.clocks.models.promises import Promise
from recovery.clocks.models.standards import Standard, StandardVersion

__all__ = ["Clock", "ClockEvent", "Promise", "Standard", "StandardVersion"]
