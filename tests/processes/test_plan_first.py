"""The plan before the change, two persons, evidence, looks on their days."""

import dataclasses
from typing import Any

import pytest

from processes import services
from processes.models import Action, ProcessCase, VerificationPlan
from processes.policy.proof import Draft
from processes.presenters.proof import late_words, proof_of
from processes.selectors import case_file, recurrences
from processes.states import ActionKind, ActionStrength, CauseKind, ProcessState
from recovery.failures.models import WorkItem
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from tests.factories import NOON
from tests.processes.conftest import DAY, PLAN

YEAR_ON = NOON + 360 * DAY


def refused(refusal_type, code, verb, **given):
    with pytest.raises(refusal_type) as refusal:
        verb(**given)
    assert refusal.value.code == code
    return refusal.value


def test_refuses_change_without_a_plan(house) -> None:
    case = house.caused()
    add_action(house, case)
    services.choose_action(process_id=case.pk, actor=house.owner, now=NOON)
    refused(
        Conflict, "plan_missing", services.implement,
        process_id=case.pk, actor=house.owner, now=NOON,
    )  # fmt: skip


def test_refuses_change_under_a_plan_nobody_approved(house) -> None:
    case = house.planned(approved=False)
    refused(
        Conflict, "plan_not_approved", services.implement,
        process_id=case.pk, actor=house.owner, now=NOON,
    )  # fmt: skip
    assert house.state(case) == ProcessState.ACTION_CHOSEN


def test_refuses_change_while_an_action_is_open(house) -> None:
    case = house.planned()
    add_action(house, case)
    refused(
        Invalid, "actions_open", services.implement,
        process_id=case.pk, actor=house.owner, now=NOON,
    )  # fmt: skip


def test_refuses_plan_after_the_change(house) -> None:
    case = house.watched()
    refused(
        Conflict, "plan_comes_first", services.write_plan,
        process_id=case.pk, metric="x", draft=PLAN, actor=house.owner, now=NOON,
    )  # fmt: skip


def test_refuses_approval_by_whoever_wrote_the_plan(house) -> None:
    case = house.planned(approved=False)
    VerificationPlan.objects.update(written_by=house.lead)
    refused(
        NotAllowed, "approved_by_another", services.approve_plan,
        process_id=case.pk, actor=house.lead, now=NOON,
    )  # fmt: skip


def test_refuses_approval_without_the_permission(house) -> None:
    case = house.planned(approved=False)
    refused(
        NotAllowed, "not_allowed", services.approve_plan,
        process_id=case.pk, actor=house.second, now=NOON,
    )  # fmt: skip


def test_approved_plan_stays_as_it_is(house) -> None:
    case = house.planned()
    refused(
        Conflict, "plan_approved", services.write_plan,
        process_id=case.pk, metric="easier", draft=PLAN, actor=house.owner, now=NOON,
    )  # fmt: skip


def test_plan_may_be_written_anew_until_somebody_approves_it(house) -> None:
    case = house.planned(approved=False)
    services.write_plan(
        process_id=case.pk,
        metric="Requests not met within 20 minutes",
        draft=dataclasses.replace(PLAN, baseline_count=30),
        actor=house.second,
        now=NOON + DAY,
    )
    plan = VerificationPlan.objects.get()
    assert plan.baseline_count == 30
    assert plan.written_by == house.second
    assert plan.power_seventy > 0.9


def test_plan_says_its_power_and_what_little_it_can_show(house) -> None:
    case = house.planned(draft=dataclasses.replace(PLAN, baseline_count=4))
    proof = proof_of(case_file(house.owner, case.pk))
    assert proof is not None
    assert proof.is_weak
    assert "it takes 6" in proof.least
    assert "%" in proof.power


def test_late_plan_is_shown_as_late(house) -> None:
    case = house.planned(at=NOON)
    VerificationPlan.objects.update(written_at=NOON + 9 * DAY)
    assert late_words(case_file(house.owner, case.pk)) == "written 9 days after the fix"


def test_plan_before_the_fix_is_not_called_late(house) -> None:
    case = house.watched()
    assert late_words(case_file(house.owner, case.pk)) == ""


@pytest.mark.parametrize("shift", [-1, 1])
def test_refuses_a_change_before_the_case_or_in_the_future(house, shift) -> None:
    case = house.planned()
    refused(
        Invalid, "changed_at", services.implement,
        process_id=case.pk, actor=house.owner, now=NOON, changed_at=NOON + shift * DAY,
    )  # fmt: skip


def test_watch_counts_from_the_change(house) -> None:
    case = house.planned()
    services.implement(
        process_id=case.pk, actor=house.owner, now=NOON + 9 * DAY, changed_at=NOON + 2 * DAY
    )
    assert ProcessCase.objects.get().implemented_at == NOON + 2 * DAY


def test_case_under_watch_waits_for_proof(house) -> None:
    case = house.watched()
    assert WorkItem.objects.get(pk=case.pk).waiting_for == "proof"


