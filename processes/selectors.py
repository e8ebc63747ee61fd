"""Reads of process cases: who may see which, what rules must know, what stands on a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from processes.models import (
    Action,
    Cause,
    Look,
    PoolEntry,
    ProcessCase,
    ProcessLink,
    VerificationPlan,
)
from processes.policy.triage import BASELINE, WINDOW, Facts, expected_in_window
from processes.states import LinkState, ProcessState
from recovery.failures.models import Failure, FailureMode, Note
from recovery.failures.selectors import item_id_of
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person

FIXED_STATES = (ProcessState.PROVEN, ProcessState.IMPROVED, ProcessState.RISK_ACCEPTED)
SHOWN_LINKS = 50
# Before the days that set a case off: they are a spike by choice and would flatter any fix.
SPIKE = timedelta(days=14)
BASELINE_SPAN = timedelta(days=180)
_GONE = gettext_noop("There is nothing here under this reference, or it is not yours to see.")


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case with all that stands on its page; no query is left in it."""

    case: ProcessCase
    causes: Sequence[Cause]
    actions: Sequence[Action]
    plan: VerificationPlan | None
    looks: Sequence[Look]
    linked: int
    candidates: int
    recurrences: int

    @property
    def state(self) -> str:
        return self.case.item.state


def visible_to(person: Person) -> QuerySet[ProcessCase]:
    """The process cases `person` may read: of departments in reach, and those they own."""
    return ProcessCase.objects.visible_to(person)


def visible_id(viewer: Person, reference: str) -> int:
    """The key behind P-… if the viewer may see the case; raises NotFound otherwise."""
    process_id = item_id_of(reference, "process")
    if not visible_to(viewer).filter(pk=process_id).exists():
        raise NotFound("not_found", _GONE)
    return process_id


def case_file(viewer: Person, process_id: int) -> CaseFile:
    """Read a case the viewer may see, six queries whatever hangs on it; raises NotFound."""
    case = (
        visible_to(viewer)
        .select_related("item__owner", "item__department", "mode", "risk_accepted_by")
        .filter(pk=process_id)
        .first()
    )
    if case is None:
        raise NotFound("not_found", _GONE)
    plan = (
        VerificationPlan.objects.select_related("written_by", "approved_by")
        .filter(process=case, round=case.round)
        .first()
    )
    counts = live_links(case).aggregate(
        linked=Count("pk", filter=Q(state=LinkState.LINKED)),
        candidates=Count("pk", filter=Q(state=LinkState.CANDIDATE)),
        recurrences=Count("pk", filter=_is_recurrence(case)),
    )
    return CaseFile(
        case=case,
        causes=list(Cause.objects.filter(process=case).order_by("kind", "order")),
        actions=list(
            Action.objects.select_related("owner").filter(process=case).order_by("pk")
        ),
        plan=plan,
        looks=list(plan.looks.order_by("number")) if plan else [],
        **counts,
    )


def case_of_failure(viewer: Person, failure_id: int) -> list[ProcessLink]:
    """The failure's ties to cases the viewer may see, those at work first."""
    return list(
        ProcessLink.objects.filter(failure_id=failure_id, process__in=visible_to(viewer))
        .exclude(state=LinkState.REJECTED)
        .select_related("process__item__owner")
        .order_by("-process__is_open", "-linked_at")
    )


def live_links(case: ProcessCase) -> QuerySet[ProcessLink]:
    """Links of a case to failures that still count: neither merged away nor void."""
    return ProcessLink.objects.filter(
        process=case, failure__merged_into__isnull=True, failure__voided_at__isnull=True
    )


def _is_recurrence(case: ProcessCase) -> Q:
    """Confirmed, and happened after the fix was in place; nothing before there is one."""
    if case.implemented_at is None:
        return Q(pk__in=[])
    since = case.implemented_at
    happened = Q(failure__occurred_at__gte=since) | Q(
        failure__occurred_at__isnull=True, failure__detected_at__gte=since
    )
    return Q(state=LinkState.LINKED) & happened


def recurrences(case: ProcessCase) -> QuerySet[ProcessLink]:
    """Confirmed failures of this cause since the fix was in place."""
    return live_links(case).filter(_is_recurrence(case))


def links_of(case: ProcessCase, state: LinkState) -> list[ProcessLink]:
    """The newest links of a case in one state, with their failures."""
    rows = live_links(case).filter(state=state).select_related("failure")
    return list(rows.order_by("-failure__detected_at")[:SHOWN_LINKS])


def notes_of(case: ProcessCase) -> list[Note]:
    """The newest notes on a case."""
    rows = Note.objects.filter(item_id=case.pk).select_related("author")
    return list(rows.order_by("-at")[:SHOWN_LINKS])


def triage_facts(failure_id: int, now: datetime) -> Facts | None:
    """What the rules know of a failure; None for one that is merged, void or history."""
    failure = Failure.objects.get(pk=failure_id)
    if failure.merged_into_id or failure.voided_at or failure.history:
        return None
    recent, expected = mode_counts(failure.mode_id, now) if failure.mode_id else (0, 0.0)
    cases = ProcessCase.objects.filter(mode_id=failure.mode_id, mode__isnull=False)
    states = set(
        cases.filter(Q(is_open=True) | Q(item__state__in=FIXED_STATES)).values_list(
            "is_open", flat=True
        )
    )
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


def looks_due(now: datetime) -> list[tuple[ProcessCase, int]]:
    """Cases under watch whose next planned look has come, with its number."""
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
        if case.implemented_at + timedelta(days=plan.look_days[plan.taken]) <= now:
            due.append((case, plan.taken + 1))
    return due


def open_cases_for(viewer: Person) -> list[ProcessCase]:
    """Open cases the viewer may see that a failure could be linked to, by title."""
    rows = visible_to(viewer).filter(is_open=True).select_related("item")
    return list(rows.order_by("title")[:200])


@dataclass(frozen=True, slots=True)
class Pooled:
    """The pool of one mode: how many wait, since when, and when to look again."""

    mode_id: int | None
    name: str
    count: int
    oldest_at: datetime
    review_at: datetime


def pool_by_mode(viewer: Person) -> list[Pooled]:
    """What waits in the pool, by mode, the soonest review first; two queries."""
    rows = list(
        PoolEntry.objects.visible_to(viewer)
        .waiting()
        .values("mode_id")
        .annotate(count=Count("pk"), oldest=Min("pooled_at"), review=Min("review_at"))
        .order_by("review", "mode_id")
    )
    names = FailureMode.objects.in_bulk([row["mode_id"] for row in rows if row["mode_id"]])
    return [
        Pooled(
            mode_id=row["mode_id"],
            name=names[row["mode_id"]].name if row["mode_id"] else "",
            count=row["count"],
            oldest_at=row["oldest"],
            review_at=row["review"],
        )
        for row in rows
    ]


def pool_entry(failure_id: int) -> PoolEntry | None:
    """The failure's live pool entry, if it is pooled."""
    rows = PoolEntry.objects.filter(pk=failure_id, taken_out_at__isnull=True)
    return rows.select_related("adopted_by__item").first()


def pooled_failures(viewer: Person, mode_id: int | None) -> list[int]:
    """Failures of one mode that wait in the pool, newest first."""
    rows = PoolEntry.objects.visible_to(viewer).waiting().filter(mode_id=mode_id)
    return list(rows.order_by("-pooled_at").values_list("pk", flat=True)[:SHOWN_LINKS])
