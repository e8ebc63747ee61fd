"""Process cases: who may see which, and all that stands on a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from processes.models import Action, Cause, Look, ProcessCase, ProcessLink, VerificationPlan
from processes.policy.learning import Step, Why
from processes.policy.triage import GRAVE_SAFETY
from processes.states import ActionKind, LinkState, ProcessState
from recovery.failures.models import Note, Track
from recovery.failures.selectors import item_id_of
from recovery.failures.states import TrackKind
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person

SHOWN_LINKS = 50
SHOWN_CASES = 200
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
    silent: int
    candidates: int
    recurrences: int
    safety: int

    @property
    def state(self) -> str:
        return self.case.item.state

    @property
    def is_grave(self) -> bool:
        """Whether somebody's safety was at stake in a failure of this case."""
        return self.safety >= GRAVE_SAFETY

    @property
    def whys(self) -> list[Why]:
        """The causes as rules read them."""
        return [Why(each.kind, each.words, each.made_easy_by) for each in self.causes]

    @property
    def steps(self) -> list[Step]:
        """The actions of this round, and containment of any, as rules read them."""
        return [
            step_of(each)
            for each in self.actions
            if each.round == self.case.round or each.kind == ActionKind.CONTAINMENT
        ]

    @property
    def next_look_at(self) -> datetime | None:
        """When the plan says to look next; None without a watch or when all looks are taken."""
        started, plan = self.case.implemented_at, self.plan
        if self.state != ProcessState.VERIFYING or plan is None or started is None:
            return None
        days = plan.look_days[len(self.looks) :]
        return started + timedelta(days=days[0]) if days else None


def step_of(action: Action) -> Step:
    """One action as rules read it."""
    return Step(
        kind=action.kind,
        strength=action.strength,
        justified=bool(action.justification),
        done=action.done_at is not None,
    )


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
        silent=Count(
            "pk", filter=Q(state=LinkState.LINKED) & ~Q(failure__detection="complaint")
        ),
        safety=Coalesce(Max("failure__safety", filter=~Q(state=LinkState.REJECTED)), 0),
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


def visible_process_ids(viewer: Person, failure_id: int) -> set[int]:
    """The cases a failure is or may be evidence of, as far as the viewer may read them."""
    rows = ProcessLink.objects.filter(failure_id=failure_id, process__in=visible_to(viewer))
    return set(rows.exclude(state=LinkState.REJECTED).values_list("process_id", flat=True))


def ties_of_failure(viewer: Person, failure_id: int) -> list[ProcessLink]:
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
    happened = Q(failure__occurred_at__gt=since) | Q(
        failure__occurred_at__isnull=True, failure__detected_at__gt=since
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


def open_cases_for(viewer: Person) -> list[ProcessCase]:
    """Open cases the viewer may see that a failure could be linked to, by title."""
    rows = visible_to(viewer).filter(is_open=True).select_related("item")
    return list(rows.order_by("title")[:200])


@dataclass(frozen=True, slots=True)
class Waiting:
    """A candidate nobody has judged yet; `after_fix` says whether it may be a recurrence."""

    process_id: int
    failure_id: int
    after_fix: bool


def candidates_waiting(limit: int = 500) -> list[Waiting]:
    """Candidates that wait to be judged, the first to run out of time first; whoever may see them."""
    rows = ProcessLink.objects.filter(
        state=LinkState.CANDIDATE,
        failure__merged_into__isnull=True,
        failure__voided_at__isnull=True,
    ).order_by("answer_by", "pk")
    return [
        Waiting(process_id, failure_id, implemented_at is not None)
        for process_id, failure_id, implemented_at in rows.values_list(
            "process_id", "failure_id", "process__implemented_at"
        )[:limit]
    ]


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a list, with how many failures it has and how many wait to be judged."""

    case: ProcessCase
    linked: int
    candidates: int


def list_open(viewer: Person) -> list[Listed]:
    """Open cases the viewer may see, and ended ones with candidates to judge; most urgent first."""
    waiting = Q(links__state=LinkState.CANDIDATE)
    rows = (
        visible_to(viewer)
        .select_related("item__owner", "item__department")
        .annotate(
            linked=Count("links", filter=Q(links__state=LinkState.LINKED)),
            waiting=Count("links", filter=waiting),
        )
        .filter(Q(is_open=True) | Q(waiting__gt=0))
        .order_by("item__priority", "opened_at")[:SHOWN_CASES]
    )
    return [Listed(row, row.linked, row.waiting) for row in rows]


def track_of_failure(failure_id: int) -> tuple[Track, int]:
    """The process track of a failure, and the department that owns it; raises NotFound."""
    tracks = Track.objects.select_related("failure").filter(failure_id=failure_id)
    track = tracks.filter(kind=TrackKind.PROCESS).first()
    if track is None:
        raise NotFound("not_found", _GONE)
    return track, track.failure.owning_department_id
