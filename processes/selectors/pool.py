"""The pool: what waits, by mode, and when to look again."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from processes.models import PoolEntry
from recovery.failures.models import FailureMode
from recovery.org.models import Person

SHOWN = 50


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
    return list(rows.order_by("-pooled_at").values_list("pk", flat=True)[:SHOWN])
