"""Rungs are reached by working time, a clock is over just after it is due, everybody has a turn."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recovery.escalation.policy import (
    JUST_AFTER,
    LadderCard,
    Roster,
    RungCard,
    Seat,
    decide,
    ladder_for,
    people_for,
    times_of,
)
from recovery.escalation.states import Tells
from recovery.kernel.hours import Schedule

LISBON = ZoneInfo("Europe/Lisbon")
ALWAYS = Schedule.always(LISBON)
OFFICE = Schedule(LISBON, dict.fromkeys(range(5), ((time(8), time(16)),)))
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
RUNGS = (RungCard(1, 75, "owner", 0), RungCard(2, 100, "desk_lead", 1))
LATER = RungCard(3, 150, "upper_lead", 2)


def judge(now, rungs=RUNGS, schedule=ALWAYS, due_at=NOON + 4 * HOUR):
    return decide(rungs, schedule, target=4 * HOUR, due_at=due_at, now=now)


def ids(decision):
    return [rung.id for rung, _ in decision.reached]


def test_a_fresh_clock_is_looked_at_next_when_its_first_rung_is_due():
    decision = judge(NOON)
    assert (ids(decision), decision.is_over) == ([], False)
    assert decision.next_check_at == NOON + 3 * HOUR


def test_a_rung_is_reached_at_its_share_of_the_time():
    decision = judge(NOON + 3 * HOUR)
    assert ids(decision) == [1]
    assert decision.next_check_at == NOON + 4 * HOUR + JUST_AFTER


def test_at_its_due_time_a_clock_is_still_kept():
    assert not judge(NOON + 4 * HOUR).is_over
    over = judge(NOON + 4 * HOUR + JUST_AFTER)
    assert (over.is_over, ids(over), over.next_check_at) == (True, [1, 2], None)


def test_rungs_beyond_the_whole_come_later_still():
    rungs = (*RUNGS, LATER)
    decision = judge(NOON + 5 * HOUR, rungs)
    assert decision.next_check_at == NOON + 6 * HOUR + JUST_AFTER
    assert ids(judge(decision.next_check_at, rungs)) == [1, 2, 3]


def test_shares_are_of_working_time():
    due_at = datetime(2026, 3, 5, 10, tzinfo=UTC)  # two hours today, two tomorrow
    assert judge(NOON, schedule=OFFICE, due_at=due_at).next_check_at == due_at - HOUR


def test_without_rungs_the_breach_alone_is_waited_for():
    assert judge(NOON, rungs=()).next_check_at == NOON + 4 * HOUR + JUST_AFTER


@st.composite
def rungs_of(draw):
    """One rung of any make; its id is given by the ladder."""
    anchor = draw(st.sampled_from(["percent", "minutes"]))
    most = draw(st.integers(1, 4))
    return {
        "percent": draw(st.integers(1, 300)) if anchor == "percent" else None,
        "minutes": draw(st.integers(-600, 4000)) if anchor == "minutes" else 0,
        "in_real_time": draw(st.booleans()),
        "in_hours": draw(st.booleans()),
        "every": draw(st.integers(5, 900)) if most > 1 else 0,
        "most": most,
    }


def ladder_of(made):
    return tuple(
        RungCard(key, tells="owner", level=0, **facts) for key, facts in enumerate(made)
    )


LADDERS = st.lists(rungs_of(), max_size=5).map(ladder_of)
SCHEDULES = st.sampled_from([ALWAYS, OFFICE])
AT_EASE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def all_times(rungs, schedule, due_at):
    return {
        (rung, number): at
        for rung in rungs
        for number, at in enumerate(
            times_of(rung, schedule, target=4 * HOUR, due_at=due_at), start=1
        )
    }


@AT_EASE
@given(LADDERS, st.integers(0, 20_000), SCHEDULES)
def test_looking_whenever_told_to_misses_no_rung_and_comes_to_an_end(rungs, late, schedule):
    due_at = schedule.add(NOON, 4 * HOUR)
    times = all_times(rungs, schedule, due_at)
    now, looks, seen = NOON + timedelta(minutes=late), 0, {}
    while True:
        decision = judge(now, rungs, schedule, due_at)
        for each in decision.reached:
            seen.setdefault(each, now)
        looks += 1
        if decision.next_check_at is None:
            break
        assert decision.next_check_at > now
        now = decision.next_check_at
    assert decision.is_over
    assert set(seen) == set(times)
    first_look = NOON + timedelta(minutes=late)
    assert all(seen[each] == max(first_look, at) for each, at in times.items())
    assert looks <= len(times) + 2


@AT_EASE
@given(LADDERS, SCHEDULES, st.integers(-1000, 9000), st.integers(0, 9000))
def test_what_was_reached_stays_reached_and_is_named_once(rungs, schedule, early, more):
    due_at = schedule.add(NOON, 4 * HOUR)
    now = NOON + timedelta(minutes=early)
    before = judge(now, rungs, schedule, due_at)
    after = judge(now + timedelta(minutes=more), rungs, schedule, due_at)
    assert set(before.reached) <= set(after.reached)
    assert len(set(after.reached)) == len(after.reached)
    assert after.is_over >= before.is_over


@AT_EASE
@given(rungs_of(), SCHEDULES)
def test_repeats_come_one_after_the_other_and_in_hours_if_so_wished(made, schedule):
    (rung,) = ladder_of([made])
    times = list(times_of(rung, schedule, target=4 * HOUR, due_at=schedule.add(NOON, 4 * HOUR)))
    assert len(times) == rung.most
    assert times == sorted(set(times))
    assert not rung.in_hours or all(schedule.is_open(at) for at in times)


def first_time(schedule=OFFICE, due_at=datetime(2026, 3, 5, 10, tzinfo=UTC), **facts):
    """When one rung fires first; due on Thursday at ten, two hours after opening."""
    rung = RungCard(1, facts.pop("percent", None), "owner", 0, **facts)
    return min(times_of(rung, schedule, target=4 * HOUR, due_at=due_at))


def test_minutes_before_the_due_time_are_working_time_or_real_time():
    wednesday = datetime(2026, 3, 4, tzinfo=UTC)
    assert first_time(minutes=-180) == wednesday + 15 * HOUR
    assert first_time(minutes=-180, in_real_time=True) == wednesday + 31 * HOUR


def test_what_falls_into_closed_time_waits_for_the_opening_only_if_so_wished():
    after = datetime(2026, 3, 5, 18, tzinfo=UTC) + JUST_AFTER
    assert first_time(minutes=480, in_real_time=True) == after
    opening = datetime(2026, 3, 6, 8, tzinfo=UTC)
    assert first_time(minutes=480, in_real_time=True, in_hours=True) == opening


def test_a_rung_repeats_by_its_own_interval_and_no_more_than_it_may():
    rung = RungCard(1, 100, "owner", 0, every=30, most=3)
    due_at = NOON + 4 * HOUR
    times = list(times_of(rung, ALWAYS, target=4 * HOUR, due_at=due_at))
    assert times == [due_at + JUST_AFTER + timedelta(minutes=30 * n) for n in range(3)]
    decision = judge(due_at + timedelta(minutes=31), (rung,))
    assert [number for _, number in decision.reached] == [1, 2]
    assert decision.next_check_at == times[2]


def test_a_clock_keeps_the_ladder_of_its_start():
    old = LadderCard("resolve", None, NOON, RUNGS)
    new = LadderCard("resolve", NOON, None, (LATER,))
    assert ladder_for([new, old], "resolve", NOON - HOUR) == RUNGS
    assert ladder_for([new, old], "resolve", NOON) == (LATER,)
    assert ladder_for([new, old], "triage", NOON) == ()


HEAD, DESK, OTHER = 1, 2, 3


def house(*, owner=None, holder=None, lead=(), upper=(), operators=(), managers=()):
    """A desk below its head department; `managers` are (person, department) pairs."""
    seats = [Seat(key, "lead", DESK, is_lead=True) for key in lead]
    seats += [Seat(key, "lead", HEAD, is_lead=True) for key in upper]
    seats += [Seat(key, "operator", OTHER, is_lead=False, operates=True) for key in operators]
    seats += [Seat(key, "manager", place, is_lead=False) for key, place in managers]
    return Roster(owner, holder if holder is not None else owner, (DESK, HEAD), seats)


def test_tells_the_circle_named():
    everyone = house(
        owner=1, lead=[3, 2], upper=[4], operators=[5], managers=[(6, HEAD), (7, OTHER)]
    )
    assert people_for("owner", everyone) == [1]
    assert people_for("desk_lead", everyone) == [2, 3]
    assert people_for("upper_lead", everyone) == [4]
    assert people_for("operator", everyone) == [5]
    assert people_for("manager", everyone) == [6]


def test_a_named_role_is_that_of_the_nearest_department():
    assert people_for("manager", house(managers=[(6, HEAD), (7, DESK)])) == [7]


def test_goes_on_to_the_next_wider_circle_that_has_anybody():
    assert people_for("owner", house(upper=[4])) == [4]
    assert people_for("desk_lead", house(owner=1, operators=[5])) == [5]
    assert people_for("manager", house(owner=1, lead=[2], upper=[4])) == [4]
    assert people_for("process_owner", house(lead=[2], operators=[5])) == [5]


def test_a_lead_who_owns_the_case_is_not_the_one_it_rises_to():
    assert people_for("desk_lead", house(owner=2, lead=[2], upper=[4])) == [4]


def test_an_owner_alone_in_the_house_hears_it_after_all():
    assert people_for("desk_lead", house(owner=2, lead=[2])) == [2]
    assert people_for("owner", house()) == []


@given(
    st.sampled_from([each for each in Tells if each is not Tells.DEPUTY]),
    st.none() | st.integers(1, 4),
    *[st.lists(st.integers(1, 4), max_size=2)] * 3,
)
def test_nobody_gets_nothing_while_there_is_anybody(tells, owner, lead, upper, operators):
    told = people_for(tells, house(owner=owner, lead=lead, upper=upper, operators=operators))
    behind = [*operators, *upper] if tells in {"manager", "process_owner"} else []
    if tells == Tells.OPERATOR:
        behind = operators
    elif tells == Tells.UPPER_LEAD:
        behind = [*operators, *upper]
    elif tells in {Tells.DESK_LEAD, Tells.OWNER}:
        behind = [*operators, *upper, *lead]
    assert bool(told) == bool(behind or owner is not None)
