"""Rules of one message to many: its places, whom it calls what, whose authority covers it."""

from collections.abc import Collection
from typing import Final

from cases.policy.authority import Authority

PLACES: Final = ("first_name", "what_happened", "next", "when", "remedy")
# Titles that are nobody's first name.
_TITLES: Final = frozenset(
    {"mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "sr", "sra"}
)


def first_name_of(name: str) -> str:
    """What somebody is called: "Ana Reis" and "Reis, Ana" are Ana; "" when it cannot be told."""
    last, comma, first = name.partition(",")
    words = (first if comma else last).split()
    # After a title comes the family's name: nobody is called by that alone.
    if not words or words[0].rstrip(".").casefold() in _TITLES:
        return ""
    return words[0]


def covers_all(authority: Authority, amounts: Collection[int]) -> bool:
    """Say whether one person may give all these amounts, each on a case of its own."""
    if not any(amounts):
        return True
    case, week = authority.case, authority.week
    if case is not None and max(amounts) > case.left:
        return False
    return week is None or sum(amounts) <= week.left
