"""Working time added and measured, through nights, exceptions and changes of the clock."""

from datetime import UTC, date, datetime, time

import pytest

from recovery.kernel.hours import ALL_DAY, NeverOpen, Schedule
from tests.kernel.weeks import (
    APIA,
    HOUR,
    LISBON,
    NEW_YORK,
    NIGHT,
    OFFICE,
    SANTIAGO,
    at,
    every_day,
    hours,
)


def test_a_sum_that_ends_at_closing_stays_at_closing():
    assert OFFICE.add(at("2026-03-02T09:00"), 8 * HOUR) == at("2026-03-02T17:00")
    assert OFFICE.add(at("2026-03-02T17:00"), 0 * HOUR) == at("2026-03-02T17:00")


def test_nothing_added_in_closed_time_gives_the_next_opening():
    assert OFFICE.add(at("2026-03-07T12:00"), 0 * HOUR) == at("2026-03-09T09:00")
    assert OFFICE.subtract(at("2026-03-07T12:00"), 0 * HOUR) == at("2026-03-06T17:00")


def test_negative_time_goes_the_other_way():
    assert OFFICE.add(at("2026-03-09T10:00"), -2 * HOUR) == at("2026-03-06T16:00")
    assert OFFICE.subtract(at("2026-03-06T16:00"), -2 * HOUR) == at("2026-03-09T10:00")


def test_an_end_before_its_start_measures_zero():
    assert OFFICE.between(at("2026-03-03T10:00"), at("2026-03-02T10:00")) == 0 * HOUR


def test_a_night_shift_runs_over_midnight():
    assert NIGHT.between(at("2026-03-02T23:00"), at("2026-03-03T23:00")) == 8 * HOUR
    assert NIGHT.is_open(at("2026-03-03T05:59"))
    assert not NIGHT.is_open(at("2026-03-03T06:00"))
    assert NIGHT.add(at("2026-03-03T05:00"), 2 * HOUR) == at("2026-03-03T23:00")


def test_a_night_shift_belongs_to_the_date_it_opens_on():
    closed = every_day(LISBON, ("22:00", "06:00"), exceptions={date(2026, 12, 25): ()})
    assert closed.is_open(at("2026-12-25T05:00"))
    assert not closed.is_open(at("2026-12-25T23:00"))


def test_spans_that_overlap_count_once():
    doubled = every_day(LISBON, ("09:00", "13:00"), ("12:00", "14:00"), ("22:00", "10:00"))
    assert doubled.between(at("2026-03-03T00:00"), at("2026-03-04T00:00")) == 16 * HOUR
    assert doubled.open_intervals(date(2026, 3, 3)) == (
        (at("2026-03-03T10:00"), at("2026-03-03T13:00")),
        (at("2026-03-03T13:00"), at("2026-03-03T14:00")),
        (at("2026-03-03T22:00"), at("2026-03-04T10:00")),
    )


def test_a_span_within_another_adds_none():
    twice = every_day(LISBON, ("12:00", "14:00"), ("13:00", "14:00"))
    assert len(twice.open_intervals(date(2026, 3, 3))) == 1


def test_an_exception_replaces_the_hours_of_its_date():
    short = Schedule(
        LISBON, OFFICE.week, {date(2026, 3, 3): hours(("10:00", "12:00")), date(2026, 3, 4): ()}
    )
    assert short.between(at("2026-03-02T00:00"), at("2026-03-06T00:00")) == 18 * HOUR
    assert short.is_business_day(date(2026, 3, 3))
    assert not short.is_business_day(date(2026, 3, 4))


def test_days_between_two_openings_are_counted_from_the_next_open_day():
    saturday = at("2026-03-07T12:00")
    assert OFFICE.add_days(saturday, 1) == at("2026-03-10T09:00")
    assert OFFICE.add_days(saturday, 0) == at("2026-03-09T09:00")
    assert OFFICE.add_days(saturday, -1) == at("2026-03-05T17:00")


def test_business_days_keep_the_time_of_day():
    assert OFFICE.add_days(at("2026-03-05T11:30"), 2) == at("2026-03-09T11:30")
    assert OFFICE.add_days(at("2026-03-09T11:30"), -2) == at("2026-03-05T11:30")


def test_business_days_are_counted_without_the_last():
    assert OFFICE.business_days_between(date(2026, 3, 2), date(2026, 3, 9)) == 5
    assert OFFICE.business_days_between(date(2026, 3, 9), date(2026, 3, 2)) == 0


def test_intervals_begin_cut_and_go_on():
    spans = OFFICE.intervals(at("2026-03-06T12:00"))
    assert [next(spans), next(spans)] == [
        (at("2026-03-06T12:00"), at("2026-03-06T17:00")),
        (at("2026-03-09T09:00"), at("2026-03-09T17:00")),
    ]


def test_the_instant_of_closing_is_closed_and_of_opening_open():
    closing, opening = at("2026-03-06T17:00"), at("2026-03-09T09:00")
    assert (OFFICE.is_open(closing), OFFICE.is_open(opening)) == (False, True)
    assert (OFFICE.next_opening(closing), OFFICE.previous_closing(opening)) == (
        opening,
        closing,
    )


