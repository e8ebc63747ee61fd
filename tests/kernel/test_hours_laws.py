"""Laws of working time, on schedules nobody thought of."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from recovery.kernel.hours import Schedule
from tests.kernel.weeks import LISBON, NEW_YORK, SANTIAGO

MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
PAIRS = st.lists(st.tuples(MINUTES, MINUTES), max_size=3).map(tuple)
ZONES = st.sampled_from(
    [LISBON, SANTIAGO, NEW_YORK, ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu")]
)
DATES = st.dates(date(2026, 1, 1), date(2026, 12, 31))
SCHEDULES = st.builds(
    Schedule,
    ZONES,
    st.dictionaries(st.integers(0, 6), PAIRS.filter(bool), min_size=1),
    st.dictionaries(DATES, PAIRS, max_size=5),
    st.dictionaries(
        DATES, st.dictionaries(st.integers(0, 6), PAIRS.filter(bool), min_size=1), max_size=2
    ).map(lambda found: tuple(sorted(found.items(), key=lambda change: change[0]))),
)
# In UTC, because Python never calls instants of a clock change equal between zones.
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
SPELLS = st.timedeltas(timedelta(0), timedelta(hours=60))


@given(SCHEDULES, INSTANTS, SPELLS)
def test_what_was_added_is_what_passes(schedule, start, working):
    assert schedule.between(start, schedule.add(start, working)) == working


@given(SCHEDULES, INSTANTS, SPELLS)
def test_what_was_subtracted_is_what_passes(schedule, end, working):
    assert schedule.between(schedule.subtract(end, working), end) == working


@given(SCHEDULES, INSTANTS, SPELLS, SPELLS)
def test_adding_in_two_steps_is_adding_at_once(schedule, start, first, second):
    assert schedule.add(schedule.add(start, first), second) == schedule.add(
        start, first + second
    )


@given(SCHEDULES, INSTANTS, INSTANTS, SPELLS)
def test_a_later_start_is_never_due_earlier(schedule, one, other, working):
    early, late = sorted([one, other])
    assert schedule.add(early, working) <= schedule.add(late, working)


@given(SCHEDULES, st.lists(INSTANTS, min_size=3, max_size=3).map(sorted))
def test_spans_add_up(schedule, moments):
    a, b, c = moments
    whole = schedule.between(a, c)
    assert schedule.between(a, b) + schedule.between(b, c) == whole
    assert timedelta(0) <= whole <= c - a


@given(SCHEDULES, INSTANTS)
def test_openings_and_closings_agree_with_what_is_open(schedule, moment):
    opening, closing = schedule.next_opening(moment), schedule.previous_closing(moment)
    assert closing <= moment <= opening
    assert schedule.is_open(opening)
    assert schedule.is_open(moment) == (opening == moment)
    assert schedule.between(closing, opening) == timedelta(0)


@given(SCHEDULES, DATES, st.integers(0, 30))
def test_counted_days_are_the_days_between(schedule, day, count):
    first = schedule.roll_forward(day)
    later = schedule.add_business_days(day, count)
    assert schedule.business_days_between(first, later) == count
    assert schedule.add_business_days(later, -count) == first
