"""The list of failures and the search in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from recovery.failures.models import Failure
from recovery.failures.states import CLOSED_STATUSES, OPEN_STATUSES, Whole

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
