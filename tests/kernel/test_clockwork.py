import csv
import json
from datetime import UTC, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.kernel.clockwork import FULLEST, Timing, due, read
from recovery.kernel.hours import Schedule

FILE = Path(__file__).parents[3] / "shared/data/business_hours/sla_clock_pause_vectors.csv"
VECTORS = (
    list(csv.DictReader(StringIO(FILE.read_text(encoding="utf-8")))) if FILE.exists() else []
)
DUE_STAYS_AT_CLOSING = "a due time that lands exactly on closing stays at closing"
CONTRADICTIONS = {"PA03": DUE_STAYS_AT_CLOSING}

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Schedule(BERLIN, dict.fromkeys(range(5), ((time(9), time(17)),)))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def at(text):
    return datetime.fromisoformat(f"2026-06-{text}").replace(tzinfo=BERLIN)


def timing(**changes):
    return Timing(
        **({"start": at("01T10:00"), "target": 4 * HOUR, "schedule": OFFICE} | changes)
    )


def test_runs_in_working_time_only():
    reading = read(timing(start=at("01T15:00")), at=at("02T10:00"))
    assert reading.due_at == at("02T11:00")
    assert (reading.elapsed, reading.left, reading.share) == (3 * HOUR, HOUR, 0.75)
    assert not any((reading.is_over, reading.is_paused, reading.is_stopped))


def test_a_pause_moves_the_due_time_by_its_working_time():
    paused = timing(pauses=((at("01T12:00"), at("02T10:00")),))
    assert read(paused, at=at("02T11:00")).due_at == at("02T12:00")
    assert read(paused, at=at("02T11:00")).elapsed == 3 * HOUR


def test_a_pause_while_closed_costs_nothing():
    paused = timing(start=at("01T16:00"), pauses=((at("01T18:00"), at("02T08:00")),))
    assert read(paused, at=at("02T10:00")).due_at == at("02T12:00")


def test_a_paused_clock_is_due_at_no_known_time():
    reading = read(timing(pauses=((at("01T12:00"), None),)), at=at("05T12:00"))
    assert (reading.due_at, reading.elapsed) == (None, 2 * HOUR)
    assert reading.is_paused
    assert not reading.is_over


def test_a_pause_after_the_due_time_does_not_save_it():
    reading = read(timing(pauses=((at("01T16:00"), None),)), at=at("02T12:00"))
    assert (reading.due_at, reading.is_over) == (at("01T14:00"), True)


def test_is_paused_from_the_first_instant_to_the_last():
    paused = timing(pauses=((at("01T12:00"), at("01T13:00")),))
    instants = ("01T10:00", "01T11:59", "01T12:00", "01T12:59", "01T13:00")
    found = [read(paused, at=at(instant)).is_paused for instant in instants]
    assert found == [False, False, True, True, False]


def test_is_not_paused_before_its_start():
    assert not read(timing(), at=at("01T09:00")).is_paused


def test_pauses_may_overlap_and_begin_before_the_clock():
    paused = timing(
        pauses=(
            (at("01T12:00"), at("01T14:00")),
            (at("01T08:00"), at("01T11:00")),
            (at("01T13:00"), at("01T13:30")),
        )
    )
    assert read(paused, at=at("01T12:30")).due_at == at("01T17:00")
    assert read(paused, at=at("01T12:30")).elapsed == HOUR


def test_pauses_count_only_up_to_their_cap():
    capped = timing(
        pauses=((at("01T11:00"), at("01T12:00")), (at("01T13:00"), None)), pause_cap=3 * HOUR
    )
    assert read(capped, at=at("01T14:00")).is_paused
    later = read(capped, at=at("01T16:00"))
    assert not later.is_paused
    assert (later.due_at, later.elapsed) == (at("01T17:00"), 3 * HOUR)


def test_is_over_only_after_the_due_time():
    assert not read(timing(), at=at("01T14:00")).is_over
    assert read(timing(), at=at("01T14:00:01")).is_over


def test_is_over_at_night_when_due_at_closing():
    night = read(timing(target=7 * HOUR), at=at("01T20:00"))
    assert (night.due_at, night.share, night.is_over) == (at("01T17:00"), 1.0, True)


def test_a_stopped_clock_stays_as_it_was():
    stopped = timing(stopped_at=at("01T13:00"))
    reading = read(stopped, at=at("09T13:00"))
    assert (reading.elapsed, reading.is_over, reading.is_stopped) == (3 * HOUR, False, True)
    assert (reading.due_at, reading.next_due_at) == (at("01T14:00"), None)
    assert read(stopped, at=at("01T13:00")).is_stopped
    assert not read(stopped, at=at("01T12:59")).is_stopped


def test_stopped_late_is_over():
    assert read(timing(stopped_at=at("02T09:30")), at=at("02T10:00")).is_over


def test_stopping_ends_the_pause_it_was_in():
    stopped = timing(pauses=((at("01T11:00"), None),), stopped_at=at("01T16:00"))
    reading = read(stopped, at=at("02T10:00"))
    assert (reading.elapsed, reading.due_at, reading.is_paused) == (HOUR, at("02T11:00"), False)


def test_is_right_in_the_hour_that_comes_twice():
    first, second = (
        datetime(2026, 10, 25, 2, minute, tzinfo=BERLIN, fold=fold)
        for minute, fold in ((50, 0), (10, 1))
    )
    clock = timing(
        start=first - HOUR,
        schedule=Schedule.always(BERLIN),
        pauses=((second, second + 5 * MINUTE), (first, first + 5 * MINUTE)),
        stopped_at=second,
    )
    assert not read(clock, at=first).is_stopped
    assert read(clock, at=second).elapsed == HOUR + 15 * MINUTE


