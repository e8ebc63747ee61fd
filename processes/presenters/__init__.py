"""The process track made ready to be shown."""

from processes.presenters.panel import Panel, panel

__all__ = ["Panel", "panel"]
