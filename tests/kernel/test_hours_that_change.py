"""From a date on other hours hold, and the time before stays as it was."""

from datetime import date

import pytest

from recovery.kernel.hours import ALL_DAY, Schedule
from tests.kernel.weeks import HOUR, LISBON, NIGHT, OFFICE, at, hours

LATER = dict.fromkeys(range(5), hours(("12:00", "16:00")))
CHANGED = Schedule(LISBON, OFFICE.week, changes=((date(2026, 3, 4), LATER),))


def test_hours_hold_from_their_date_on():
    assert CHANGED.hours_on(date(2026, 3, 3)) == hours(("09:00", "17:00"))
    assert CHANGED.hours_on(date(2026, 3, 4)) == hours(("12:00", "16:00"))
    assert CHANGED.add(at("2026-03-03T16:00"), 3 * HOUR) == at("2026-03-04T14:00")


def test_time_before_a_change_counts_by_the_hours_of_then():
    before = (at("2026-03-02T00:00"), at("2026-03-04T00:00"))
    assert CHANGED.between(*before) == OFFICE.between(*before) == 16 * HOUR
    assert CHANGED.between(at("2026-03-04T00:00"), at("2026-03-06T00:00")) == 8 * HOUR


def test_the_latest_of_several_changes_holds():
    none = Schedule(LISBON, {}, changes=(*CHANGED.changes, (date(2026, 3, 6), OFFICE.week)))
    assert none.next_opening(at("2026-03-01T00:00")) == at("2026-03-04T12:00")
    assert none.hours_on(date(2026, 3, 6)) == hours(("09:00", "17:00"))


def test_an_exception_holds_whatever_the_week():
    closed = Schedule(LISBON, OFFICE.week, {date(2026, 3, 4): ()}, CHANGED.changes)
    assert closed.next_opening(at("2026-03-04T00:00")) == at("2026-03-05T12:00")


def test_a_night_shift_ends_by_the_hours_it_began_with():
    ends = Schedule(LISBON, NIGHT.week, changes=((date(2026, 3, 4), OFFICE.week),))
    assert ends.is_open(at("2026-03-04T05:00"))
    assert not ends.is_open(at("2026-03-04T23:00"))


def test_around_the_clock_may_come_to_an_end():
    whole = Schedule.always(LISBON)
    ends = Schedule(LISBON, whole.week, changes=((date(2026, 3, 4), OFFICE.week),))
    assert ends.between(at("2026-03-03T00:00"), at("2026-03-05T00:00")) == 32 * HOUR


@pytest.mark.parametrize("second", [date(2026, 3, 4), date(2026, 3, 3)])
def test_refuses_changes_out_of_order(second):
    with pytest.raises(ValueError, match="in the order of their dates"):
        Schedule(LISBON, {}, changes=(*CHANGED.changes, (second, LATER)))


def test_refuses_a_weekday_that_does_not_exist_in_a_change():
    with pytest.raises(ValueError, match="weekdays are 0"):
        Schedule(LISBON, {}, changes=((date(2026, 3, 4), {7: ALL_DAY}),))
