"""Customer cases following their failure when two records turn out to be one, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F

from cases.models import Complaint, Contact, CustomerCase
from cases.services.tracks import report
from cases.states import CASE, CaseState
from recovery.clocks.models import Clock, Promise
from recovery.clocks.services import cancel, carry_laws, carry_promises, put_back_laws, start
from recovery.clocks.states import OUTLIVE, ClockKind, ClockState
from recovery.failures.models import Failure, WorkItem
from recovery.failures.services import change_item
from recovery.failures.states import TrackKind

_LIVE: Final = (ClockState.RUNNING, ClockState.PAUSED)
_SAID: Final[Mapping[str, type[Complaint | Contact]]] = {
    "complaint": Complaint,
    "contact": Contact,
}
_OF_A_COMPLAINT: Final = frozenset({ClockKind.ACKNOWLEDGE, ClockKind.RESOLVE})


@dataclass(frozen=True, slots=True)
class Moved:
    """One child that a merge moved or changed.

    "customer_case", "complaint", "contact", "promise", "absorbed_case", or "keeping_case": the
    one that absorbed it.
    """

    child: str
    child_id: int
    before: dict[str, Any]


def move_cases(*, from_id: int, to_id: int, actor_id: int, at: datetime) -> list[Moved]:
    """Move all customer cases of one locked failure to another; says what it moved.

    A customer who has a case on both keeps the one there: its complaints go along and the case
    left behind ends as merged, in no count. The earlier start of each clock stays.
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


def absorb_case(*, case_id: int, into_id: int, actor_id: int, at: datetime) -> list[Moved]:
    """Let one case become part of another of the same locked failure; says what it moved."""
    case = (
        CustomerCase.objects.select_related("item")
        .select_for_update(no_key=True, of=("self", "item"))
        .get(pk=case_id)
    )
    moved = _absorb(case, into_id, actor_id=actor_id, at=at)
    report(case.failure_id, at, actor_id)
    return moved


def _point(item: WorkItem, case: CustomerCase, failure: Failure) -> None:
    case.failure = failure
    case.save(update_fields=["failure"])
    item.failure = failure
    item.headline = failure.title
    item.version += 1
    item.save(update_fields=["failure", "headline", "version"])


def _absorb(case: CustomerCase, twin_id: int, *, actor_id: int, at: datetime) -> list[Moved]:
    moved = _keep_earliest(case, twin_id, actor_id=actor_id, at=at)
    before = {
        "state": case.item.state,
        "closed_at": case.item.closed_at.isoformat() if case.item.closed_at else None,
        "ended_at": case.ended_at.isoformat() if case.ended_at else None,
        "end": case.end,
        "clocks": _starts(case.pk),
        "laws": carry_laws(from_id=case.pk, to_id=twin_id, at=at, actor_id=actor_id),
    }
    moved += [
        Moved("complaint", pk, {"case": case.pk})
        for pk in case.complaints.values_list("pk", flat=True)
    ]
    Complaint.objects.filter(case=case).update(case_id=twin_id)
    moved += [
        Moved("contact", pk, {"case": case.pk})
        for pk in case.contacts.values_list("pk", flat=True)
    ]
    Contact.objects.filter(case=case).update(case_id=twin_id)
    moved += [
        Moved("promise", pk, {"case": case.pk})
        for pk in carry_promises(from_id=case.pk, to_id=twin_id)
    ]
    cancel(item_id=case.pk, at=at, actor_id=actor_id, reason="merged")
    case.end, case.ended_at = "merged", case.ended_at or at
    case.save(update_fields=["end", "ended_at"])
    item = case.item
    item.state, item.closed_at = CaseState.MERGED, item.closed_at or at
    item.version += 1
    item.save(update_fields=["state", "closed_at", "version"])
    return [*moved, Moved("absorbed_case", case.pk, before)]


def _starts(case_id: int) -> dict[str, str]:
    live = Clock.objects.filter(item_id=case_id, state__in=_LIVE).exclude(kind__in=OUTLIVE)
    return {clock.kind: clock.started_at.isoformat() for clock in live}


def _start(case_id: int, starts: Mapping[str, str], *, actor_id: int) -> None:
    for kind, since in starts.items():
        start(
            item_id=case_id,
            kind=ClockKind(kind),
            at=datetime.fromisoformat(since),
            actor_id=actor_id,
        )


