"""A clock's row is what its history amounts to, whatever pauses overlapped or clocks changed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recovery.clocks.policy import (
    Moment,
    course_of,
    due_after,
    running_until,
    spent,
)
from recovery.clocks.states import ClockState, ClockVerb
from recovery.kernel.hours import Schedule

LISBON = ZoneInfo("Europe/Lisbon")
ALWAYS = Schedule.always(ZoneInfo("UTC"))
OFFICE = Schedule(LISBON, dict.fromkeys(range(5), ((time(8), time(16)),)))
NIGHT = Schedule(LISBON, dict.fromkeys(range(7), ((time(22), time(6)),)))
WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def begun(hours=4, at=WEDNESDAY):
    return Moment(ClockVerb.START, at, hours * 3600)


def at(hours, verb, seconds=0):
    return Moment(verb, WEDNESDAY + hours * HOUR, seconds)


def test_is_due_when_its_working_time_has_passed():
    course = course_of([begun(8)], OFFICE)
    assert course.due_at == datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert (course.state, course.target) == (ClockState.RUNNING, 8 * HOUR)


def test_moves_by_the_working_time_of_a_pause():
    course = course_of([begun(8), at(1, ClockVerb.PAUSE), at(24, ClockVerb.RESUME)], OFFICE)
    # Paused from 13:00 to 12:00 next day: three hours that evening, four next morning.
    assert course.due_at == datetime(2026, 3, 6, 11, tzinfo=UTC)


def test_holds_its_due_time_while_paused():
    course = course_of([begun(8), at(1, ClockVerb.PAUSE)], OFFICE)
    assert course.state is ClockState.PAUSED
    assert course.paused_at == WEDNESDAY + HOUR
    assert course.due_at == datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_counts_a_pause_written_down_late():
    orderly = [begun(), at(1, ClockVerb.PAUSE), at(2, ClockVerb.RESUME)]
    assert course_of(orderly[::-1], ALWAYS) == course_of(orderly, ALWAYS)


def test_ignores_a_second_pause_and_a_resume_of_nothing():
    course = course_of(
        [begun(), at(0.5, ClockVerb.RESUME), at(1, ClockVerb.PAUSE), at(2, ClockVerb.PAUSE),
         at(3, ClockVerb.RESUME)],
        ALWAYS,
    )  # fmt: skip
    assert course.due_at == WEDNESDAY + 6 * HOUR


def test_is_late_by_working_time_only():
    course = course_of([begun(2), at(24, ClockVerb.MEET)], OFFICE)
    assert (course.state, course.is_late) == (ClockState.MET, True)
    assert course.miss == 6 * HOUR


def test_is_late_by_nothing_when_met_in_closed_hours_after_it_was_due():
    course = course_of([begun(4), at(6, ClockVerb.MEET)], OFFICE)
    assert (course.is_late, course.miss) == (True, timedelta(0))


def test_a_pause_begun_too_late_undoes_no_lateness():
    history = [begun(), at(5, ClockVerb.PAUSE), at(9, ClockVerb.RESUME), at(10, ClockVerb.MEET)]
    assert course_of(history, ALWAYS).miss == 6 * HOUR
    assert course_of([*history[:2], history[3]], ALWAYS).miss == 6 * HOUR


def test_is_not_late_when_met_while_paused_in_time():
    course = course_of([begun(), at(1, ClockVerb.PAUSE), at(99, ClockVerb.MEET)], ALWAYS)
    assert (course.state, course.is_late, course.paused_at) == (ClockState.MET, False, None)


def test_met_on_the_dot_is_kept():
    assert not course_of([begun(), at(4, ClockVerb.MEET)], ALWAYS).is_late


def test_nothing_counts_after_the_end():
    course = course_of(
        [begun(), at(1, ClockVerb.CANCEL), at(2, ClockVerb.PAUSE), at(3, ClockVerb.MEET)],
        ALWAYS,
    )
    assert (course.state, course.ended_at) == (ClockState.CANCELLED, WEDNESDAY + HOUR)


def test_takes_a_new_target_and_extensions():
    course = course_of(
        [begun(), at(1, ClockVerb.POLICY, 7200), at(2, ClockVerb.EXTEND, 3600)], ALWAYS
    )
    assert course.due_at == WEDNESDAY + 3 * HOUR


def test_a_shift_that_loses_an_hour_to_summer_time_is_an_hour_shorter():
    # In Lisbon the clocks go forward on 29 March 2026 at 01:00.
    start = datetime(2026, 3, 28, 22, tzinfo=UTC)
    course = course_of([begun(7, start)], NIGHT)
    assert course.due_at == datetime(2026, 3, 29, 5, tzinfo=UTC)
    longer = course_of([begun(8, start)], NIGHT)
    assert longer.due_at == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_a_desk_that_never_opens_counts_around_the_clock():
    never = Schedule(LISBON, {})
    due_at, in_hours = due_after(never, ALWAYS, start=WEDNESDAY, target=HOUR)
    assert (due_at, in_hours) == (WEDNESDAY + HOUR, False)


hours_of_life = st.floats(0, 400).map(lambda hours: round(hours, 2))
histories = st.lists(
    st.tuples(hours_of_life, st.sampled_from([ClockVerb.PAUSE, ClockVerb.RESUME])), max_size=12
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories, st.integers(1, 60), st.sampled_from([ALWAYS, OFFICE, NIGHT]))
def test_pauses_only_ever_move_the_due_time_on(history, target, schedule):
    moments = [begun(target), *(at(hours, verb) for hours, verb in history)]
    course = course_of(moments, schedule)
    assert course.due_at >= course_of([begun(target)], schedule).due_at


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories, st.integers(1, 60), hours_of_life, st.sampled_from([ALWAYS, OFFICE, NIGHT]))
def test_reading_agrees_with_the_time_that_ran(history, target, hours, schedule):
    """What is said from the due time alone equals adding up the stretches that ran."""
    known = [at(when, verb) for when, verb in history if when <= hours]
    course = course_of([begun(target), *known], schedule)
    looked_at = running_until(course.paused_at, course.due_at, WEDNESDAY + hours * HOUR)
    said = spent(schedule, target=course.target, due_at=course.due_at, looked_at=looked_at)
    ran, since = timedelta(0), WEDNESDAY
    for moment in sorted(known, key=lambda each: each.at):
        if moment.verb is ClockVerb.PAUSE and since is not None:
            ran += schedule.between(since, moment.at)
            since = None
        elif moment.verb is ClockVerb.RESUME and since is None:
            since = moment.at
    if since is not None:
        ran += schedule.between(since, looked_at)
    if said.is_over:
        ran = course.target + schedule.between(course.due_at, looked_at)
    assert abs(course.target - ran - said.left) < timedelta(milliseconds=1)
