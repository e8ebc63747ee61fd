"""What waits for a decision of the reader: offers, refusals, plans and waivers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Exists, OuterRef

from cases.selectors.deciding import offers_to_approve, refusals_to_decide
from processes.selectors.approving import plans_to_approve
from recovery.failures.models import Waiver, WorkItem
from recovery.failures.states import OPEN_STATUSES
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import desks_stood_in_for, grants

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


def decisions_for(viewer: Person, now: datetime) -> list[Decision]:
    """What waits for a decision the viewer may take, longest waiting first: never their own asking.

    One query for each kind of decision, none for what the viewer may not decide; and one for whom
    the viewer stands in for.
    """
    held = grants(viewer)
    found: list[Decision] = []
    for_others = desks_stood_in_for(viewer, Permission.REMEDY_APPROVE, now)
    for permission, read in (
        (Permission.REMEDY_APPROVE, _remedies),
        (Permission.CASE_FINAL_NO, _refusals),
        (Permission.PROCESS_APPROVE, _plans),
        (Permission.WAIVER_APPROVE, _waivers),
    ):
        desks = held.departments_for(permission)
        if permission is Permission.REMEDY_APPROVE:
            desks |= for_others
        if desks:
            found += read(viewer, desks)
    return sorted(found, key=lambda each: each.asked_at)


def _remedies(viewer: Person, desks: Collection[int]) -> list[Decision]:
    return [
        _on_case("remedy", each.case.item, by=each.offered_by, at=each.offered_at)
        for each in offers_to_approve(viewer, desks, most=MOST)
    ]


def _refusals(viewer: Person, desks: Collection[int]) -> list[Decision]:
    return [
        _on_case("refusal", each.case.item, by=each.refusal_asked_by, at=each.refusal_asked_at)
        for each in refusals_to_decide(viewer, desks, most=MOST)
        if each.refusal_asked_by and each.refusal_asked_at
    ]


def _plans(viewer: Person, desks: Collection[int]) -> list[Decision]:
    return [
        _on_case("plan", each.process.item, by=each.written_by, at=each.written_at)
        for each in plans_to_approve(viewer, desks, most=MOST)
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
