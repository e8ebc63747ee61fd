"""Reads of pages that span tracks: the work list, the list of failures, search."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from recovery.failures.models import Failure, WorkItem
from recovery.failures.states import CLOSED_STATUSES, OPEN_STATUSES, Whole
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import grants

PAGE = 50
SEARCHED = 300
_BY_BUCKET = """
SELECT hit.failure_id
FROM generate_series((SELECT max(bucket) FROM failures_searchdoc), 0, -1) AS slice
CROSS JOIN LATERAL (
  SELECT failure_id FROM failures_searchdoc
  WHERE bucket = slice AND tsv @@ to_tsquery('simple', %s)
  ORDER BY failure_id DESC LIMIT %s
) AS hit
LIMIT %s
"""


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
    """Pinned P1 items (first page only), then items by urgency, and where to go on."""

    pinned: Sequence[WorkItem]
    items: Sequence[WorkItem]
    cursor: Cursor | None


def work_in_view(viewer: Person, view: str) -> QuerySet[WorkItem]:
    """Open items of a view: "mine", or "desk" for the viewer's departments. Private ones only mine."""
    open_items = WorkItem.objects.filter(closed_at__isnull=True)
    if view == "mine":
        return open_items.filter(owner_id=viewer.pk)
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
    return open_items.filter(department_id__in=desks, kind__in=kinds)


def work_page(
    viewer: Person, *, view: str, kinds: Collection[str], cursor: Cursor | None
) -> WorkPage:
    """One page of work, most urgent clock first, P1 pinned above. Two queries."""
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
    shown = rows[:PAGE]
    more = Cursor(shown[-1].next_due_at, shown[-1].pk) if len(rows) > PAGE else None
    return WorkPage([] if cursor else pinned, shown, more)


def work_counts(viewer: Person) -> Mapping[str, int]:
    """How many items each view holds, counted up to 1 000."""
    return {
        view: work_in_view(viewer, view).order_by()[:1001].count() for view in ("mine", "desk")
    }


@dataclass(frozen=True, slots=True)
class FailureFilters:
    """What a list of failures is narrowed by; all come from the address."""

    status: str = "open"
    words: str = ""
    department_id: int | None = None
    category_id: int | None = None
    mode_id: int | None = None
    priority: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class FailurePage:
    """Newest first; `after` is the id to go on from."""

    failures: Sequence[Failure]
    after: int | None
    capped: bool = False


def failures_page(filters: FailureFilters, *, before: int | None) -> FailurePage:
    """One page of failures, newest record first; words search the newest matches. Two queries."""
    found = Failure.objects.select_related("owning_department", "category", "mode")
    found = found.prefetch_related("tracks")
    capped = False
    if filters.words:
        keys = _matching(filters.words)
        capped = len(keys) == SEARCHED
        found = found.filter(pk__in=keys)
    found = found.filter(_narrowing(filters))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    shown = rows[:PAGE]
    return FailurePage(shown, shown[-1].pk if len(rows) > PAGE else None, capped)


def _narrowing(filters: FailureFilters) -> Q:
    wanted = Q()
    if filters.status == "open":
        wanted &= Q(status__in=list(OPEN_STATUSES))
    elif filters.status == "closed":
        wanted &= Q(status__in=list(CLOSED_STATUSES - {Whole.MERGED, Whole.VOID}))
    elif filters.status != "all":
        wanted &= Q(status=filters.status)
    exact = {
        "owning_department_id": filters.department_id,
        "category_id": filters.category_id,
        "mode_id": filters.mode_id,
        "priority": filters.priority,
        "detected_at__gte": filters.since,
        "detected_at__lt": filters.until,
    }
    return wanted & Q(**{name: value for name, value in exact.items() if value is not None})


def _matching(words: str) -> list[int]:
    """Ids of the newest failures that hold all `words`, each as the beginning of a word."""
    # As the index does it: check-in is two words.
    terms = "".join(letter if letter.isalnum() else " " for letter in words).split()
    query = " & ".join(f"{term}:*" for term in terms[:12])
    if not query:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_BY_BUCKET, [query, SEARCHED, SEARCHED])
        return [row[0] for row in cursor.fetchall()]


def alike(failure: Failure, *, limit: int = 5) -> list[Failure]:
    """The newest other failures of the same mode."""
    if failure.mode_id is None:
        return []
    return list(
        Failure.objects.filter(mode_id=failure.mode_id)
        .exclude(pk=failure.pk)
        .exclude(status__in=[Whole.MERGED, Whole.VOID])
        .order_by("-detected_at")[:limit]
    )
