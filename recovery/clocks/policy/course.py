"""What a clock's history amounts to, and what a clock says."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from recovery.clocks.states import ClockState, ClockVerb
from recovery.kernel.clockwork import Pause, Timing, due
from recovery.kernel.hours import Schedule

_ZERO = timedelta(0)
ADDS = frozenset({ClockVerb.EXTEND, ClockVerb.AGREE})
_ENDS = {ClockVerb.MEET: ClockState.MET, ClockVerb.CANCEL: ClockState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a clock's history. `due_at` is when the clock was due after it, as said then.

    `priority` goes with a start or a change of policy: the one whose target `seconds` is.
    """

    verb: ClockVerb
    at: datetime
    seconds: int = 0
    priority: int | None = None
    by: str = ""
    reason: str = ""
    due_at: datetime | None = None


def round_of(history: Iterable[Moment]) -> int:
    """How often a clock was given another time by hand, or by agreement."""
    return sum(moment.verb in ADDS for moment in history)


@dataclass(frozen=True, slots=True)
class Course:
    """What a clock's history amounts to. `ended_at` goes with the states met and cancelled.

    `due_at` leaves out a pause that has not ended: it is when the clock would be due if it ran
    on at once. `pause_ends_at` is when a pause that lasts has used up the cap. `miss` is the
    working time by which it was met late; late in closed hours is late by nothing, but late.
    """

    state: ClockState
    started_at: datetime
    target: timedelta
    due_at: datetime
    paused_at: datetime | None
    ended_at: datetime | None
    is_late: bool = False
    miss: timedelta = _ZERO
    pause_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A history in the order of its times, read once: `pauses` are those that have ended."""

    begun: Moment
    later: tuple[Moment, ...]
    end: Moment | None
    pauses: tuple[Pause, ...]
    paused_at: datetime | None
    target: timedelta

    def timing(
        self, schedule: Schedule, *, pause_cap: timedelta | None = None, upto: int | None = None
    ) -> Timing:
        """The facts of the clock with its first `upto` pauses (None: all)."""
        return Timing(
            self.begun.at,
            self.target,
            schedule,
            self.pauses if upto is None else self.pauses[:upto],
            pause_cap=pause_cap,
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """What a live clock says: working time left (negative when over), share of its time used."""

    left: timedelta
    share: float
    is_over: bool


def story_of(history: Iterable[Moment]) -> Story:
    """Read a history, which begins with a start.

    Entries count in the order of their times, so that a pause written down late still counts.
    A pause that lasts when the clock ends, ends with it.
    """
    begun, *later = sorted(
        history, key=lambda each: (each.verb is not ClockVerb.START, each.at)
    )
    end = next((each for each in later if each.verb in _ENDS), None)
    lived = later[: later.index(end)] if end else later
    pauses, paused_at = _pauses(lived)
    if end and paused_at:
        pauses, paused_at = (*pauses, (paused_at, end.at)), None
    return Story(begun, tuple(lived), end, pauses, paused_at, _target(begun, lived))


def course_of(
    history: Iterable[Moment], schedule: Schedule, *, pause_cap: timedelta | None = None
) -> Course:
    """Fold a history, which begins with a start, into what it amounts to.

    `pause_cap` is the working time that all pauses may take together.
    """
    story = story_of(history)
    due_at = due(story.timing(schedule, pause_cap=pause_cap))
    assert due_at is not None, "a clock whose pauses have all ended is due some day"
    running = ClockState.PAUSED if story.paused_at else ClockState.RUNNING
    course = Course(
        state=_ENDS[story.end.verb] if story.end else running,
        started_at=story.begun.at,
        target=story.target,
        due_at=due_at,
        paused_at=story.paused_at,
        ended_at=story.end.at if story.end else None,
        pause_ends_at=_pause_ends(story, schedule, pause_cap),
    )
    if course.state is not ClockState.MET or not story.end or story.end.at <= due_at:
        return course
    return replace(course, is_late=True, miss=schedule.between(due_at, story.end.at))


def running_until[End: (datetime, datetime | None)](
    paused_at: datetime | None, due_at: datetime, end: End
) -> datetime | End:
    """Until when a clock's time counts. A pause begun after the due time undoes no lateness."""
    return end if paused_at is None or paused_at > due_at else paused_at


def pause_left(
    history: Iterable[Moment], schedule: Schedule, pause_cap: timedelta | None
) -> timedelta | None:
    """How much working time pauses may still take: None is without limit, never negative."""
    if pause_cap is None:
        return None
    return _left(story_of(history), schedule, pause_cap)


def _left(story: Story, schedule: Schedule, cap: timedelta) -> timedelta:
    used = sum((schedule.between(begins, ends) for begins, ends in story.pauses if ends), _ZERO)
    return max(cap - used, _ZERO)


def _pause_ends(story: Story, schedule: Schedule, cap: timedelta | None) -> datetime | None:
    if story.paused_at is None or cap is None:
        return None
    return schedule.add(story.paused_at, _left(story, schedule, cap))


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
        seconds = target_after(seconds, moment)
    return timedelta(seconds=seconds)


def target_after(seconds: int, moment: Moment) -> int:
    """The target in seconds once `moment` has happened: a new one, or more of it."""
    if moment.verb in {ClockVerb.POLICY, ClockVerb.DESK}:
        return moment.seconds
    return seconds + moment.seconds if moment.verb in ADDS else seconds


def spent(
    schedule: Schedule, *, target: timedelta, due_at: datetime, looked_at: datetime
) -> Spent:
    """What a clock says at `looked_at`, which for a paused one is given by running_until.

    Worked out from the due time alone, which already holds all pauses.
    """
    left = schedule.between(looked_at, due_at) - schedule.between(due_at, looked_at)
    return Spent(left=left, share=(target - left) / target, is_over=looked_at > due_at)