def test_refuses_a_look_before_its_day(house) -> None:
    case = house.watched()
    refused(
        Conflict, "too_early", services.take_look,
        process_id=case.pk, actor=house.owner, now=NOON + 119 * DAY,
    )  # fmt: skip


def test_refuses_a_look_while_candidates_wait(house) -> None:
    case = house.watched()
    failure = house.failure(at=NOON + 100 * DAY)
    services.consider(failure_id=failure.pk, now=NOON + 100 * DAY)
    refused(
        Conflict, "candidates_wait", services.take_look,
        process_id=case.pk, actor=house.owner, now=NOON + 120 * DAY,
    )  # fmt: skip


@pytest.mark.parametrize("days", [0, -1, 121])
def test_refuses_exposure_longer_than_the_time_since_the_change(house, days) -> None:
    case = house.watched()
    if days == 0:
        services.take_look(
            process_id=case.pk, actor=house.owner, now=NOON + 120 * DAY, days=None
        )
        return
    refused(
        Invalid, "exposure", services.take_look,
        process_id=case.pk, actor=house.owner, now=NOON + 120 * DAY, days=days,
    )  # fmt: skip


def test_look_compares_with_the_days_the_service_ran(house) -> None:
    case = house.watched()
    look = services.take_look(
        process_id=case.pk, actor=house.owner, now=NOON + 120 * DAY, days=60
    )
    assert (look.count, look.days) == (0, 60)


def test_look_counts_confirmed_failures_after_the_change_only(house) -> None:
    case = house.watched(at=NOON)
    house.recur(case, at=NOON + 10 * DAY)
    house.recur(case, at=NOON + 11 * DAY, occurred_at=NOON - 3 * DAY)
    other = house.failure(at=NOON + 12 * DAY)
    services.consider(failure_id=other.pk, now=NOON + 12 * DAY)
    services.judge_candidate(
        process_id=case.pk,
        failure_id=other.pk,
        same=False,
        actor=house.owner,
        now=NOON + 13 * DAY,
    )
    assert recurrences(ProcessCase.objects.get(pk=case.pk)).count() == 1
    look = services.take_look(process_id=case.pk, actor=house.owner, now=NOON + 120 * DAY)
    assert look.count == 1


def add_action(house, case: ProcessCase, **facts) -> Action:
    given: dict[str, Any] = {
        "kind": ActionKind.CORRECTIVE,
        "strength": ActionStrength.STRONG,
        "words": "Join the feed",
        "due_on": NOON.date(),
        **facts,
    }
    return services.add_action(process_id=case.pk, actor=house.owner, now=NOON, **given)


def test_weak_action_alone_is_refused_without_reasons(house) -> None:
    case = house.caused()
    weak = {"strength": ActionStrength.WEAK, "words": "Retrain the desk"}
    with pytest.raises(Invalid) as refusal:
        add_action(house, case, **weak)
    assert refusal.value.field == "justification"
    add_action(house, case)
    add_action(house, case, **weak)
    assert Action.objects.filter(strength="weak").count() == 1


def test_action_is_done_only_with_evidence_and_once(house) -> None:
    action = add_action(house, house.caused())
    given = {"action_id": action.pk, "actor": house.owner, "now": NOON}
    refused(Invalid, "evidence_needed", services.complete_action, evidence=" ", **given)
    services.complete_action(evidence="feed live", **given)
    refused(Conflict, "done_already", services.complete_action, evidence="again", **given)


def test_containment_must_be_done_before_it_counts(house) -> None:
    case = house.opened()
    add_action(house, case, kind=ActionKind.CONTAINMENT)
    refused(
        Invalid, "nothing_contains", services.contain,
        process_id=case.pk, actor=house.owner, now=NOON,
    )  # fmt: skip


@pytest.mark.parametrize("due", [NOON.date() - DAY, NOON.date() + 800 * DAY])
def test_action_is_due_in_a_time_somebody_can_see(house, due) -> None:
    with pytest.raises(Invalid) as refusal:
        add_action(house, house.caused(), due_on=due)
    assert refusal.value.field == "due_on"


def test_action_of_a_stranger_is_not_found(house) -> None:
    action = add_action(house, house.caused())
    refused(
        NotFound, "not_found", services.complete_action,
        action_id=action.pk, evidence="x", actor=house.outsider, now=NOON,
    )  # fmt: skip
    refused(
        NotFound, "not_found", services.complete_action,
        action_id=0, evidence="x", actor=house.owner, now=NOON,
    )  # fmt: skip


def test_causes_are_not_rewritten_once_the_change_is_in_place(house) -> None:
    case = house.watched()
    refused(
        Conflict, "not_now", services.add_cause,
        process_id=case.pk, kind=CauseKind.ESCAPE, words="x", evidence="y",
        actor=house.owner, now=NOON,
    )  # fmt: skip


def test_draft_is_plain_numbers() -> None:
    assert Draft(1, 2, 0.5, (1, 2, 3), 0).look_days == (1, 2, 3)
