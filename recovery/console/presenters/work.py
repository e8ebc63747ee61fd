"""The work list: one row per case of any track, grouped by how urgent its clock is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.states import CaseState
from processes.states import ProcessState
from recovery.clocks.selectors import Reading, reading
from recovery.console.selectors import Decision
from recovery.escalation.models import Task
from recovery.escalation.states import TaskKind
from recovery.failures.models import WorkItem
from recovery.failures.selectors import item_reference, reference_of
from recovery.org.models import Person

PAGES = {"customer": "cases:case", "process": "processes:case", "employee": "staff:case"}

# What comes next on a customer or process case, by its state, in words of the desk.
NEXT: Mapping[str, Promise] = {
    CaseState.DETECTED: gettext_lazy("Reach the customer first"),
    CaseState.RECEIVED: gettext_lazy("Tell the customer what you know"),
    CaseState.ACKNOWLEDGED: gettext_lazy("Look at what it did to them"),
    CaseState.ASSESSED: gettext_lazy("Find out, then offer"),
    CaseState.INVESTIGATING: gettext_lazy("Make an offer"),
    CaseState.AWAITING_CUSTOMER: gettext_lazy("Waiting for the customer"),
    CaseState.OFFERED: gettext_lazy("Waiting for the answer"),
    CaseState.ACCEPTED: gettext_lazy("Deliver what was accepted"),
    CaseState.REJECTED: gettext_lazy("Look again: the offer was turned down"),
    CaseState.REMEDIED: gettext_lazy("Ask whether it is solved"),
    CaseState.CONFIRMING: gettext_lazy("Waiting for a yes or no"),
    CaseState.ESCALATED_EXTERNAL: gettext_lazy("Answer the outside body"),
    ProcessState.TRIAGE: gettext_lazy("Decide: pool it or open it"),
    ProcessState.OPEN: gettext_lazy("Stop the spread"),
    ProcessState.CONTAINED: gettext_lazy("Find the cause"),
    ProcessState.CAUSE_FOUND: gettext_lazy("Choose what to do"),
    ProcessState.ACTION_CHOSEN: gettext_lazy("Plan the proof, then act"),
    ProcessState.IMPLEMENTED: gettext_lazy("Start watching"),
    ProcessState.VERIFYING: gettext_lazy("Watch, look on the planned days"),
    ProcessState.NOT_SHOWN: gettext_lazy("Decide what the missing proof means"),
}
WORDS: Mapping[str, str] = {
    **{state.value: state.word for state in CaseState},
    **{state.value: state.word for state in ProcessState},
}
_NEEDS_US = frozenset({CaseState.REJECTED, ProcessState.NOT_SHOWN})
_THEIR_TURN = frozenset({CaseState.AWAITING_CUSTOMER, CaseState.OFFERED, CaseState.CONFIRMING})


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One case in a list. A private one says nothing but that it is there, and when."""

    kind: str
    url: str
    headline: str
    reference: str
    customer: str
    priority: str
    department: str
    next_action: str
    who: str
    reading: Reading | None
    state: str
    state_kind: str
    state_icon: str
    level: int = 0
    alike: int = 0
    alike_url: str = ""


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """Rows under one heading."""

    name: str
    rows: Sequence[WorkRow]


def row_of(
    item: WorkItem,
    *,
    viewer: Person,
    reading: Reading | None,
    names: Mapping[int, str],
    alike: int = 0,
) -> WorkRow:
    """Turn a work item into a row for `viewer`; it stands for `alike` others of its failure."""
    reference = item_reference(item.kind, item.pk)
    url = reverse(PAGES[item.kind], args=[reference])
    if item.kind == "employee":
        return WorkRow(
            item.kind, url, _("A private task"), reference="", customer="", priority="",
            department="", next_action=_("Open it when you are alone"), who=_("You"),
            reading=reading, state="", state_kind="", state_icon="",
        )  # fmt: skip
    kind, icon = _look(item.state)
    return WorkRow(
        kind=item.kind,
        url=url,
        headline=item.headline,
        reference=reference,
        customer=names.get(item.pk, ""),
        priority=f"P{item.priority}",
        department=item.department.name if item.department else "",
        next_action=str(NEXT.get(item.state, "")),
        who=_who(item, viewer),
        reading=reading,
        state=_(WORDS.get(item.state, item.state)),
        state_kind=kind,
        state_icon=icon,
        level=item.level,
        alike=alike,
        alike_url=_people_of(item.failure_id) if alike else "",
    )


