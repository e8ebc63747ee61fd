"""Rules of the recovery survey: how long it is open, and what an answer does to the case."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from cases.states import Solved

OPEN_FOR: Final = timedelta(days=30)
LOW: Final = 2  # of five: we look again, whatever else is said


class Meaning(StrEnum):
    """What an answer says of the recovery."""

    CONFIRMS = "confirms"
    REOPENS = "reopens"
    SAYS_NOTHING = "says_nothing"


def meaning_of(solved: str, rating: int) -> Meaning:
    """Say what an answer means: only "solved" and no low rating confirms (practice 38).

    "Partly" and "no" reopen, and so does a low rating whatever is ticked beside it; who says
    nothing of it and rates well has neither confirmed nor complained.
    """
    if solved in {Solved.NO, Solved.PARTLY} or rating <= LOW:
        return Meaning.REOPENS
    return Meaning.CONFIRMS if solved == Solved.YES else Meaning.SAYS_NOTHING
