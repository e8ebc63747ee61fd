"""What the cases a failure is evidence of mean for its process track."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from processes.states import PROCESS, LinkState, ProcessState
from recovery.failures.states import TrackEnd, TrackState

# A cause that returns reopens the learning of failures that ended within this time only.
REOPENS_WITHIN: Final = timedelta(days=365)

type Outcome = tuple[TrackState, TrackEnd | None]

_ENDS_WORST_FIRST = (TrackEnd.WAIVED, TrackEnd.POOLED, TrackEnd.OK)
_PLACED_FROM = frozenset(ProcessState) - {ProcessState.TRIAGE, ProcessState.OPEN}


@dataclass(frozen=True, slots=True)
class LinkView:
    """One failure's tie to one case: how it is judged, where the case stands, is it taken."""

    link: str
    case: str
    taken: bool = False
    reopened_at: datetime | None = None


def track_of(
    links: Collection[LinkView], *, pooled: bool = False, ended_at: datetime | None = None
) -> Outcome | None:
    """Return the worst of a failure's links: under way, then waiting, then the ends.

    None when nothing ties it to any case: the track stays as it is. A pooled failure stays
    pooled, whatever adopts it. `ended_at` is when its track ended before, if it did: long ago, it
    stays as it was when the case reopens.
    """
    if pooled:
        return TrackState.ENDED, TrackEnd.POOLED
    outcomes = [_of_link(each) for each in links if not _ended_long_ago(each, ended_at)]
    live = [each for each in outcomes if each is not None]
    if not live:
        return None
    states = {state for state, _ in live}
    for state in (TrackState.ACTIVE, TrackState.WAITING):
        if state in states:
            return state, None
    ends = {end for _, end in live}
    return TrackState.ENDED, next(end for end in _ENDS_WORST_FIRST if end in ends)


def _of_link(view: LinkView) -> Outcome | None:
    if view.link == LinkState.REJECTED:
        return None
    if view.link == LinkState.CANDIDATE:
        return TrackState.WAITING, None
    end = PROCESS.end_of(view.case)
    if end is not None:
        return TrackState.ENDED, TrackEnd(end)
    if view.case == ProcessState.TRIAGE and not view.taken:
        return TrackState.WAITING, None
    return TrackState.ACTIVE, None


def _ended_long_ago(view: LinkView, ended_at: datetime | None) -> bool:
    return view.link == LinkState.LINKED and cause_returned(
        case=view.case, reopened_at=view.reopened_at, ended_at=ended_at
    )


def cause_returned(
    *, case: str, reopened_at: datetime | None, ended_at: datetime | None
) -> bool:
    """Say whether the case reopened too late to reopen this failure's learning: mark it only."""
    return (
        reopened_at is not None
        and ended_at is not None
        and not PROCESS.is_end(case)
        and ended_at < reopened_at - REOPENS_WITHIN
    )


def learning_is_placed(state: str, *, owned: bool, dated: bool) -> bool:
    """Say whether a case has got far enough for its failures' learning to be in good hands.

    That is: it has an owner, the spread was stopped or the cause found, and an action has a date.
    """
    return owned and dated and state in _PLACED_FROM
