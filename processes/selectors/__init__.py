"""Reads of the process track."""

from processes.selectors.cases import (
    CaseFile,
    Listed,
    case_file,
    links_of,
    list_open,
    live_links,
    notes_of,
    open_cases_for,
    recurrences,
    step_of,
    ties_of_failure,
    track_of_failure,
    visible_id,
    visible_process_ids,
    visible_to,
)
from processes.selectors.pool import Pooled, pool_by_mode, pool_entry, pooled_failures
from processes.selectors.triage import (
    FIXED_STATES,
    looks_due,
    mode_counts,
    suggested_baseline,
    triage_facts,
)

__all__ = [
    "FIXED_STATES",
    "CaseFile",
    "Listed",
    "Pooled",
    "case_file",
    "links_of",
    "list_open",
    "live_links",
    "looks_due",
    "mode_counts",
    "notes_of",
    "open_cases_for",
    "pool_by_mode",
    "pool_entry",
    "pooled_failures",
    "recurrences",
    "step_of",
    "suggested_baseline",
    "ties_of_failure",
    "track_of_failure",
    "triage_facts",
    "visible_id",
    "visible_process_ids",
    "visible_to",
]
