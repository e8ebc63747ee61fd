"""The work list: mine, or my desk's, most urgent clock first."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from recovery.escalation.models import Task
from recovery.escalation.selectors import open_tasks_of
from recovery.failures.models import WorkItem
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import grants

PAGE = 50
CROWD = 5  # more customers of one failure in one state than this stand in one line


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: after this due time (None: among those without one) and id."""

    due_at: datetime | None
    id: int

    def __str__(self) -> str:
        return f"{self.due_at.isoformat() if self.due_at else ''}~{self.id}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Read a cursor from an address; nonsense starts at the beginning."""
        due, _tilde, key = text.partition("~")
        try:
            return cls(datetime.fromisoformat(due) if due else None, int(key))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class WorkPage:
    """Pinned P1 items (first page only), then items by urgency, and where to go on.

    `alike` counts, by item, other customers of its failure in the same state that it stands for.
    """

    pinned: Sequence[WorkItem]
    items: Sequence[WorkItem]
    cursor: Cursor | None
    alike: Mapping[int, int] = field(default_factory=dict)


def work_in_view(viewer: Person, view: str) -> QuerySet[WorkItem]:
    """Open items of a view: "mine", or "desk" for the viewer's departments. Private ones only mine."""
    return _in_view(WorkItem.objects.filter(closed_at__isnull=True), viewer, view)


def tasks_in_view(viewer: Person, *, view: str, kinds: Collection[str]) -> list[Task]:
    """What is to be done on the cases of a view, ended ones too, the soonest due first; one query."""
    return open_tasks_of(_in_view(WorkItem.objects.all(), viewer, view), kinds=kinds)


def _in_view(items: QuerySet[WorkItem], viewer: Person, view: str) -> QuerySet[WorkItem]:
    if view == "mine":
        return items.filter(owner_id=viewer.pk)
    held = grants(viewer)
    homes = held.homes | held.leads
    below = held.departments_for(Permission.CASE_WORK) | held.departments_for(
        Permission.PROCESS_WORK
    )
    desks = sorted(below if held.leads else homes & below)
    kinds = [
        kind
        for kind, permission in (
            ("customer", Permission.CASE_WORK),
            ("process", Permission.PROCESS_WORK),
        )
        if permission in held.permissions
    ]
    return items.filter(department_id__in=desks, kind__in=kinds)


def work_page(
    viewer: Person, *, view: str, kinds: Collection[str], cursor: Cursor | None
) -> WorkPage:
    """One page of work, most urgent clock first, P1 pinned above.

    Two queries; two more where many customers of one failure stand in the same state.
    """
    found = work_in_view(viewer, view).select_related("owner", "department", "failure")
    if kinds:
        found = found.filter(kind__in=list(kinds))
    pinned = list(found.filter(priority=1).order_by("next_due_at", "id")[:PAGE])
    # More P1 than a page holds stand among the rest, so that every one of them is shown once.
    rest = found.exclude(pk__in=[item.pk for item in pinned]).order_by("next_due_at", "id")
    if cursor and cursor.due_at:
        rest = rest.filter(
            Q(next_due_at__gt=cursor.due_at)
            | Q(next_due_at=cursor.due_at, id__gt=cursor.id)
            | Q(next_due_at__isnull=True)
        )
    elif cursor:
        rest = rest.filter(next_due_at__isnull=True, id__gt=cursor.id)
    rows = list(rest[: PAGE + 1])
    alike: Mapping[int, int] = {}
    if crowds := _crowds(rows):
        alike = _alike(found, crowds)
        rest = rest.exclude(_of(crowds) & ~Q(pk__in=alike))
        rows = list(rest[: PAGE + 1])
    shown = rows[:PAGE]
    more = Cursor(shown[-1].next_due_at, shown[-1].pk) if len(rows) > PAGE else None
    return WorkPage([] if cursor else pinned, shown, more, alike)


type _Key = tuple[int | None, str]


def _crowds(rows: Sequence[WorkItem]) -> dict[_Key, int]:
    """The most urgent item of each failure and state that many customers of a page share."""
    customers = [each for each in rows if each.kind == "customer" and each.failure_id]
    counts = Counter((each.failure_id, each.state) for each in customers)
    first = {(each.failure_id, each.state): each.pk for each in reversed(customers)}
    return {key: pk for key, pk in first.items() if counts[key] > CROWD}


def _of(crowds: Mapping[_Key, int]) -> Q:
    wanted = Q()
    for failure_id, state in crowds:
        wanted |= Q(kind="customer", failure_id=failure_id, state=state)
    return wanted


def _alike(found: QuerySet[WorkItem], crowds: Mapping[_Key, int]) -> dict[int, int]:
    """How many others the first of each crowd stands for, in the whole view; one query."""
    rows = found.filter(_of(crowds)).order_by().values_list("failure_id", "state")
    return {
        crowds[failure_id, state]: count - 1
        for failure_id, state, count in rows.annotate(count=Count("pk"))
    }


def work_counts(viewer: Person) -> Mapping[str, int]:
    """How many items each view holds, counted up to 1 000."""
    return {
        view: work_in_view(viewer, view).order_by()[:1001].count() for view in ("mine", "desk")
    }
