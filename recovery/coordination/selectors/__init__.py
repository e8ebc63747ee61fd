"""Reads that span the tracks."""

from recovery.coordination.selectors.care import Screening, screening_of
from recovery.coordination.selectors.catalogue import Catalogue, ModeCard, catalogue, first_desk
from recovery.coordination.selectors.records import (
    Reported,
    ReportedCase,
    ReportedTrack,
    known_refs,
    reported,
)

__all__ = [
    "Catalogue",
    "ModeCard",
    "Reported",
    "ReportedCase",
    "ReportedTrack",
    "Screening",
    "catalogue",
    "first_desk",
    "known_refs",
    "reported",
    "screening_of",
]
