"""Reads that span the tracks."""

from recovery.coordination.selectors.care import Screening, screening_of
from recovery.coordination.selectors.catalogue import (
    Catalogue,
    ModeCard,
    catalogue,
    department_ids,
    first_desk,
    mode_of,
)
from recovery.coordination.selectors.listing import Wanted, find_complaints, find_failures
from recovery.coordination.selectors.records import (
    Reported,
    ReportedCase,
    ReportedTrack,
    case_of_failure,
    facts_of,
    known_refs,
    reported,
)
from recovery.coordination.selectors.shifts import (
    Thing,
    colleagues_of,
    handed_to,
    on_its_way,
    things_held,
)

__all__ = [
    "Catalogue",
    "ModeCard",
    "Reported",
    "ReportedCase",
    "ReportedTrack",
    "Screening",
    "Thing",
    "Wanted",
    "case_of_failure",
    "catalogue",
    "colleagues_of",
    "department_ids",
    "facts_of",
    "find_complaints",
    "find_failures",
    "first_desk",
    "handed_to",
    "known_refs",
    "mode_of",
    "on_its_way",
    "reported",
    "screening_of",
    "things_held",
]
