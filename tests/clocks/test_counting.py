"""Laws count days by their own rule, to the end of a day in their zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.clocks.policy.counting import last_day, seconds_to_end_of
from recovery.clocks.selectors import free_days
from recovery.clocks.states import Counts, Shift

LISBON = ZoneInfo("Europe/Lisbon")
FRIDAY = date(2026, 3, 6)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
SPANS = st.integers(1, 120)
ZONES = st.sampled_from(
    [ZoneInfo(each) for each in ("Europe/Lisbon", "America/Sao_Paulo", "Asia/Kolkata", "UTC")]
)


def is_weekend(day):
    return day.weekday() >= 5


def ends(days, first=FRIDAY, counts=Counts.CALENDAR_DAYS, shift=Shift.AS_IS, free=is_weekend):
    return last_day(first, days, counts=counts, shift=shift, is_free=free)


@pytest.mark.parametrize(
    ("days", "rules", "expected"),
    [
        (1, {}, date(2026, 3, 7)),
        (1, {"shift": Shift.NEXT}, date(2026, 3, 9)),
        (2, {"shift": Shift.PREVIOUS}, FRIDAY),
        (3, {"shift": Shift.PREVIOUS}, date(2026, 3, 9)),
        # Begun on Saturday, the working day before would lie before its beginning.
        (1, {"shift": Shift.PREVIOUS, "first": date(2026, 3, 7)}, date(2026, 3, 8)),
        (1, {"counts": Counts.WORKING_DAYS}, date(2026, 3, 9)),
        (6, {"counts": Counts.WORKING_DAYS}, date(2026, 3, 16)),
    ],
)
def test_ends_on_the_day_the_law_means(days, rules, expected):
    assert ends(days, **rules) == expected


def test_holidays_of_its_country_are_no_working_days():
    free = free_days("PT")
    carnation_day = date(2026, 4, 25)
    labour_day = date(2026, 5, 1)
    assert free(carnation_day)
    assert free(labour_day)
    assert not free_days("")(labour_day)
    assert ends(1, date(2026, 4, 30), Counts.WORKING_DAYS, free=free) == date(2026, 5, 4)


@given(DAYS, SPANS)
def test_working_days_are_counted_one_by_one(first, days):
    found = ends(days, first, Counts.WORKING_DAYS)
    between = [first + timedelta(each) for each in range(1, (found - first).days + 1)]
    assert sum(not is_weekend(each) for each in between) == days
    assert not is_weekend(found)


@given(DAYS, SPANS, st.sampled_from(Shift))
def test_a_shift_moves_the_end_to_a_working_day_and_no_further(first, days, shift):
    plain, found = ends(days, first), ends(days, first, shift=shift)
    if shift is Shift.AS_IS or not is_weekend(plain):
        assert found == plain
    elif shift is Shift.NEXT:
        assert 0 < (found - plain).days <= 2
        assert not is_weekend(found)
    else:
        assert first <= found <= plain


@given(st.integers(0, 15 * 365 * 86_400_000_000), SPANS, ZONES)
def test_is_due_within_the_last_second_of_the_day(since, days, zone):
    start = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(microseconds=since)
    day = ends(days, start.astimezone(zone).date())
    due_at = start + timedelta(seconds=seconds_to_end_of(day, start=start, zone=zone))
    assert due_at > start
    assert due_at.astimezone(zone).date() == day
    assert (due_at + timedelta(seconds=1)).astimezone(zone).date() > day


def test_a_day_of_23_hours_ends_when_it_ends():
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)
    seconds = seconds_to_end_of(date(2026, 3, 29), start=start, zone=LISBON)
    assert start + timedelta(seconds=seconds) == datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC)
