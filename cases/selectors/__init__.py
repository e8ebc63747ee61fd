"""Reads of customer cases: who may see which, what stands on a page, what rules must know."""

from cases.selectors.affected import (
    AffectedCounts,
    AffectedPage,
    affected_counts,
    affected_page,
    bad_rows,
    list_for,
    lists_of,
)
from cases.selectors.authority import authority_of, case_key, customer_key, week_key
from cases.selectors.due import silent_cases
from cases.selectors.files import (
    CaseFile,
    Counts,
    case_file,
    case_id_of,
    counts_of,
    file_for_customer,
    first_open,
    has_cases,
    may_see_customer,
    names_for,
    others_of,
    touch_of,
    touches_of,
    visible_case_ids,
    visible_to,
)
from cases.selectors.letters import letter_address, taken_back_words
from cases.selectors.links import Opened, is_surname, opened_by, status_token

__all__ = [
    "AffectedCounts",
    "AffectedPage",
    "CaseFile",
    "Counts",
    "Opened",
    "affected_counts",
    "affected_page",
    "authority_of",
    "bad_rows",
    "case_file",
    "case_id_of",
    "case_key",
    "counts_of",
    "customer_key",
    "file_for_customer",
    "first_open",
    "has_cases",
    "is_surname",
    "letter_address",
    "list_for",
    "lists_of",
    "may_see_customer",
    "names_for",
    "opened_by",
    "others_of",
    "silent_cases",
    "status_token",
    "taken_back_words",
    "touch_of",
    "touches_of",
    "visible_case_ids",
    "visible_to",
    "week_key",
]