def test_tells_when_a_share_of_the_target_is_used():
    assert due(timing(), share=0.75) == at("01T13:00")
    assert due(timing(pauses=((at("01T12:00"), None),)), share=0.75) is None


def test_a_bar_is_drawn_to_its_fullest_and_no_further():
    assert read(timing(), at=at("03T10:00")).share == FULLEST


def test_a_clock_needs_a_target():
    with pytest.raises(ValueError, match="target above zero"):
        timing(target=0 * HOUR)


# Laws

MOMENTS = st.integers(0, 14 * 24 * 60).map(lambda minute: at("01T00:00") + minute * MINUTE)
PAUSES = st.lists(
    st.tuples(MOMENTS, MOMENTS).map(lambda pair: tuple(sorted(pair))), max_size=4
).map(tuple)
TIMINGS = st.builds(
    Timing,
    start=MOMENTS,
    target=st.integers(1, 3000).map(lambda minutes: minutes * MINUTE),
    schedule=st.sampled_from([OFFICE, Schedule.always(BERLIN)]),
    pauses=PAUSES,
    pause_cap=st.none() | st.integers(0, 1000).map(lambda minutes: minutes * MINUTE),
)


@given(TIMINGS)
def test_at_its_due_time_exactly_the_target_has_elapsed(clock):
    due_at = read(clock, at=clock.start).due_at
    reading = read(clock, at=due_at)
    assert (reading.elapsed, reading.is_over) == (clock.target, False)
    assert read(clock, at=due_at + MINUTE).is_over


@given(TIMINGS, st.lists(MOMENTS, min_size=2, max_size=2).map(sorted))
def test_elapsed_time_never_runs_back_nor_faster_than_time(clock, moments):
    early, late = (read(clock, at=moment).elapsed for moment in moments)
    assert timedelta(0) <= late - early <= moments[1] - moments[0]


@given(TIMINGS, MOMENTS)
def test_a_later_pause_never_makes_it_due_earlier(clock, moment):
    more = Timing(
        clock.start, clock.target, clock.schedule, (*clock.pauses, (moment, moment + HOUR))
    )
    less = Timing(clock.start, clock.target, clock.schedule, clock.pauses)
    assert due(less) <= due(more)


# Vectors of another project


def instant(vector, clock_time):
    day = vector["created"][:10]
    return datetime.fromisoformat(f"{day}T{clock_time}").replace(tzinfo=UTC)


def pauses_of(vector, events):
    states = [
        (instant(vector, event["at"]), event["state"]) for event in events if "state" in event
    ]
    ends = [*(moment for moment, _ in states[1:]), None]
    return tuple(
        (moment, end)
        for (moment, state), end in zip(states, ends, strict=False)
        if state in {"pending", "closed"}
    )


STOPPED_BY = {
    "first_response": "first_response",
    "update": "agent_contact",
    "solution": "close",
}


def clocks_of(vector):
    days, hours, zone = vector["calendar"].split()
    opens, closes = map(time.fromisoformat, hours.split("-"))
    open_days = range(7 if days == "daily" else 5)
    schedule = Schedule(ZoneInfo(zone), dict.fromkeys(open_days, ((opens, closes),)))
    events = json.loads(vector["events_json"])
    stops = {
        event["event"]: instant(vector, event["at"]) for event in events if "event" in event
    }
    for kind, minutes in json.loads(vector["targets_min_json"]).items():
        yield (
            kind,
            Timing(
                start=datetime.fromisoformat(vector["created"]),
                target=minutes * MINUTE,
                schedule=schedule,
                pauses=pauses_of(vector, events),
                stopped_at=stops.get(STOPPED_BY[kind], stops.get("close")),
            ),
        )


def said(vector):
    last = datetime.fromisoformat(vector["created"]) + 9 * HOUR
    readings = {kind: read(clock, at=last) for kind, clock in clocks_of(vector)}
    found = {
        "next_due": min(filter(None, (r.next_due_at for r in readings.values())), default=None)
    }
    for kind, reading in readings.items():
        found[f"{kind}_due"] = reading.due_at
        found[f"{kind}_next_due"] = reading.next_due_at
        found[f"{kind}_used_min"] = reading.elapsed / MINUTE
        found[f"{kind}_left_min"] = reading.left / MINUTE
    return found


def expected(vector):
    for name, value in json.loads(vector["expected_json"]).items():
        if value is None:
            yield name.replace("_due", "_next_due"), None
        elif name.endswith("_due"):
            yield name, datetime.fromisoformat(value)
        else:
            yield name, value


@pytest.mark.skipif(not VECTORS, reason=f"no data at {FILE}")
@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_agrees_with_another_project(vector):
    found = said(vector)
    wanted = dict(expected(vector))
    agrees = {name: found[name] for name in wanted} == wanted
    assert agrees == (vector["id"] not in CONTRADICTIONS), (found, wanted)


def test_contradiction_is_only_about_the_rule_named():
    clock = Timing(
        datetime(2013, 6, 4, 9, tzinfo=UTC),
        120 * MINUTE,
        Schedule(BERLIN, dict.fromkeys(range(7), ((time(9), time(18)),))),
        ((datetime(2013, 6, 4, 10, tzinfo=UTC), datetime(2013, 6, 4, 15, tzinfo=UTC)),),
    )
    assert due(clock) == datetime(2013, 6, 4, 16, tzinfo=UTC)
    assert clock.schedule.next_opening(due(clock)) == datetime(2013, 6, 5, 7, tzinfo=UTC)
