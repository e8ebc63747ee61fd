"""The parts an explanation lists are the due time, whatever hours, pauses and changes there were."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recovery.clocks.policy import Moment, course_of
from recovery.clocks.policy.changing import changed_target
from recovery.clocks.policy.explaining import explain
from recovery.clocks.states import ClockVerb
from recovery.kernel.hours import ALL_DAY, Schedule

V = ClockVerb
LISBON = ZoneInfo("Europe/Lisbon")
ALWAYS = Schedule.always(LISBON)
OFFICE = Schedule(LISBON, dict.fromkeys(range(5), ((time(8), time(16)),)))
HOUR = timedelta(hours=1)
WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=UTC)
SPRING = datetime(2026, 3, 28, 12, tzinfo=UTC)  # the night after it loses an hour in Lisbon

hours = st.one_of(
    st.just(ALL_DAY),
    st.lists(
        st.tuples(st.times(), st.times()).map(
            lambda pair: tuple(
                each.replace(second=0, microsecond=0, tzinfo=None) for each in pair
            )
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
)
schedules = st.builds(
    lambda zone, week, closed: Schedule(
        ZoneInfo(zone), {0: ((time(9), time(12)),)} | week, dict.fromkeys(closed, ())
    ),
    st.sampled_from(["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    st.dictionaries(st.integers(0, 6), hours, min_size=1),
    st.lists(st.dates(date(2026, 3, 1), date(2026, 4, 30)), max_size=4),
)
starts = st.integers(0, 40 * 24 * 60).map(
    lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
steps = st.lists(
    st.tuples(
        st.sampled_from([V.PAUSE, V.RESUME, V.EXTEND, V.POLICY]),
        st.integers(0, 200 * 3600),
        st.integers(1, 90 * 3600),
    ),
    max_size=8,
)
caps = st.none() | st.integers(0, 60).map(lambda count: count * HOUR)


def history_of(start, target, taken):
    return [Moment(V.START, start, target)] + [
        Moment(verb, start + timedelta(seconds=after), seconds)
        for verb, after, seconds in taken
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(schedules, starts, st.integers(60, 90 * 3600), steps, caps)
def test_its_spans_add_up_to_the_target_and_end_when_it_is_due(
    schedule, start, target, taken, cap
):
    history = history_of(start, target, taken)
    told = explain(history, schedule, now=start + 300 * HOUR, pause_cap=cap)
    assert told.course == course_of(history, schedule, pause_cap=cap)
    assert sum((ends - begins for begins, ends in told.spans), 0 * HOUR) == told.course.target
    assert told.spans[-1][1] == told.course.due_at
    assert told.spans[0][0] >= start
    assert all(a[1] <= b[0] for a, b in zip(told.spans, told.spans[1:], strict=False))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(schedules, starts, st.integers(60, 90 * 3600), steps, caps)
def test_what_its_pauses_held_is_what_they_moved(schedule, start, target, taken, cap):
    now = start + 300 * HOUR
    told = explain(history_of(start, target, taken), schedule, now=now, pause_cap=cap)
    unheld = schedule.add(start, told.course.target)
    held = sum((hold.held for hold in told.holds), 0 * HOUR)
    assert held == schedule.between(unheld, told.if_resumed_at or told.course.due_at)
    assert cap is None or held <= cap


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    schedules, schedules, starts, st.integers(60, 90 * 3600), steps,
    st.integers(60, 90 * 3600), st.integers(0, 300 * 3600), caps,
)  # fmt: skip
def test_another_priority_makes_nothing_due_before_it_changed(
    before, after, start, target, taken, wanted, later, cap
):
    at = start + timedelta(seconds=max([later, *(step[1] for step in taken)]))
    history = history_of(start, target, taken)
    was = course_of(history, before, pause_cap=cap)
    seconds = changed_target(
        history, before=before, after=after, wanted=wanted, at=at, pause_cap=cap
    )
    now = course_of([*history, Moment(V.POLICY, at, seconds)], after, pause_cap=cap)
    assert seconds >= wanted
    assert now.due_at >= min(at, was.due_at, was.paused_at or at)
    assert seconds == wanted or now.due_at <= after.next_opening(at) + timedelta(seconds=2)


def test_tells_a_night_that_loses_an_hour():
    told = explain([Moment(V.START, SPRING, 48 * 3600)], ALWAYS, now=SPRING)
    assert told.odd_days == ((date(2026, 3, 29), 23 * HOUR),)
    assert [ends - begins for begins, ends in told.spans] == [12 * HOUR, 23 * HOUR, 13 * HOUR]


@pytest.mark.parametrize(
    ("start", "target"), [(SPRING - 48 * HOUR, 48), (SPRING + 13 * HOUR, 9)]
)
def test_tells_of_no_lost_hour_that_it_did_not_cross(start, target):
    assert explain([Moment(V.START, start, target * 3600)], ALWAYS, now=start).odd_days == ()


def test_tells_a_closed_day_between_start_and_due_only():
    strike, later = date(2026, 3, 5), date(2026, 3, 20)
    closed = Schedule(LISBON, OFFICE.week, {strike: (), later: ()})
    told = explain([Moment(V.START, WEDNESDAY, 8 * 3600)], closed, now=WEDNESDAY)
    assert told.special_days == ((strike, ()),)


def test_a_pause_in_closed_hours_holds_nothing_back():
    history = [
        Moment(V.START, WEDNESDAY, 8 * 3600),
        Moment(V.PAUSE, WEDNESDAY + 5 * HOUR, reason="customer"),
        Moment(V.RESUME, WEDNESDAY + 15 * HOUR),
    ]
    [hold] = explain(history, OFFICE, now=WEDNESDAY).holds
    assert (hold.held, hold.begun.reason, hold.is_capped) == (0 * HOUR, "customer", False)


def test_says_when_the_cap_ended_a_pause():
    history = [Moment(V.START, WEDNESDAY, 8 * 3600), Moment(V.PAUSE, WEDNESDAY)]
    told = explain(history, OFFICE, now=WEDNESDAY + 240 * HOUR, pause_cap=16 * HOUR)
    [hold] = told.holds
    assert (hold.held, hold.is_capped, hold.ended_at) == (16 * HOUR, True, None)
    assert told.course.pause_ends_at == datetime(2026, 3, 6, 12, tzinfo=UTC)
    assert told.if_resumed_at == datetime(2026, 3, 9, 12, tzinfo=UTC)


def test_lists_every_other_target_it_had():
    history = [
        Moment(V.START, WEDNESDAY, 3600),
        Moment(V.EXTEND, WEDNESDAY + HOUR, 1800, reason="ferry"),
        Moment(V.POLICY, WEDNESDAY + 2 * HOUR, 7200, 2),
    ]
    told = explain(history, ALWAYS, now=WEDNESDAY)
    assert [(each.before, each.after) for each in told.changes] == [(3600, 5400), (5400, 7200)]
