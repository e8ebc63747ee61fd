"""The pool: a legitimate end with a date to look again."""

import pytest

from processes import services
from processes.models import PoolEntry
from processes.states import ProcessState
from recovery.clocks.models import Clock
from recovery.failures.models import Failure, Track
from recovery.failures.states import TrackEnd, TrackState
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from tests.factories import NOON
from tests.processes.conftest import DAY

LATER = NOON + DAY


def test_pooling_one_failure_ends_a_triage_that_holds_nothing_else(house) -> None:
    case = house.proposed()
    second = house.failure()
    services.propose(failure_id=second.pk, because="severity", now=NOON)
    pool(house, house.made[0])
    assert house.state(case) == ProcessState.TRIAGE
    pool(house, second)
    assert house.state(case) == ProcessState.POOLED
    assert not Clock.objects.filter(item_id=case.pk, state="running").exists()


def pool(house, failure: Failure, **given) -> PoolEntry:
    facts = {"reason": "Rare, no harm", "actor": house.owner, "now": LATER} | given
    return services.pool(failure_id=failure.pk, **facts)


def test_pooling_a_whole_triage_places_the_learning_of_all(house) -> None:
    case = house.proposed()
    house.proposed()
    services.pool_case(process_id=case.pk, reason="Rare, no harm", actor=house.owner, now=LATER)
    assert {house.track(each).end for each in house.made} == {TrackEnd.POOLED}
    assert Failure.objects.get(pk=house.made[0].pk).learning_placed_at == LATER


@pytest.mark.parametrize("verb", ["pool", "pool_case"])
def test_safety_is_never_pooled(house, verb) -> None:
    case = house.proposed(safety=3)
    target = {"pool": {"failure_id": house.made[0].pk}, "pool_case": {"process_id": case.pk}}
    with pytest.raises(Invalid) as refusal:
        getattr(services, verb)(reason="x", actor=house.owner, now=LATER, **target[verb])
    assert refusal.value.code == "safety_not_pooled"


def test_pooling_needs_a_reason_and_the_role(house) -> None:
    house.proposed()
    with pytest.raises(Invalid):
        pool(house, house.made[0], reason=" ")
    with pytest.raises(NotAllowed):
        pool(house, house.made[0], actor=house.agent)


@pytest.mark.parametrize("days", [-1, 0, 500])
def test_review_is_within_a_year(house, days) -> None:
    house.proposed()
    with pytest.raises(Invalid) as refusal:
        pool(house, house.made[0], review_at=LATER + days * DAY)
    assert refusal.value.field == "review_at"


def test_failure_under_work_is_not_pooled(house) -> None:
    house.opened()
    with pytest.raises(Conflict) as refusal:
        pool(house, house.made[0])
    assert refusal.value.code == "learning_under_way"


def test_failure_taken_out_of_the_pool_waits_and_can_be_pooled_again(house) -> None:
    failure = house.pooled_failure()
    Track.objects.filter(failure=failure, kind="process").update(
        state=TrackState.WAITING, end="", ended_at=None
    )
    services.consider(failure_id=failure.pk, now=LATER)
    assert PoolEntry.objects.get(pk=failure.pk).taken_out_at == LATER
    pool(house, failure)
    assert PoolEntry.objects.get(pk=failure.pk).taken_out_at is None
    assert house.track(failure).end == TrackEnd.POOLED
