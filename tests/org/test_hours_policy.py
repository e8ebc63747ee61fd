"""Hours as people write them: what is understood, and what is refused with what to do."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.kernel.refusals import Invalid
from recovery.org.policy.hours import check_week, check_zone, hours_words, read_hours, zones

DAY = ["08:00", "17:00"]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("08:00–12:00, 13:00–17:00", [["08:00", "12:00"], ["13:00", "17:00"]]),
        ("8-12; 13.30 - 17", [["08:00", "12:00"], ["13:30", "17:00"]]),
        ("9:00 to 17:30", [["09:00", "17:30"]]),
        ("13:00—17:00, 08:00-12:00,", [["08:00", "12:00"], ["13:00", "17:00"]]),
        ("22:00–06:00", [["22:00", "06:00"]]),
        ("08:00–24:00", [["08:00", "00:00"]]),
        ("00:00–24:00", [["00:00", "00:00"]]),
        ("08:00–12:00, 12:00–16:00", [["08:00", "12:00"], ["12:00", "16:00"]]),
        ("all day", [["00:00", "00:00"]]),
        ("", []),
        (" Closed ", []),
        ("–", []),
    ],
)
def test_understands_what_people_write(text, pairs):
    assert read_hours(text) == pairs


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("08:00", "“08:00” as from–to"),
        ("08:00–12:00–13:00", "as from–to"),
        ("always", "as from–to"),
        ("25:00–26:00", "“25:00” is no time of day"),
        ("08:60–12:00", "“08:60” is no time of day"),
        ("24:30–25:00", "“24:30” is no time of day"),
        ("morning–noon", "“morning” is no time of day"),
        ("08:00–08:00", "08:00–08:00 ends when it begins. Write 00:00–24:00"),
        ("08:00–12:00, 11:00–17:00", "11:00–17:00 begins before 08:00–12:00 has ended"),
        ("08:00–17:00, 09:00–10:00", "09:00–10:00 begins before 08:00–17:00 has ended"),
        ("22:00–06:00, 23:00–24:00", "23:00–24:00 begins before 22:00–06:00 has ended"),
        ("00:00–24:00, 08:00–12:00", "08:00–12:00 begins before 00:00–24:00 has ended"),
        (", ".join(f"{hour}:00–{hour}:30" for hour in range(13)), "at most 12"),
    ],
)
def test_refuses_what_makes_no_sense(text, said):
    with pytest.raises(Invalid) as refused:
        read_hours(text, field="day_3")
    assert said in str(refused.value)
    assert refused.value.field == "day_3"


def test_a_week_without_hours_is_refused():
    with pytest.raises(Invalid, match="hours for one day at least"):
        check_week({day: [] for day in range(7)})


@pytest.mark.parametrize(("day", "after"), [(0, 1), (6, 0)])
def test_a_night_may_not_run_into_the_next_morning(day, after):
    with pytest.raises(Invalid, match="lasts until 06:00") as refused:
        check_week({day: [["22:00", "06:00"]], after: [["05:00", "09:00"]]})
    assert refused.value.field == f"day_{after}"


def test_a_night_may_end_where_the_morning_begins():
    check_week({day: [["22:00", "06:00"], ["06:00", "14:00"]] for day in range(7)})
    check_week({day: [["00:00", "00:00"]] for day in range(7)})


def test_every_morning_at_fault_is_named_at_once():
    week = {day: [["05:00", "09:00"], ["22:00", "06:00"]] for day in range(7)}
    with pytest.raises(Invalid) as refused:
        check_week(week)
    assert len(refused.value.parts) == 7


@pytest.mark.parametrize("zone", ["", "Europe/Lisabon", "GMT+1", "../etc/passwd"])
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(Invalid, match="such as Europe/Lisbon"):
        check_zone(zone)


def test_known_zones_are_taken():
    for zone in ("UTC", "Europe/Lisbon", "America/Argentina/Ushuaia"):
        check_zone(zone)
    assert zones()[0] == "UTC"


MINUTES = st.integers(0, 24 * 60 - 1).map(lambda at: f"{at // 60:02d}:{at % 60:02d}")


@given(st.lists(st.tuples(MINUTES, MINUTES).map(list), max_size=3).map(sorted))
def test_what_is_written_is_read_again(pairs):
    with suppress(Invalid):  # these overlap
        assert read_hours(hours_words(pairs)) == pairs


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    with suppress(Invalid):
        assert read_hours(text) == read_hours(hours_words(read_hours(text)))