def _people_of(failure_id: int | None) -> str:
    return reverse("console:affected", args=[reference_of(failure_id)]) if failure_id else ""


_ASKS: Mapping[str, Promise] = {
    "remedy": gettext_lazy("Approve the offer, or not"),
    "refusal": gettext_lazy("Decide on the refusal"),
    "plan": gettext_lazy("Approve the plan, or have it changed"),
    "waiver": gettext_lazy("Approve the waiver, or refuse it"),
}


def decision_row(
    each: Decision, *, readings: Mapping[int, Reading], names: Mapping[int, str]
) -> WorkRow:
    """Turn what waits for a decision into a row: where to decide it, and who asked."""
    on_failure = each.what == "waiver"
    reference = reference_of(each.key) if on_failure else item_reference(each.kind, each.key)
    page = "console:failure" if on_failure else PAGES[each.kind]
    return WorkRow(
        kind=each.kind,
        url=reverse(page, args=[reference]),
        headline=each.headline,
        reference=reference,
        customer="" if on_failure else names.get(each.key, ""),
        priority=f"P{each.priority}",
        department=each.department,
        next_action=str(_ASKS[each.what]),
        who=_("Asked by %(name)s") % {"name": each.asked_by},
        reading=None if on_failure else readings.get(each.key),
        state=_("Waits for approval"),
        state_kind="warn",
        state_icon="flag",
    )


def task_row(task: Task, *, viewer: Person, now: datetime, names: Mapping[int, str]) -> WorkRow:
    """Turn something to do into a row: the case it is on, what, and its own clock."""
    row = row_of(
        task.item,
        viewer=viewer,
        reading=reading(task.clock, now) if task.clock else None,
        names=names,
    )
    return replace(
        row,
        url=reverse("console:task", args=[task.pk]),
        next_action=_(task.words) if task.firing_id else task.words,
        state=_(TaskKind(task.kind).word),
        state_kind="",
        state_icon="list-checks",
    )


def _who(item: WorkItem, viewer: Person) -> str:
    if item.owner_id == viewer.pk:
        return _("You")
    if item.owner:
        return item.owner.name
    return _("%(desk)s, nobody yet") % {"desk": item.department.name if item.department else ""}


def _look(state: str) -> tuple[str, str]:
    if state in _NEEDS_US:
        return "warn", "flag"
    if state in _THEIR_TURN:
        return "", "pause"
    return "", "arrow-right"


def groups_of(
    rows: Iterable[tuple[WorkRow, datetime | None]],
    *,
    pinned: Sequence[WorkRow],
    bands: Sequence[WorkGroup] = (),
    now: datetime,
) -> list[WorkGroup]:
    """Group rows: pinned P1, the bands, then by what is left of their time."""
    names = (
        _("Over time"), _("Due within the hour"), _("Today"), _("Later"), _("No clock running"),
    )  # fmt: skip
    buckets: list[list[WorkRow]] = [[] for _name in names]
    for row, due_at in rows:
        buckets[_place(due_at, now)].append(row)
    groups = [
        WorkGroup(_("Somebody at risk, or the law’s time nearly gone"), pinned),
        *bands,
    ]
    groups += [WorkGroup(name, found) for name, found in zip(names, buckets, strict=True)]
    return [group for group in groups if group.rows]


def _place(due_at: datetime | None, now: datetime) -> int:
    if due_at is None:
        return 4
    if due_at <= now:
        return 0
    if due_at <= now + timedelta(hours=1):
        return 1
    return 2 if timezone.localdate(due_at) == timezone.localdate(now) else 3


def headline_counts(items: Sequence[WorkItem], now: datetime) -> tuple[int, int]:
    """How many of these are over time, and how many fall due within the hour."""
    dues = [item.next_due_at for item in items if item.next_due_at]
    over = sum(due <= now for due in dues)
    return over, sum(now < due <= now + timedelta(hours=1) for due in dues)
