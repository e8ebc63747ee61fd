"""Keeping the roll-ups: of failures, and of clocks that were met or missed."""

from recovery.insight.services.clocks import (
    fold_clocks,
    mark_clocks,
    mark_clocks_of,
    rebuild_clocks,
)
from recovery.insight.services.facts import FOLDED_AT_ONCE, fold, mark, rebuild

__all__ = [
    "FOLDED_AT_ONCE",
    "fold",
    "fold_clocks",
    "mark",
    "mark_clocks",
    "mark_clocks_of",
    "rebuild",
    "rebuild_clocks",
]
