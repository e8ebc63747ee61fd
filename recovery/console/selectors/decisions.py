"""What waits for a decision of the reader: offers, refusals, plans and waivers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Exists, F, OuterRef, QuerySet

from cases.models import Remedy
from cases.states import RemedyState
from processes.models import VerificationPlan
from recovery.failures.models import Waiver, WorkItem
from recovery.failures.states import OPEN_STATUSES
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import grants

MOST = 50  # of each kind; nobody decides on more at a sitting


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody asked for and another must decide, on a case or, a waiver, on a failure.

    `key` is of the case, or of the failure for a waiver.
    """

    what: Literal["remedy", "refusal", "plan", "waiver"]
    kind: str
    key: int
    headline: str
    priority: int
    department: str
    asked_by: str
    asked_at: datetime


def decisions_for(viewer: Person) -> list[Decision]:
    """What waits for a decision the viewer may take, longest waiting first: never their own asking.

    One query for each kind of decision, none for what the viewer may not decide.
    """
    held = grants(viewer)
    found: list[Decision] = []
    for permission, read in (
        (Permission.REMEDY_APPROVE, _remedies),
        (Permission.CASE_FINAL_NO, _refusals),
        (Permission.PROCESS_APPROVE, _plans),
        (Permission.WAIVER_APPROVE, _waivers),
    ):
        if desks := held.departments_for(permission):
            found += read(viewer, desks)
    return sorted(found, key=lambda each: each.asked_at)


def _at_approval(state: RemedyState, desks: Collection[int]) -> QuerySet[Remedy]:
    return Remedy.objects.select_related(
        "case__item__department", "offered_by", "refusal_asked_by"
    ).filter(
        state=state,
        case__item__closed_at__isnull=True,
        case__item__waiting_for="approval",
        case__item__department_id__in=desks,
    )


def _remedies(viewer: Person, desks: Collection[int]) -> list[Decision]:
    asked = _at_approval(RemedyState.AWAITING_APPROVAL, desks).exclude(offered_by=viewer)
    return [
        _on_case("remedy", each.case.item, by=each.offered_by, at=each.offered_at)
        for each in asked.order_by("offered_at")[:MOST]
    ]


def _refusals(viewer: Person, desks: Collection[int]) -> list[Decision]:
    asked = _at_approval(RemedyState.REFUSAL_ASKED, desks).exclude(refusal_asked_by=viewer)
    return [
        _on_case("refusal", each.case.item, by=each.refusal_asked_by, at=each.refusal_asked_at)
        for each in asked.order_by("refusal_asked_at")[:MOST]
        if each.refusal_asked_by and each.refusal_asked_at
    ]


def _plans(viewer: Person, desks: Collection[int]) -> list[Decision]:
    written = VerificationPlan.objects.select_related(
        "process__item__department", "written_by"
    ).filter(
        approved_at__isnull=True,
        round=F("process__round"),
        process__is_open=True,
        process__item__department_id__in=desks,
    )
    return [
        _on_case("plan", each.process.item, by=each.written_by, at=each.written_at)
        for each in written.exclude(written_by=viewer).order_by("written_at")[:MOST]
    ]


def _on_case(
    what: Literal["remedy", "refusal", "plan"], item: WorkItem, *, by: Person, at: datetime
) -> Decision:
    desk = item.department.name if item.department else ""
    return Decision(what, item.kind, item.pk, item.headline, item.priority, desk, by.name, at)


def _waivers(viewer: Person, desks: Collection[int]) -> list[Decision]:
    owned = WorkItem.objects.filter(
        failure=OuterRef("failure"), kind=OuterRef("kind"), owner=viewer, closed_at__isnull=True
    )
    asked = Waiver.objects.select_related("failure__owning_department", "requested_by").filter(
        ~Exists(owned),
        decided_at__isnull=True,
        ended_at__isnull=True,
        failure__owning_department_id__in=desks,
        failure__status__in=list(OPEN_STATUSES),
    )
    return [
        Decision(
            "waiver",
            each.kind,
            each.failure_id,
            each.failure.title,
            each.failure.priority,
            each.failure.owning_department.name,
            each.requested_by.name,
            each.requested_at,
        )
        for each in asked.exclude(requested_by=viewer).order_by("requested_at")[:MOST]
    ]
