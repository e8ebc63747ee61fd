"""Reads of pages that span tracks: the work list, decisions, the list of failures, search."""

from recovery.console.selectors.decisions import Decision, decisions_for
from recovery.console.selectors.failures import (
    FailureFilters,
    FailurePage,
    alike,
    failures_page,
)
from recovery.console.selectors.work import (
    Cursor,
    WorkPage,
    tasks_in_view,
    work_counts,
    work_in_view,
    work_page,
)

__all__ = [
    "Cursor",
    "Decision",
    "FailureFilters",
    "FailurePage",
    "WorkPage",
    "alike",
    "decisions_for",
    "failures_page",
    "tasks_in_view",
    "work_counts",
    "work_in_view",
    "work_page",
]
