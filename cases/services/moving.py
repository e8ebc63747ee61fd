"""Customer cases following their failure when two records turn out to be one, and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.models import Complaint, CustomerCase
from cases.services.tracks import report
from cases.states import CaseState
from recovery.clocks.models import Clock
from recovery.clocks.services import cancel, start
from recovery.clocks.states import ClockKind, ClockState
from recovery.failures.models import Failure, WorkItem
from recovery.failures.states import TrackKind

_LIVE = (ClockState.RUNNING, ClockState.PAUSED)


@dataclass(frozen=True, slots=True)
class Moved:
    """One child that a merge moved: "customer_case", "complaint" or "absorbed_case"."""

    child: str
    child_id: int
    before: dict[str, Any]


def move_cases(*, from_id: int, to_id: int, actor_id: int, at: datetime) -> list[Moved]:
    """Move all customer cases of one locked failure to another; says what it moved.

    A customer who has a case on both keeps the one there: its complaints go along and the case
    left behind ends as merged, in no count. Clocks go with their case, so the earlier start stays.
    """
    target = Failure.objects.get(pk=to_id)
    there = dict(
        CustomerCase.objects.filter(failure_id=to_id, customer__isnull=False).values_list(
            "customer_id", "pk"
        )
    )
    moved: list[Moved] = []
    cases = CustomerCase.objects.select_related("item").filter(failure_id=from_id)
    for case in cases.order_by("pk").select_for_update(no_key=True, of=("self", "item")):
        twin = there.get(case.customer_id) if case.customer_id else None
        if case.item.state == CaseState.MERGED:
            continue
        if twin is None:
            _point(case.item, case, target)
            moved.append(Moved("customer_case", case.pk, {}))
        else:
            moved += _absorb(case, twin, actor_id=actor_id, at=at)
    report(to_id, at, actor_id)
    return moved


def _point(item: WorkItem, case: CustomerCase, failure: Failure) -> None:
    case.failure = failure
    case.save(update_fields=["failure"])
    item.failure = failure
    item.headline = failure.title
    item.version += 1
    item.save(update_fields=["failure", "headline", "version"])


def _absorb(case: CustomerCase, twin_id: int, *, actor_id: int, at: datetime) -> list[Moved]:
    before = {
        "state": case.item.state,
        "closed_at": case.item.closed_at.isoformat() if case.item.closed_at else None,
        "ended_at": case.ended_at.isoformat() if case.ended_at else None,
        "end": case.end,
        "clocks": [
            [clock.kind, clock.started_at.isoformat()]
            for clock in Clock.objects.filter(item_id=case.pk, state__in=_LIVE)
        ],
    }
    moved = [
        Moved("complaint", pk, {"case": case.pk})
        for pk in case.complaints.values_list("pk", flat=True)
    ]
    Complaint.objects.filter(case=case).update(case_id=twin_id)
    cancel(item_id=case.pk, at=at, actor_id=actor_id, reason="merged")
    case.end, case.ended_at = "merged", case.ended_at or at
    case.save(update_fields=["end", "ended_at"])
    item = case.item
    item.state, item.closed_at = CaseState.MERGED, item.closed_at or at
    item.version += 1
    item.save(update_fields=["state", "closed_at", "version"])
    return [*moved, Moved("absorbed_case", case.pk, before)]


def move_back(
    *, moved: Sequence[Moved], from_id: int, to_id: int, actor_id: int, at: datetime
) -> list[Moved]:
    """Put back what a merge moved and is still where the merge put it; returns the rest."""
    left: list[Moved] = []
    home = Failure.objects.get(pk=to_id)
    for each in moved:
        if each.child == "customer_case":
            done = _return_case(each, home, from_id)
        elif each.child == "complaint":
            here = Complaint.objects.filter(pk=each.child_id, case__failure_id=from_id)
            done = bool(here.update(case_id=each.before["case"]))
        else:
            done = _revive(each, actor_id=actor_id)
        if not done:
            left.append(each)
    report(from_id, at, actor_id)
    report(to_id, at, actor_id)
    return left


def _return_case(moved: Moved, home: Failure, from_id: int) -> bool:
    case = (
        CustomerCase.objects.select_related("item")
        .filter(pk=moved.child_id, failure_id=from_id)
        .first()
    )
    if case is None:
        return False
    _point(case.item, case, home)
    return True


def _revive(moved: Moved, *, actor_id: int) -> bool:
    before = moved.before
    found = CustomerCase.objects.filter(pk=moved.child_id, end="merged").update(
        end=before["end"], ended_at=before["ended_at"]
    )
    WorkItem.objects.filter(
        pk=moved.child_id, kind=TrackKind.CUSTOMER, state=CaseState.MERGED
    ).update(state=before["state"], closed_at=before["closed_at"])
    for kind, started_at in before["clocks"]:
        start(
            item_id=moved.child_id,
            kind=ClockKind(kind),
            at=datetime.fromisoformat(started_at),
            actor_id=actor_id,
        )
    return bool(found)