def test_always_open_is_plain_elapsed_time():
    always = Schedule.always(LISBON)
    start = at("2026-03-28T12:00")
    assert always.add(start, 48 * HOUR) == start.astimezone(UTC) + 48 * HOUR
    assert always.subtract(start, 48 * HOUR) == start.astimezone(UTC) - 48 * HOUR
    assert always.between(start, at("2026-03-30T12:00")) == 47 * HOUR
    assert always.is_open(start)
    assert always.next_opening(start) == always.previous_closing(start) == start


# The clocks change: 23-hour and 25-hour days, shifts cut, midnights that are not there.


@pytest.mark.parametrize(
    ("day", "length"), [("2026-03-29", 23), ("2026-06-01", 24), ("2026-10-25", 25)]
)
def test_a_whole_day_is_as_long_as_it_really_is(day, length):
    whole = every_day(LISBON, ("00:00", "00:00"), exceptions={date(2000, 1, 1): ()})
    [(opens, closes)] = whole.open_intervals(date.fromisoformat(day))
    assert closes - opens == length * HOUR
    assert whole.between(opens, closes) == length * HOUR


@pytest.mark.parametrize(("day", "length"), [("2026-03-28", 7), ("2026-10-24", 9)])
def test_a_night_shift_loses_or_gains_the_hour(day, length):
    [(opens, closes)] = NIGHT.open_intervals(date.fromisoformat(day))
    assert closes - opens == length * HOUR


def test_an_ordinary_shift_cut_by_the_change_is_shorter():
    early = every_day(NEW_YORK, ("01:00", "05:00"))
    start = at("2026-03-08T01:30", NEW_YORK)
    assert early.add(start, 2 * HOUR) == at("2026-03-08T04:30", NEW_YORK)
    assert early.between(start, at("2026-03-08T12:00", NEW_YORK)) == 2.5 * HOUR


def test_a_shift_inside_the_missing_hour_is_left_out():
    gap = every_day(NEW_YORK, ("02:15", "02:45"), ("02:50", "03:10"))
    spans = gap.open_intervals(date(2026, 3, 8))
    assert spans == ((at("2026-03-08T03:15", NEW_YORK), at("2026-03-08T03:45", NEW_YORK)),)


def test_an_hour_that_comes_twice_is_the_first():
    early = every_day(NEW_YORK, ("01:30", "03:00"))
    [(opens, closes)] = early.open_intervals(date(2026, 11, 1))
    assert (opens, closes) == (
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 8, 0, tzinfo=UTC),
    )


def test_a_midnight_that_does_not_exist_leaves_no_hole():
    whole = every_day(SANTIAGO, ("00:00", "00:00"), exceptions={date(2000, 1, 1): ()})
    before, after = (whole.open_intervals(date(2026, 9, day))[0] for day in (5, 6))
    assert before[1] == after[0]
    assert after[1] - after[0] == 23 * HOUR


def test_a_date_that_was_skipped_is_not_worked_twice():
    office = every_day(APIA, ("09:00", "17:00"))
    first, last = at("2011-12-29T00:00", APIA), at("2012-01-01T00:00", APIA)
    assert office.between(first, last) == 16 * HOUR


# Schedules that make no sense


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: s.add(at("2026-03-02T09:00"), HOUR),
        lambda s: s.subtract(at("2026-03-02T09:00"), HOUR),
        lambda s: s.next_opening(at("2026-03-02T09:00")),
        lambda s: s.previous_closing(at("2026-03-02T09:00")),
        lambda s: s.roll_forward(date(2026, 3, 2)),
    ],
    ids=["add", "subtract", "next_opening", "previous_closing", "roll_forward"],
)
def test_a_schedule_that_never_opens_says_so(ask):
    with pytest.raises(NeverOpen):
        ask(Schedule(LISBON, {}))


def test_a_schedule_that_never_opens_measures_zero():
    empty = Schedule(LISBON, {})
    assert empty.between(at("2026-03-02T09:00"), at("2026-03-09T09:00")) == 0 * HOUR
    assert list(empty.intervals(at("2026-03-02T09:00"))) == []


def test_refuses_a_weekday_that_does_not_exist():
    with pytest.raises(ValueError, match="weekdays are 0"):
        Schedule(LISBON, {7: ALL_DAY})


def test_refuses_hours_with_a_zone_of_their_own():
    with pytest.raises(ValueError, match="wall-clock"):
        Schedule(LISBON, {0: ((time(9, tzinfo=UTC), time(17, tzinfo=UTC)),)})


def test_equal_schedules_are_equal_whatever_was_asked_of_them():
    other = Schedule(LISBON, dict.fromkeys(range(5), hours(("09:00", "17:00"))))
    other.add(at("2026-03-02T09:00"), HOUR)
    assert other == OFFICE


def test_memory_of_days_is_bounded(monkeypatch):
    monkeypatch.setattr("recovery.kernel.hours._KEPT_DAYS", 10)
    office = Schedule(LISBON, dict.fromkeys(range(5), hours(("09:00", "17:00"))))
    assert office.between(at("2026-01-05T00:00"), at("2026-03-02T00:00")) == 40 * 8 * HOUR
    assert len(office._days) <= 10
