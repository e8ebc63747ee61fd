"""Did it work? The watch, its three looks, and the risk that remains when nothing is shown."""

from datetime import datetime, timedelta

from django.db import transaction

from processes.models import Look, ProcessCase, VerificationPlan
from processes.policy.proof import final_result, judge
from processes.selectors import live_links, recurrences
from processes.services.access import hold, move, new_round, touch
from processes.services.plans import plan_of
from processes.states import PROCESS, LinkState, Result
from recovery.clocks.services import meet
from recovery.clocks.states import ClockKind
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission

PROOF = "proof"
_VERB_OF = {
    Result.PROVEN: "prove",
    Result.IMPROVED: "improve",
    Result.NOT_SHOWN: "not_show",
    Result.WORSE: "worsen",
}


@transaction.atomic
def watch(
    *, process_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> ProcessCase:
    """Begin the watch. It counts from the change; from now on the case only waits for proof."""
    case = hold(process_id, actor, expected_version=expected_version)
    days = timedelta(days=max(plan_of(case).look_days))
    until = (case.implemented_at or now) + days
    move(
        case,
        "watch",
        actor_id=actor.pk,
        now=now,
        said={"until": until.isoformat()},
        waiting_for=PROOF,
    )
    return case


@transaction.atomic
def take_look(
    *,
    process_id: int,
    actor: Person,
    now: datetime,
    days: int | None = None,
    expected_version: int | None = None,
) -> Look:
    """Look, on or after the planned day, whether it worked: count, compare, conclude.

    Counts confirmed recurrences since the change against `days` of exposure (all days since, if
    not given; fewer when the service stood still). Refused while candidates are not judged.
    Proven and worse end the watch at once, the rest after the third look.
    """
    case = hold(process_id, actor, expected_version=expected_version)
    PROCESS.resolve(case.item.state, "prove")
    plan = plan_of(case)
    number = plan.looks.count() + 1
    elapsed = _elapsed(case, plan, number=number, now=now)
    exposure = _exposure(case, days, elapsed)
    count = recurrences(case).count()
    verdict = judge(
        (plan.baseline_count, plan.baseline_days), (count, exposure), float(plan.target_ratio)
    )
    look = Look.objects.create(
        plan=plan,
        number=number,
        count=count,
        days=exposure,
        ratio=verdict.ratio,
        lower=verdict.lower,
        upper=verdict.upper,
        p_value=verdict.p_value,
        result=verdict.result,
        at=now,
        by=actor,
    )
    meet(item_id=case.pk, kinds=[ClockKind.VERIFY], at=now, actor_id=actor.pk)
    said = verdict.result.value
    touch(case, "process.look_taken", actor_id=actor.pk, now=now, number=number, result=said)
    results = plan.looks.order_by("number").values_list("result", flat=True)
    if (final := final_result(list(results))) is not None:
        _conclude(case, final, actor_id=actor.pk, now=now)
    return look


def _exposure(case: ProcessCase, days: int | None, elapsed: int) -> int:
    """Days the look compares with; refused while a failure is not judged, or beyond all days."""
    if live_links(case).filter(state=LinkState.CANDIDATE).exists():
        raise Conflict(
            "candidates_wait",
            gettext_noop("Say first of each candidate whether it has the same cause."),
        )
    if days is not None and not 1 <= days <= elapsed:
        raise Invalid(
            "exposure",
            gettext_noop("Give days of exposure from 1 to %(most)s."),
            field="days",
            most=elapsed,
        )
    return days or elapsed


def _elapsed(case: ProcessCase, plan: VerificationPlan, *, number: int, now: datetime) -> int:
    """Days since the change; refused before the planned day of this look."""
    if case.implemented_at is None or number > len(plan.look_days):
        raise Conflict("no_look_left", gettext_noop("There is no look left in the plan."))
    due = case.implemented_at + timedelta(days=plan.look_days[number - 1])
    if now < due:
        raise Conflict(
            "too_early",
            gettext_noop("The plan says to look on %(day)s. Looking earlier finds luck."),
            day=due.date().isoformat(),
        )
    return (now - case.implemented_at).days


@transaction.atomic
def settle(
    *, process_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> ProcessCase:
    """End the watch early as improved, when a look has shown that, without waiting for proof."""
    case = hold(process_id, actor, expected_version=expected_version)
    PROCESS.resolve(case.item.state, "improve")
    if not plan_of(case).looks.filter(result=Result.IMPROVED).exists():
        raise Conflict("not_improved", gettext_noop("No look has shown an improvement so far."))
    _conclude(case, Result.IMPROVED, actor_id=actor.pk, now=now)
    return case


def _conclude(case: ProcessCase, result: Result, *, actor_id: int, now: datetime) -> None:
    case.result, case.result_at = result, now
    case.save(update_fields=["result", "result_at"])
    move(case, _VERB_OF[result], actor_id=actor_id, now=now, waiting_for="")
    if result is Result.WORSE:
        new_round(case)


@transaction.atomic
def accept_risk(
    *,
    process_id: int,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> ProcessCase:
    """Accept, by name and with reasons, the risk that remains after an effect was not shown.

    Not by the case's owner nor by whoever wrote the plan. Its failures' learning ends as waived.
    """
    case = hold(
        process_id,
        actor,
        permission=Permission.PROCESS_APPROVE,
        expected_version=expected_version,
    )
    PROCESS.resolve(case.item.state, "accept_risk")
    if actor.pk in {case.item.owner_id, plan_of(case).written_by_id}:
        raise NotAllowed(
            "accepted_by_another",
            gettext_noop("You work on this case, so somebody else must accept the risk."),
        )
    if not words.strip():
        raise Invalid(
            "say_why",
            gettext_noop("Say which risk remains and why it is acceptable."),
            field="words",
        )
    case.risk_accepted_by, case.risk_accepted_at = actor, now
    case.risk_words = words.strip()
    case.save(update_fields=["risk_accepted_by", "risk_accepted_at", "risk_words"])
    move(case, "accept_risk", actor_id=actor.pk, now=now)
    return case
