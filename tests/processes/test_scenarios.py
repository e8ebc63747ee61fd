"""Acceptance scenarios 2, 7 and 10 of practice.md, as far as the process track reaches."""

import dataclasses

from processes import services
from processes.models import PoolEntry, ProcessCase, ProcessLink
from processes.states import LinkState, ProcessState
from recovery.failures.models import Failure
from recovery.failures.services import lock_failure, report_track
from recovery.failures.states import TrackEnd, TrackKind, TrackState, Whole
from recovery.messages.models import Message
from recovery.org.selectors import system_person
from tests.factories import NOON
from tests.processes.conftest import DAY, PLAN


def status(failure: Failure) -> str:
    return Failure.objects.get(pk=failure.pk).status


def test_pooled_failure_stays_recovered_when_a_signal_opens_a_problem(house) -> None:
    cold_meal = house.pooled_failure(at=NOON)
    assert not ProcessCase.objects.exists()
    entry = PoolEntry.objects.get(pk=cold_meal.pk)
    assert entry.pooled_by == system_person()
    assert entry.review_at > NOON
    report_customer_ok(cold_meal)
    assert status(cold_meal) == Whole.RECOVERED

    later = NOON + 40 * DAY
    others = [house.pooled_failure(at=later) for _ in range(4)]
    case = ProcessCase.objects.get()
    assert case.proposed_because == "signal"
    services.open_case(
        process_id=case.pk, statement="Meals leave cold.", actor=house.owner, now=later
    )
    house.told(later)
    linked = ProcessLink.objects.filter(process=case, state=LinkState.LINKED)
    assert set(linked.values_list("failure_id", flat=True)) == {
        cold_meal.pk,
        *(each.pk for each in others),
    }
    assert status(cold_meal) == Whole.RECOVERED
    assert Failure.objects.get(pk=cold_meal.pk).reopened_count == 0
    assert house.track(cold_meal).end == TrackEnd.POOLED
    assert PoolEntry.objects.get(pk=cold_meal.pk).adopted_by_id == case.pk


def report_customer_ok(failure: Failure) -> None:
    """What the customer track would report."""
    lock_failure(failure.pk)
    for state, end in ((TrackState.ACTIVE, None), (TrackState.ENDED, TrackEnd.OK)):
        report_track(
            failure_id=failure.pk,
            kind=TrackKind.CUSTOMER,
            state=state,
            end=end,
            at=NOON,
            actor_id=system_person().pk,
        )


def test_cause_that_returns_reopens_only_beyond_the_limit_of_the_plan(house) -> None:
    case = house.proven()
    closed = NOON + 241 * DAY
    house.told(closed)
    first = house.made[0]
    assert status(first) == Whole.RECOVERED

    sixteenth = house.failure(at=closed)
    services.consider(failure_id=sixteenth.pk, now=closed)
    assert ProcessLink.objects.get(failure=sixteenth).state == LinkState.CANDIDATE
    assert house.state(case) == ProcessState.PROVEN
    assert status(sixteenth) == Whole.OPEN

    services.judge_candidate(
        process_id=case.pk, failure_id=sixteenth.pk, same=True, actor=house.owner, now=closed
    )
    assert house.state(case) == ProcessState.PROVEN
    house.recur(case, at=closed + DAY)
    assert house.state(case) == ProcessState.PROVEN
    eighteenth = house.recur(case, at=closed + 2 * DAY)
    assert house.state(case) == ProcessState.OPEN
    house.told(closed + 2 * DAY)
    assert status(first) == Whole.REOPENED
    assert status(eighteenth) == Whole.RECOVERING
    told = Message.objects.filter(kind="process.reopened", channel=Message.Channel.INBOX)
    assert [each.recipient for each in told] == [house.owner]


def test_reopening_leaves_failures_ended_over_a_year_ago_and_marks_them(house) -> None:
    case = house.proven()
    house.told(NOON + 241 * DAY)
    old = house.made[0]
    late = NOON + 700 * DAY
    for number in range(3):
        house.recur(case, at=late + number * DAY)
    assert house.state(case) == ProcessState.OPEN
    house.told(late + 3 * DAY)
    assert status(old) == Whole.RECOVERED
    assert Failure.objects.get(pk=old.pk).cause_returned_at == late + 2 * DAY
    assert house.track(old).state == TrackState.ENDED


def test_fix_proven_again_brings_all_back_to_recovered(house) -> None:
    case = house.proven()
    back = NOON + 250 * DAY
    recurred = [house.recur(case, at=back) for _ in range(3)]
    house.told(back)
    services.contain(
        process_id=case.pk, words="Stop", evidence="seen", actor=house.owner, now=back
    )
    services.find_cause(process_id=case.pk, actor=house.owner, now=back)
    house.fix(case, at=back)
    house.put_in_place(case, at=back + DAY)
    house.prove(case, since=back + DAY)
    house.told(back + 250 * DAY)
    assert house.state(case) == ProcessState.PROVEN
    assert {status(each) for each in [house.made[0], *recurred]} == {Whole.RECOVERED}


def test_safety_reopens_at_the_first_confirmed_recurrence(house) -> None:
    case = house.proven(safety=3)
    house.recur(case, at=NOON + 250 * DAY)
    assert house.state(case) == ProcessState.OPEN


def test_never_event_reopens_at_the_first_confirmed_recurrence(house) -> None:
    case = house.proven(draft=dataclasses.replace(PLAN, reopen_limit=0))
    house.recur(case, at=NOON + 250 * DAY)
    assert house.state(case) == ProcessState.OPEN


def test_recurrences_outside_the_plans_days_do_not_add_up(house) -> None:
    case = house.proven()
    for number in range(4):
        house.recur(case, at=NOON + (250 + number * 60) * DAY)
    assert house.state(case) == ProcessState.PROVEN


def test_internal_failure_without_reach_recovers_by_pooling_alone(house) -> None:
    roster = house.failure(experience=2)
    services.consider(failure_id=roster.pk, now=NOON)
    case = ProcessCase.objects.get()
    assert house.track(roster).state == TrackState.WAITING
    services.pool(
        failure_id=roster.pk, reason="Caught in time", actor=house.owner, now=NOON + DAY
    )
    assert status(roster) == Whole.RECOVERED
    assert house.track(roster).end == TrackEnd.POOLED
    assert house.state(case) == ProcessState.POOLED
