"""Rules of the customer's own page: how long it opens, and what may be done there."""

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cases.policy.recovering import Line, has_open_right
from cases.states import CASE, CaseState

LINK_DAYS: Final = 180  # how long the page outlives the case


class Ask(StrEnum):
    """What a customer may do on their own page."""

    SAY = "say"
    ANSWER = "answer"
    SOLVED = "solved"
    NOT_SOLVED = "not-solved"
    DISAGREE = "disagree"
    NOT_TOLD = "not-told"


def link_ends(ended_at: datetime | None, given_until: datetime | None) -> datetime | None:
    """Say until when the page opens; None while the case is open: for as long."""
    if ended_at is None:
        return None
    return max(filter(None, (ended_at + timedelta(days=LINK_DAYS), given_until)))


def asks_of(state: str, remedies: Collection[Line], *, disagreed: bool) -> frozenset[Ask]:
    """Say what the customer may do while a case is in `state`; nothing else is offered to them.

    Nobody is asked whether it is solved while a right of theirs is unpaid. After a final answer
    they disagree, once; taking the case up again is then for whoever leads the desk.
    """
    if state == CaseState.MERGED:
        return frozenset()
    found = {Ask.SAY}
    known = {move.verb for move in CASE.available(state)}
    if "confirm_solved" in known and not has_open_right(remedies):
        found.add(Ask.SOLVED)
    if state == CaseState.FINAL_RESPONSE:
        found |= set() if disagreed else {Ask.DISAGREE}
    elif {"confirm_not_solved", "complain_again"} & known:
        found.add(Ask.NOT_SOLVED)
    if not CASE.is_end(state):
        found |= {Ask.NOT_TOLD, Ask.ANSWER}
    return frozenset(found)


def matches_surname(name: str, typed: str) -> bool:
    """Say whether `typed` is the surname in `name`, or more of it; accents and case are no matter.

    "Ana dos Santos" answers to Santos, dos Santos and all of it, "Osei, Kwame" to Osei; a first
    name alone is not enough where there is another word.
    """
    wanted = _plain(typed)
    before, comma, _after = name.partition(",")
    if comma and _plain(before):
        return bool(wanted) and wanted in {_plain(before), _plain(name)}
    words = _plain(name).split()
    endings = {" ".join(words[start:]) for start in range(len(words))}
    return bool(wanted) and wanted in endings


def _plain(text: str) -> str:
    """Letters and digits in lower case without accents, a space between words."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(each for each in apart if not unicodedata.combining(each))
    return " ".join(re.findall(r"\w+", letters))
