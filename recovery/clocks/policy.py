"""Rules of time, plain: which standard holds, what a history amounts to, what a clock says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from recovery.clocks.states import ClockKind, ClockState, ClockVerb
from recovery.kernel.clockwork import Pause, Timing, due
from recovery.kernel.hours import NeverOpen, Schedule

_ZERO = timedelta(0)
_ENDS = {ClockVerb.MEET: ClockState.MET, ClockVerb.CANCEL: ClockState.CANCELLED}


@dataclass(frozen=True, slots=True)
class StandardCard:
    """A version of a standard: `targets` in seconds by priority, in force from `since` on."""

    id: int
    kind: ClockKind
    since: datetime | None
    until: datetime | None
    targets: Mapping[int, int]
    around_clock: frozenset[int]
    legal: bool = False

    def holds_at(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (
            self.until is None or at < self.until
        )


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """A clock before it is written. `calendar_id` None means around the clock."""

    kind: ClockKind
    target_seconds: int
    due_at: datetime
    calendar_id: int | None
    standard_id: int


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a clock's history."""

    verb: ClockVerb
    at: datetime
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """What a clock's history amounts to. `ended_at` goes with the states met and cancelled.

    `due_at` leaves out a pause that has not ended: it is when the clock would be due if it ran
    on at once. `miss` is the working time by which it was met late; late in closed hours is
    late by nothing, but late.
    """

    state: ClockState
    started_at: datetime
    target: timedelta
    due_at: datetime
    paused_at: datetime | None
    ended_at: datetime | None
    is_late: bool = False
    miss: timedelta = _ZERO


@dataclass(frozen=True, slots=True)
class Spent:
    """What a live clock says: working time left (negative when over), share of its time used."""

    left: timedelta
    share: float
    is_over: bool


def standard_for(
    cards: Iterable[StandardCard], kind: ClockKind, at: datetime
) -> StandardCard | None:
    """The house standard of a kind in force at `at`, the youngest if there are several."""
    found = [
        card for card in cards if card.kind is kind and not card.legal and card.holds_at(at)
    ]
    return max(
        found,
        key=lambda card: (card.since is not None, card.since or at, card.id),
        default=None,
    )


def due_after(
    schedule: Schedule, always: Schedule, *, start: datetime, target: timedelta
) -> tuple[datetime, bool]:
    """When `target` has passed, and whether the desk's own hours could be used.

    A desk that never opens would never be late, so its time counts around the clock.
    """
    try:
        return schedule.add(start, target), True
    except NeverOpen:
        return always.add(start, target), False


def course_of(history: Iterable[Moment], schedule: Schedule) -> Course:
    """Fold a history, which begins with a start, into what it amounts to.

    Entries count in the order of their times, so that a pause written down late still counts.
    """
    begun, *later = sorted(
        history, key=lambda each: (each.verb is not ClockVerb.START, each.at)
    )
    end = next((each for each in later if each.verb in _ENDS), None)
    pauses, paused_at = _pauses(later[: later.index(end)] if end else later)
    target = _target(begun, later)
    due_at = due(Timing(begun.at, target, schedule, pauses))
    assert due_at is not None, "a clock whose pauses have all ended is due some day"
    state = ClockState.PAUSED if paused_at else ClockState.RUNNING
    course = Course(
        state=_ENDS[end.verb] if end else state,
        started_at=begun.at,
        target=target,
        due_at=due_at,
        paused_at=None if end else paused_at,
        ended_at=end.at if end else None,
    )
    ran_until = running_until(paused_at, due_at, course.ended_at)
    if course.state is not ClockState.MET or ran_until is None or ran_until <= due_at:
        return course
    return replace(course, is_late=True, miss=schedule.between(due_at, ran_until))


def running_until[End: (datetime, datetime | None)](
    paused_at: datetime | None, due_at: datetime, end: End
) -> datetime | End:
    """Until when a clock's time counts. A pause begun after the due time undoes no lateness."""
    return end if paused_at is None or paused_at > due_at else paused_at


def _pauses(moments: Iterable[Moment]) -> tuple[tuple[Pause, ...], datetime | None]:
    """The pauses that have ended, and when the one that has not began."""
    found: list[Pause] = []
    since: datetime | None = None
    for moment in moments:
        if moment.verb is ClockVerb.PAUSE and since is None:
            since = moment.at
        elif moment.verb is ClockVerb.RESUME and since is not None:
            found.append((since, moment.at))
            since = None
    return tuple(found), since


def _target(begun: Moment, later: Iterable[Moment]) -> timedelta:
    seconds = begun.seconds
    for moment in later:
        if moment.verb is ClockVerb.POLICY:
            seconds = moment.seconds
        elif moment.verb is ClockVerb.EXTEND:
            seconds += moment.seconds
    return timedelta(seconds=seconds)


def spent(
    schedule: Schedule, *, target: timedelta, due_at: datetime, looked_at: datetime
) -> Spent:
    """What a clock says at `looked_at`, which for a paused one is given by running_until.

    Worked out from the due time alone, which already holds all pauses.
    """
    left = schedule.between(looked_at, due_at) - schedule.between(due_at, looked_at)
    return Spent(left=left, share=(target - left) / target, is_over=looked_at > due_at)
