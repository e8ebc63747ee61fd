"""The plan written before acting, its approval by another, and the change itself."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from processes.models import ProcessCase, VerificationPlan
from processes.policy.learning import check_done
from processes.policy.proof import Draft, check_plan, power
from processes.services.access import hold, is_before_change, move, steps_of, touch
from processes.states import PROCESS
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission

LENGTH = 240


@transaction.atomic
def write_plan(
    *,
    process_id: int,
    metric: str,
    draft: Draft,
    actor: Person,
    now: datetime,
    left_out: str = "",
    reopen_days: int = 90,
    expected_version: int | None = None,
) -> VerificationPlan:
    """Write how it will be known that the fix worked, before it is in place.

    May be written anew until somebody approved it. The power of a fix that halves the rate, and
    of one that cuts it by 70 %, is simulated now and kept.
    """
    case = hold(process_id, actor, expected_version=expected_version)
    if not is_before_change(case):
        raise Conflict(
            "plan_comes_first",
            gettext_noop("The plan is written before anything is changed, so not now."),
        )
    _check_words(metric, reopen_days)
    check_plan(draft)
    plan = VerificationPlan.objects.filter(process=case, round=case.round).first()
    if plan is not None and plan.approved_at is not None:
        raise Conflict(
            "plan_approved", gettext_noop("This plan is approved and stays as it is.")
        )
    plan = plan or VerificationPlan(process=case, round=case.round)
    plan.metric, plan.left_out = metric.strip()[:LENGTH], left_out.strip()[:LENGTH]
    plan.baseline_count, plan.baseline_days = draft.baseline_count, draft.baseline_days
    plan.target_ratio = Decimal(str(draft.target_ratio)).quantize(Decimal("0.001"))
    plan.look_days = list(draft.look_days)
    plan.reopen_limit, plan.reopen_days = draft.reopen_limit, reopen_days
    plan.power_half = power(draft, 0.5).improved
    plan.power_seventy = power(draft, 0.7).improved
    plan.written_by, plan.written_at = actor, now
    plan.save()
    touch(case, "process.plan_written", actor_id=actor.pk, now=now, round=case.round)
    return plan


def _check_words(metric: str, reopen_days: int) -> None:
    if not metric.strip():
        raise Invalid(
            "metric_needed",
            gettext_noop("Say what is counted, so that anybody would count the same."),
            field="metric",
        )
    if not 1 <= reopen_days <= 365:
        raise Invalid(
            "reopen_days", gettext_noop("Give days from 1 to 365."), field="reopen_days"
        )


@transaction.atomic
def approve_plan(
    *, process_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> VerificationPlan:
    """Approve the plan; never by whoever wrote it. From then on it cannot be changed."""
    case = hold(
        process_id,
        actor,
        permission=Permission.PROCESS_APPROVE,
        expected_version=expected_version,
    )
    plan = plan_of(case)
    if plan.written_by_id == actor.pk:
        raise NotAllowed(
            "approved_by_another",
            gettext_noop("You wrote this plan, so somebody else must approve it."),
        )
    if plan.approved_at is not None:
        raise Conflict("approved_already", gettext_noop("This plan is approved already."))
    plan.approved_by, plan.approved_at = actor, now
    plan.save(update_fields=["approved_by", "approved_at"])
    touch(case, "process.plan_approved", actor_id=actor.pk, now=now, round=case.round)
    return plan


@transaction.atomic
def implement(
    *,
    process_id: int,
    actor: Person,
    now: datetime,
    changed_at: datetime | None = None,
    expected_version: int | None = None,
) -> ProcessCase:
    """Say that the fix is in place, since `changed_at` if that was earlier.

    Refused without a plan that somebody else approved, and while an action is not done. A plan
    written after the change stays visible as late.
    """
    case = hold(process_id, actor, expected_version=expected_version)
    PROCESS.resolve(case.item.state, "implement")
    plan = plan_of(case)
    if plan.approved_at is None:
        raise Conflict(
            "plan_not_approved",
            gettext_noop("Somebody else must approve the plan before anything is changed."),
        )
    check_done(steps_of(case))
    since = changed_at or now
    if not case.opened_at <= since <= now:
        raise Invalid(
            "changed_at",
            gettext_noop("Give the day of the change: not before the case, not in the future."),
            field="changed_at",
        )
    case.implemented_at = since
    case.result, case.result_at = "", None
    case.save(update_fields=["implemented_at", "result", "result_at"])
    move(case, "implement", actor_id=actor.pk, now=now)
    return case


def plan_of(case: ProcessCase) -> VerificationPlan:
    """The plan of the present round; refuses when there is none."""
    plan = VerificationPlan.objects.filter(process=case, round=case.round).first()
    if plan is None:
        raise Conflict(
            "plan_missing",
            gettext_noop("Write first how you will know that it worked."),
        )
    return plan
