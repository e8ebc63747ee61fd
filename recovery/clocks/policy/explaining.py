"""Why a clock is due when it is: the same sums, with their parts kept apart."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from recovery.clocks.policy.course import (
    Course,
    Moment,
    Story,
    course_of,
    story_of,
    target_after,
)
from recovery.clocks.states import ClockVerb
from recovery.kernel.clockwork import Timing, counted, due
from recovery.kernel.hours import Hours, Schedule, Span

_DAY = timedelta(days=1)
_CHANGES = frozenset({ClockVerb.POLICY, ClockVerb.EXTEND, ClockVerb.AGREE, ClockVerb.DESK})


@dataclass(frozen=True, slots=True)
class Hold:
    """A pause: `held` is the working time by which it moved the due time.

    `ended_at` is None while it lasts; `is_capped` says that the cap ended it before that.
    """

    begun: Moment
    ended_at: datetime | None
    resumed: Moment | None
    held: timedelta
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Another target: before and after `moment`, in seconds of working time."""

    moment: Moment
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of one due time; `spans` add up to `course.target` and end at `course.due_at`.

    `special_days` are days with other hours than the week says (none: closed), `odd_days` those
    whose length the change to or from summer time altered, both between start and due.
    `if_resumed_at` is when a paused clock would be due if it ran on now.
    """

    course: Course
    begun: Moment
    spans: tuple[Span, ...]
    holds: tuple[Hold, ...]
    changes: tuple[Change, ...]
    special_days: tuple[tuple[date, Hours], ...]
    odd_days: tuple[tuple[date, timedelta], ...]
    if_resumed_at: datetime | None


def explain(
    history: Iterable[Moment],
    schedule: Schedule,
    *,
    now: datetime,
    pause_cap: timedelta | None = None,
) -> Explanation:
    """Take the due time of a history apart; `now` matters only to a pause that lasts."""
    moments = tuple(history)
    story = story_of(moments)
    course = course_of(moments, schedule, pause_cap=pause_cap)
    resumed = (*moments, Moment(ClockVerb.RESUME, now))
    return Explanation(
        course=course,
        begun=story.begun,
        spans=tuple(counted(story.timing(schedule, pause_cap=pause_cap))),
        holds=tuple(_holds(story, schedule, cap=pause_cap, now=now)),
        changes=tuple(_changes(story)),
        special_days=tuple(_special(schedule, course)),
        odd_days=tuple(_odd(schedule, course)),
        if_resumed_at=course_of(resumed, schedule, pause_cap=pause_cap).due_at
        if course.paused_at
        else None,
    )


def _holds(
    story: Story, schedule: Schedule, *, cap: timedelta | None, now: datetime
) -> Iterator[Hold]:
    """Each pause by what the due time would be without it and those after it."""
    pauses = story.pauses
    if story.paused_at is not None:
        pauses = (*pauses, (story.paused_at, max(now, story.paused_at)))
    timing = Timing(story.begun.at, story.target, schedule, pause_cap=cap)
    before, paused = _due(timing), timedelta(0)
    for place, (begins, ends) in enumerate(pauses, start=1):
        assert ends is not None, "a pause that lasts was given an end"
        after = _due(replace(timing, pauses=pauses[:place]))
        lasts = place > len(story.pauses)
        paused += schedule.between(begins, ends)
        yield Hold(
            begun=_entry(story, ClockVerb.PAUSE, begins),
            ended_at=None if lasts else ends,
            resumed=None if lasts else _entry_or_none(story, ends),
            held=schedule.between(before, after),
            is_capped=cap is not None and paused > cap,
        )
        before = after


def _due(timing: Timing) -> datetime:
    found = due(timing)
    assert found is not None, "pauses that have all ended hold nothing for ever"
    return found


def _entry(story: Story, verb: ClockVerb, at: datetime) -> Moment:
    return next(each for each in story.later if each.verb is verb and each.at == at)


def _entry_or_none(story: Story, at: datetime) -> Moment | None:
    return next(
        (each for each in story.later if each.verb is ClockVerb.RESUME and each.at == at), None
    )


def _changes(story: Story) -> Iterator[Change]:
    seconds = story.begun.seconds
    for moment in story.later:
        if moment.verb in _CHANGES:
            after = target_after(seconds, moment)
            yield Change(moment, seconds, after)
            seconds = after


def _dates(schedule: Schedule, course: Course) -> Iterator[date]:
    day = course.started_at.astimezone(schedule.zone).date()
    last = course.due_at.astimezone(schedule.zone).date()
    while day <= last:
        yield day
        day += _DAY


def _special(schedule: Schedule, course: Course) -> Iterator[tuple[date, Hours]]:
    for day in _dates(schedule, course):
        if day in schedule.exceptions:
            yield day, schedule.exceptions[day]


def _odd(schedule: Schedule, course: Course) -> Iterator[tuple[date, timedelta]]:
    """Dates on which the clock itself crossed a change of the zone's time."""
    for day in _dates(schedule, course):
        midnight = datetime.combine(day, time.min, schedule.zone)
        next_midnight = datetime.combine(day + _DAY, time.min, schedule.zone)
        begins = max(midnight.astimezone(UTC), course.started_at.astimezone(UTC))
        ends = min(next_midnight.astimezone(UTC), course.due_at.astimezone(UTC))
        offsets = {each.astimezone(schedule.zone).utcoffset() for each in (begins, ends)}
        if len(offsets) > 1:
            yield day, next_midnight.astimezone(UTC) - midnight.astimezone(UTC)
