"""Verbs over several tracks."""

from cases.services.opening import ComplaintFacts, HistoricCase
from cases.services.recognising import CustomerFacts
from recovery.coordination.services.accepting import (
    accept_handovers,
    follow_case,
    lapse_handover,
)
from recovery.coordination.services.affected import (
    MOST_AT_ONCE,
    Affected,
    add_affected,
    submit_affected,
)
from recovery.coordination.services.facts import Report
from recovery.coordination.services.house import go_on_after_waiver, keep_house
from recovery.coordination.services.joining import add_customers, submit_customers
from recovery.coordination.services.lists import work_lists
from recovery.coordination.services.merge import merge_failures, unmerge_failure
from recovery.coordination.services.recomputing import recompute_clocks
from recovery.coordination.services.report import (
    Answer,
    Submitted,
    answered_before,
    report_failures,
    submit_reports,
)
from recovery.coordination.services.shifts import end_shift

__all__ = [
    "MOST_AT_ONCE",
    "Affected",
    "Answer",
    "ComplaintFacts",
    "CustomerFacts",
    "HistoricCase",
    "Report",
    "Submitted",
    "accept_handovers",
    "add_affected",
    "add_customers",
    "answered_before",
    "end_shift",
    "follow_case",
    "go_on_after_waiver",
    "keep_house",
    "lapse_handover",
    "merge_failures",
    "recompute_clocks",
    "report_failures",
    "submit_affected",
    "submit_customers",
    "submit_reports",
    "unmerge_failure",
    "work_lists",
]
