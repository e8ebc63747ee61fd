"""What the rules must know: counts of a mode, baselines, looks that are due."""

from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from processes.models import ProcessCase, ProcessLink, VerificationPlan
from processes.policy.triage import BASELINE, WINDOW, Facts, expected_in_window
from processes.states import LinkState, ProcessState
from recovery.failures.models import Failure

FIXED_STATES = (ProcessState.PROVEN, ProcessState.IMPROVED, ProcessState.RISK_ACCEPTED)
# Before the days that set a case off: they are a spike by choice and would flatter any fix.
SPIKE = timedelta(days=14)
BASELINE_SPAN = timedelta(days=180)


def triage_facts(failure_id: int, now: datetime) -> Facts | None:
    """What the rules know of a failure; None for one that is merged, void or history."""
    failure = Failure.objects.get(pk=failure_id)
    if failure.merged_into_id or failure.voided_at or failure.history:
        return None
    cases = ProcessCase.objects.filter(mode_id=failure.mode_id, mode__isnull=False)
    cases = cases.exclude(pk__in=told_apart(failure_id)).exclude(
        pk__in=_own_proposals(failure_id)
    )
    states = set(
        cases.filter(Q(is_open=True) | Q(item__state__in=FIXED_STATES)).values_list(
            "is_open", flat=True
        )
    )
    # Where a case is open already nothing hangs on the count, which is the dear part.
    counts = failure.mode_id if True not in states else None
    recent, expected = mode_counts(counts, now) if counts else (0, 0.0)
    return Facts(
        safety=failure.safety,
        severity=failure.severity,
        at_risk_now=failure.at_risk_now,
        double_deviation=failure.double_deviation,
        recent=recent,
        expected=expected,
        has_mode=failure.mode_id is not None,
        open_case=True in states,
        fixed_case=False in states,
    )


def _own_proposals(failure_id: int) -> QuerySet[ProcessLink, int]:
    """Ids of the cases in triage that hold this failure: to be decided with it, not a home."""
    links = ProcessLink.objects.filter(
        failure_id=failure_id, process__item__state=ProcessState.TRIAGE
    )
    return links.values_list("process_id", flat=True)


def told_apart(failure_id: int) -> QuerySet[ProcessLink, int]:
    """Ids of the cases this failure has been taken out of: no rule brings it back to one."""
    links = ProcessLink.objects.filter(failure_id=failure_id, state=LinkState.REJECTED)
    return links.values_list("process_id", flat=True)


def mode_counts(mode_id: int, now: datetime) -> tuple[int, float]:
    """Failures of a mode in the last four weeks, and how many the year before lets expect.

    The past begins at the mode's first failure, if that is less than a year ago.
    """
    since = now - WINDOW
    found = Failure.objects.filter(
        mode_id=mode_id,
        detected_at__gt=since - BASELINE,
        detected_at__lte=now,
        merged_into__isnull=True,
        voided_at__isnull=True,
    ).aggregate(
        recent=Count("pk", filter=Q(detected_at__gt=since)),
        before=Count("pk", filter=Q(detected_at__lte=since)),
        first=Min("detected_at"),
    )
    past = (since - found["first"]).total_seconds() / 86400 if found["first"] else 0.0
    return found["recent"], expected_in_window(found["before"], past)


def suggested_baseline(case: ProcessCase) -> tuple[int, int]:
    """Failures of this kind and days to compare with, without the spike that set the case off."""
    until = case.opened_at - SPIKE
    since = until - BASELINE_SPAN
    span = Q(detected_at__gt=since, detected_at__lte=until)
    of_kind = (
        Q(mode_id=case.mode_id)
        if case.mode_id
        else Q(process_links__process=case, process_links__state=LinkState.LINKED)
    )
    rows = Failure.objects.filter(
        span, of_kind, merged_into__isnull=True, voided_at__isnull=True
    )
    return rows.count(), BASELINE_SPAN.days


def looks_due(now: datetime) -> list[tuple[ProcessCase, int, datetime]]:
    """Cases under watch whose next planned look has come, with its number and its day."""
    watched = ProcessCase.objects.select_related("item").filter(
        item__state=ProcessState.VERIFYING, implemented_at__isnull=False
    )
    plans = {
        (plan.process_id, plan.round): plan
        for plan in VerificationPlan.objects.filter(process__in=watched).annotate(
            taken=Count("looks")
        )
    }
    due = []
    for case in watched.order_by("pk"):
        plan = plans.get((case.pk, case.round))
        if plan is None or case.implemented_at is None or plan.taken >= len(plan.look_days):
            continue
        day = case.implemented_at + timedelta(days=plan.look_days[plan.taken])
        if day <= now:
            due.append((case, plan.taken + 1, day))
    return due
