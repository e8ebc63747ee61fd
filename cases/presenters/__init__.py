"""Customer cases made ready for pages: the panel on the failure page and the case page."""

from cases.presenters.panel import Panel, panel

__all__ = ["Panel", "panel"]