def _keep_earliest(
    case: CustomerCase, twin_id: int, *, actor_id: int, at: datetime
) -> list[Moved]:
    """Let an open case that stays be as old, and as much complained of, as the one it absorbs."""
    twin = (
        CustomerCase.objects.select_related("item")
        .select_for_update(no_key=True, of=("self", "item"))
        .get(pk=twin_id)
    )
    if CASE.is_end(twin.item.state):
        return []
    theirs, mine = _starts(twin.pk), _starts(case.pk)
    before = {
        "state": twin.item.state,
        "complained": twin.complained,
        "received_at": twin.received_at.isoformat() if twin.received_at else None,
        "clocks": theirs,
    }
    first_complaint = case.complained and not twin.complained
    if first_complaint and twin.item.state == CaseState.DETECTED:
        change_item(twin.item, state=CASE.resolve(twin.item.state, "receive"))
        cancel(
            item_id=twin.pk, kinds=[ClockKind.OUTREACH], at=at, actor_id=actor_id,
            reason="complaint",
        )  # fmt: skip
    received = [each.received_at for each in (case, twin) if each.received_at]
    twin.complained = twin.complained or case.complained
    twin.received_at = min(received, default=None)
    twin.save(update_fields=["complained", "received_at"])
    earlier = {
        kind: since
        for kind, since in mine.items()
        if (kind in theirs and since < theirs[kind])
        or (first_complaint and kind in _OF_A_COMPLAINT and kind not in theirs)
    }
    _restart(twin.pk, earlier, actor_id=actor_id, at=at)
    after = {"state": twin.item.state, "clocks": earlier}
    return [Moved("keeping_case", twin.pk, before | {"after": after})]


def _restart(case_id: int, starts: Mapping[str, str], *, actor_id: int, at: datetime) -> None:
    if starts:
        kinds = [ClockKind(kind) for kind in starts]
        cancel(item_id=case_id, kinds=kinds, at=at, actor_id=actor_id, reason="merged")
        _start(case_id, starts, actor_id=actor_id)


def _part(moved: Moved, *, actor_id: int, at: datetime) -> bool:
    """Give the case that stayed its own start back, as far as nothing happened to it since."""
    before, after = moved.before, moved.before["after"]
    now_live = _starts(moved.child_id)
    kinds = [ClockKind(each) for each in after["clocks"] if each in now_live]
    if kinds:
        cancel(item_id=moved.child_id, kinds=kinds, at=at, actor_id=actor_id, reason="unmerged")
    untouched = WorkItem.objects.filter(pk=moved.child_id, state=after["state"]).update(
        state=before["state"], version=F("version") + 1
    )
    back = {
        kind: since
        for kind, since in before["clocks"].items()
        if kind in kinds or (untouched and before["state"] != after["state"])
    }
    _start(moved.child_id, back, actor_id=actor_id)
    return bool(
        CustomerCase.objects.filter(pk=moved.child_id).update(
            complained=before["complained"], received_at=before["received_at"]
        )
    )


def move_back(
    *, moved: Sequence[Moved], from_id: int, to_id: int, actor_id: int, at: datetime
) -> list[Moved]:
    """Put back what a merge moved and is still where the merge put it; returns the rest."""
    left: list[Moved] = []
    home = Failure.objects.get(pk=to_id)
    for each in moved:
        if each.child == "customer_case":
            done = _return_case(each, home, from_id)
        elif each.child in _SAID:
            here = _SAID[each.child].objects.filter(pk=each.child_id, case__failure_id=from_id)
            done = bool(here.update(case_id=each.before["case"]))
        elif each.child == "promise":
            done = _return_promise(each, from_id)
        elif each.child == "keeping_case":
            done = _part(each, actor_id=actor_id, at=at)
        else:
            done = _revive(each, actor_id=actor_id, at=at)
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


def _return_promise(moved: Moved, from_id: int) -> bool:
    found = Promise.objects.filter(pk=moved.child_id, item__failure_id=from_id).first()
    if found is None:
        return False
    carry_promises(from_id=found.item_id, to_id=moved.before["case"], only=[found.pk])
    return True


def _revive(moved: Moved, *, actor_id: int, at: datetime) -> bool:
    before = moved.before
    found = CustomerCase.objects.filter(pk=moved.child_id, end="merged").update(
        end=before["end"], ended_at=before["ended_at"]
    )
    WorkItem.objects.filter(
        pk=moved.child_id, kind=TrackKind.CUSTOMER, state=CaseState.MERGED
    ).update(state=before["state"], closed_at=before["closed_at"])
    _start(moved.child_id, before["clocks"], actor_id=actor_id)
    put_back_laws(item_id=moved.child_id, laws=before["laws"], at=at, actor_id=actor_id)
    return bool(found)
