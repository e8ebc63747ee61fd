"""How a watch ends: improved, not shown, worse, settled, accepted by name."""

from datetime import timedelta

import pytest

from processes import services
from processes.models import Look, ProcessCase, VerificationPlan
from processes.selectors import suggested_baseline
from processes.states import ProcessState, Result
from recovery.failures.models import WorkItem
from recovery.failures.states import TrackEnd, TrackState
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from tests.factories import NOON
from tests.processes.conftest import DAY

YEAR_ON = NOON + 360 * DAY


def refused(refusal_type, code, verb, **given):
    with pytest.raises(refusal_type) as refusal:
        verb(**given)
    assert refusal.value.code == code
    return refusal.value


def test_improvement_at_one_look_stands_after_the_last(house) -> None:
    case = house.watched()
    first = services.take_look(process_id=case.pk, actor=house.owner, now=NOON + 120 * DAY)
    assert first.result == Result.IMPROVED
    for number in range(9):
        house.recur(case, at=NOON + (121 + number) * DAY)
    for days in (240, 360):
        services.take_look(process_id=case.pk, actor=house.owner, now=NOON + days * DAY)
    assert list(Look.objects.order_by("number").values_list("result", flat=True)) == [
        "improved", "not_shown", "not_shown",
    ]  # fmt: skip
    assert house.state(case) == ProcessState.IMPROVED


def not_shown(house) -> ProcessCase:
    case = house.watched()
    for number in range(7):
        house.recur(case, at=NOON + (1 + number) * DAY)
    for days in (120, 240, 360):
        if number_of_looks(case) < 3 and house.state(case) == ProcessState.VERIFYING:
            services.take_look(process_id=case.pk, actor=house.owner, now=NOON + days * DAY)
            for number in range(5):
                house.recur(case, at=NOON + (days + 1 + number) * DAY)
    return case


def number_of_looks(case: ProcessCase) -> int:
    return Look.objects.filter(plan__process=case).count()


def test_effect_not_shown_ends_by_named_acceptance_of_another(house) -> None:
    case = not_shown(house)
    assert house.state(case) == ProcessState.NOT_SHOWN
    refused(
        NotAllowed, "not_allowed", services.accept_risk,
        process_id=case.pk, words="Rare and small", actor=house.owner, now=YEAR_ON,
    )  # fmt: skip
    WorkItem.objects.filter(pk=case.pk).update(owner=house.lead)
    refused(
        NotAllowed, "accepted_by_another", services.accept_risk,
        process_id=case.pk, words="Rare and small", actor=house.lead, now=YEAR_ON,
    )  # fmt: skip
    refused(
        Invalid, "say_why", services.accept_risk,
        process_id=case.pk, words=" ", actor=house.manager, now=YEAR_ON,
    )  # fmt: skip
    services.accept_risk(
        process_id=case.pk, words="Rare and small", actor=house.manager, now=YEAR_ON
    )
    house.told(YEAR_ON)
    found = ProcessCase.objects.get(pk=case.pk)
    assert (found.risk_accepted_by, found.risk_accepted_at) == (house.manager, YEAR_ON)
    track = house.track(house.made[0])
    assert (track.state, track.end) == (TrackState.ENDED, TrackEnd.WAIVED)


def test_thinking_again_begins_another_round_with_its_own_plan(house) -> None:
    case = not_shown(house)
    services.rethink(process_id=case.pk, actor=house.owner, now=YEAR_ON)
    found = ProcessCase.objects.get(pk=case.pk)
    assert (found.round, found.implemented_at) == (2, None)
    refused(
        Invalid, "no_fix", services.choose_action,
        process_id=case.pk, actor=house.owner, now=YEAR_ON,
    )  # fmt: skip
    house.fix(case, at=YEAR_ON)
    assert VerificationPlan.objects.filter(process=case).count() == 2


def test_fix_that_makes_it_worse_goes_back_to_the_cause(house) -> None:
    case = house.watched()
    for number in range(24):
        house.recur(case, at=NOON + (1 + number) * DAY)
    services.take_look(process_id=case.pk, actor=house.owner, now=NOON + 120 * DAY)
    assert house.state(case) == ProcessState.CAUSE_FOUND
    assert ProcessCase.objects.get().round == 2


def test_settles_for_improved_only_after_a_look_has_shown_it(house) -> None:
    case = house.watched()
    refused(
        Conflict, "not_improved", services.settle,
        process_id=case.pk, actor=house.owner, now=NOON,
    )  # fmt: skip
    services.take_look(process_id=case.pk, actor=house.owner, now=NOON + 120 * DAY)
    services.settle(process_id=case.pk, actor=house.owner, now=NOON + 121 * DAY)
    assert house.state(case) == ProcessState.IMPROVED


def test_holders_are_told_once_that_a_look_is_due(house) -> None:
    case = house.watched()
    assert services.remind_of_looks(now=NOON + 119 * DAY) == 0
    assert services.remind_of_looks(now=NOON + 120 * DAY) == 1
    services.take_look(process_id=case.pk, actor=house.owner, now=NOON + 120 * DAY)
    assert services.remind_of_looks(now=NOON + 121 * DAY) == 0


def test_suggested_baseline_leaves_the_spike_out(house) -> None:
    for days in (20, 40, 60, 300):
        house.failure(at=NOON - days * DAY)
    for hours in range(9):
        house.failure(at=NOON - timedelta(hours=hours))
    case = house.opened()
    assert suggested_baseline(case) == (3, 180)
