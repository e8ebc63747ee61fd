"""What another priority or another desk makes of a clock that runs already."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from recovery.clocks.policy.course import Moment, course_of, story_of
from recovery.clocks.states import ClockVerb
from recovery.kernel.clockwork import due, read
from recovery.kernel.hours import Schedule

_BASES = frozenset({ClockVerb.START, ClockVerb.POLICY})


def base_of(history: Iterable[Moment]) -> Moment:
    """The start or the last change of policy: what extensions were added to."""
    story = story_of(history)
    return next((each for each in reversed(story.later) if each.verb in _BASES), story.begun)


def extra_of(history: Iterable[Moment]) -> int:
    """Seconds given by hand since then."""
    story = story_of(history)
    extra = 0
    for moment in story.later:
        if moment.verb in _BASES:
            extra = 0
        elif moment.verb is ClockVerb.EXTEND:
            extra += moment.seconds
    return extra


def changed_target(
    history: Iterable[Moment],
    *,
    before: Schedule,
    after: Schedule,
    wanted: int,
    at: datetime,
    pause_cap: timedelta | None = None,
) -> int:
    """The seconds a change of policy at `at` gives in all, so that time used stays used.

    Nobody is late by a rule that did not hold yet: a clock whose new time has passed is due at
    the change, or with the next opening after it. One that was over before stays over.
    """
    moments = tuple(history)
    story, course = story_of(moments), course_of(moments, before, pause_cap=pause_cap)
    floor = min(at, course.due_at, course.paused_at or at)
    timing = story.timing(after, pause_cap=pause_cap)
    used = read(timing, at=floor).elapsed.total_seconds()
    seconds = max(wanted, ceil(used))
    found = due(replace(timing, target=timedelta(seconds=seconds)))
    return seconds if found is None or found >= floor else seconds + 1


def carried_target(
    history: Iterable[Moment],
    *,
    before: Schedule,
    after: Schedule,
    at: datetime,
    pause_cap: timedelta | None = None,
) -> int:
    """The seconds, counted from the start in hours `after`, that leave at `at` what was left.

    For a clock that is not over at `at`.
    """
    story = story_of(history)
    timings = (story.timing(hours, pause_cap=pause_cap) for hours in (before, after))
    stands = story.paused_at or at  # while it is held nothing more is used
    used, used_there = (read(timing, at=stands).elapsed for timing in timings)
    return ceil((story.target - used + used_there).total_seconds())
