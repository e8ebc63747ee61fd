"""What each reader sees: everybody the least that is true, the two readers their page."""

from staff.presenters.outside import panel, readiness_box
from staff.presenters.private import case_page, case_row

__all__ = ["case_page", "case_row", "panel", "readiness_box"]
