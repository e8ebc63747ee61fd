"""Rungs are reached by working time, a clock is over just after it is due, everybody has a turn."""

from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recovery.escalation.policy import (
    JUST_AFTER,
    LadderCard,
    RungCard,
    decide,
    ladder_for,
    people_for,
)
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
    return [rung.id for rung in decision.rungs]


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


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.integers(1, 300), max_size=6, unique=True),
    st.integers(0, 20_000),
    st.sampled_from([ALWAYS, OFFICE]),
)
def test_looking_whenever_told_to_misses_no_rung_and_comes_to_an_end(percents, late, schedule):
    rungs = tuple(RungCard(percent, percent, "owner", 0) for percent in sorted(percents))
    due_at = schedule.add(NOON, 4 * HOUR)
    now, looks, seen = NOON + timedelta(minutes=late), 0, []
    while True:
        decision = judge(now, rungs, schedule, due_at)
        seen = ids(decision)
        looks += 1
        if decision.next_check_at is None:
            break
        assert decision.next_check_at > now
        now = decision.next_check_at
    assert decision.is_over
    assert seen == sorted(percents)
    assert looks <= len(percents) + 2


def test_a_clock_keeps_the_ladder_of_its_start():
    old = LadderCard("resolve", None, NOON, RUNGS)
    new = LadderCard("resolve", NOON, None, (LATER,))
    assert ladder_for([new, old], "resolve", NOON - HOUR) == RUNGS
    assert ladder_for([new, old], "resolve", NOON) == (LATER,)
    assert ladder_for([new, old], "triage", NOON) == ()


def circles(**people):
    names = ("owner", "desk_lead", "upper_lead", "operators")
    return [(name, partial(list, people.get(name, []))) for name in names]


def test_tells_the_circle_named():
    everyone = circles(owner=[1], desk_lead=[2, 3], upper_lead=[4], operators=[5])
    assert people_for("owner", everyone, owner_id=1) == [1]
    assert people_for("desk_lead", everyone, owner_id=1) == [2, 3]
    assert people_for("upper_lead", everyone, owner_id=1) == [4]


def test_goes_on_to_the_next_wider_circle_that_has_anybody():
    assert people_for("owner", circles(upper_lead=[4]), owner_id=None) == [4]
    assert people_for("desk_lead", circles(owner=[1], operators=[5]), owner_id=1) == [5]


def test_a_lead_who_owns_the_case_is_not_the_one_it_rises_to():
    led = circles(owner=[2], desk_lead=[2], upper_lead=[4])
    assert people_for("desk_lead", led, owner_id=2) == [4]


def test_an_owner_alone_in_the_house_hears_it_after_all():
    assert people_for("desk_lead", circles(owner=[2], desk_lead=[2]), owner_id=2) == [2]
    assert people_for("owner", circles(), owner_id=None) == []
