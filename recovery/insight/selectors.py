"""Reads of the boards: sums over roll-ups, and the one live count of open work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from recovery.clocks.models import Promise, Standard
from recovery.failures.models import Failure, FailureMode, WorkItem
from recovery.insight.models import ClockDay, DepartmentDay, Dirty, DirtyItem, Fact, ModeDay
from recovery.insight.policy import MILESTONES, Period, matured_before
from recovery.org.selectors import departments, organisation

_FIGURES = (
    "failures", "complained", "affected", "contacted", "made_whole", "cost_minor",
    "acknowledge_due", "acknowledge_met", "resolve_due", "resolve_met", "recovered",
)  # fmt: skip
AGES: Sequence[tuple[int, int | None]] = ((0, 2), (2, 4), (4, 8), (8, 15), (15, 29), (29, None))
_OPEN_BY_AGE = """
SELECT width_bucket(extract(epoch FROM %(now)s - opened_at) / 86400, array[2, 4, 8, 15, 29]),
       count(*), count(*) FILTER (WHERE next_due_at < %(now)s)
FROM failures_workitem
WHERE closed_at IS NULL AND kind <> 'employee'
  AND (kind <> 'process' OR state NOT IN ('implemented', 'verifying', 'not_shown'))
  AND (%(all)s OR department_id = ANY(%(departments)s))
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Open work of an age in days, `upto` exclusive, and how much of it is over time."""

    since: int
    upto: int | None
    open: int
    over: int


def failure_total() -> int:
    """How many failures there are."""
    return Failure.objects.count()


def item_total() -> int:
    """How many cases there are."""
    return WorkItem.objects.count()


def stale() -> bool:
    """Say whether something has changed that the figures do not show yet."""
    return Dirty.objects.exists()


def _days(period: Period, department_ids: frozenset[int] | None) -> QuerySet[DepartmentDay]:
    found = DepartmentDay.objects.filter(day__gte=period.start, day__lt=period.end)
    return found if department_ids is None else found.filter(department_id__in=department_ids)


def totals(period: Period, department_ids: frozenset[int] | None) -> dict[str, int]:
    """The additive figures of a period, by name."""
    found = _days(period, department_ids).aggregate(**{name: Sum(name) for name in _FIGURES})
    return {name: value or 0 for name, value in found.items()}


def by_department(
    period: Period, department_ids: frozenset[int] | None
) -> list[tuple[str, dict[str, int]]]:
    """The on-time figures of each department, by name."""
    names = departments()
    found = (
        _days(period, department_ids)
        .values_list("department_id")
        .annotate(*(Sum(name) for name in _FIGURES))
    )
    return sorted(
        (names[department_id].name, dict(zip(_FIGURES, sums, strict=True)))
        for department_id, *sums in found
        if department_id in names
    )


@dataclass(frozen=True, slots=True)
class ClockCount:
    """Clocks of one kind, desk and standard, by what became of them."""

    kind: str
    department_id: int
    standard_id: int
    met: int
    late: int
    undone: int


def clock_counts(period: Period, department_ids: frozenset[int] | None) -> list[ClockCount]:
    """Clocks met or missed in a period, from the days they were: one query over the roll-up."""
    found = ClockDay.objects.filter(day__gte=period.start, day__lt=period.end)
    if department_ids is not None:
        found = found.filter(department_id__in=department_ids)
    grouped = found.values_list("kind", "department_id", "standard_id")
    sums = grouped.annotate(Sum("met"), Sum("late"), Sum("undone"))
    return [ClockCount(*row) for row in sums.order_by("kind", "department_id", "standard_id")]


@dataclass(frozen=True, slots=True)
class PromiseCounts:
    """Promises made in a period: how many were renegotiated, how many were later than the
    house standard when they were made (of those that had one beside them)."""

    made: int
    moved: int
    later: int
    compared: int


def promise_counts(period: Period, department_ids: frozenset[int] | None) -> PromiseCounts:
    """Count the promises made in a period; one query over their own rows, imports left out."""
    zone = ZoneInfo(organisation().zone)
    since, until = (datetime.combine(day, time.min, zone) for day in (period.start, period.end))
    found = Promise.objects.filter(made_at__gte=since, made_at__lt=until)
    found = found.exclude(item__failure__status__in=["merged", "void"])
    if department_ids is not None:
        found = found.annotate(of=Coalesce("desk_id", "item__department_id"))
        found = found.filter(of__in=department_ids)
    has_standard = Q(standard_due_at__isnull=False)
    counts = found.aggregate(
        made=Count("pk"),
        moved=Count("pk", filter=Q(renegotiated_at__isnull=False)),
        later=Count("pk", filter=Q(clock__original_due_at__gt=F("standard_due_at"))),
        compared=Count("pk", filter=has_standard),
    )
    return PromiseCounts(**counts)


def standard_names() -> dict[int, tuple[str, str]]:
    """Each standard's name and the law behind it, if there is one."""
    return {
        key: (name, law if legal else "")
        for key, name, legal, law in Standard.objects.values_list("pk", "name", "legal", "law")
    }


def clocks_stale() -> bool:
    """Say whether a clock has changed that the figures do not show yet."""
    return DirtyItem.objects.exists()


def milestones(
    period: Period, department_ids: frozenset[int] | None, today: date
) -> dict[str, tuple[int, int]]:
    """For each milestone (in time, of how many), on the matured cohort of the period only."""
    result = {}
    for each in MILESTONES:
        cohort = Period(period.start, min(period.end, matured_before(today, each)))
        if each.key == "proof":
            # A year must have passed: the cohort is the period a year earlier, said on the board.
            end = matured_before(today, each)
            cohort = Period(end - (period.end - period.start), end)
        found = _days(cohort, department_ids).aggregate(
            met=Sum(f"{each.key}_in_time"), due=Sum(f"{each.key}_required")
        )
        result[each.key] = (found["met"] or 0, found["due"] or 0)
    return result


def pareto(
    period: Period, department_ids: frozenset[int] | None, *, limit: int = 8
) -> tuple[list[tuple[str, int | None, int]], int]:
    """The commonest modes as (name, mode id, failures), and how many failures there are in all."""
    if department_ids is None:
        source = ModeDay.objects.filter(day__gte=period.start, day__lt=period.end)
        found = list(source.values_list("mode_id").annotate(n=Sum("failures")))
    else:
        facts = Fact.objects.filter(
            department_id__in=department_ids, day__gte=period.start, day__lt=period.end
        )
        found = [
            (mode or 0, n) for mode, n in facts.values_list("mode_id").annotate(n=Sum("weight"))
        ]
    found = sorted((row for row in found if row[1]), key=lambda row: (-row[1], row[0]))
    names = dict(
        FailureMode.objects.filter(pk__in=[row[0] for row in found]).values_list("pk", "name")
    )
    total = sum(n for _mode, n in found)
    return [(names.get(mode, ""), mode or None, n) for mode, n in found[:limit]], total


def open_by_age(now: datetime, department_ids: frozenset[int] | None) -> list[AgeBand]:
    """Open customer and process work by days since it was opened; proof that only waits is left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN_BY_AGE,
            {
                "now": now,
                "all": department_ids is None,
                "departments": sorted(department_ids or ()),
            },
        )
        found = {band: (count, over) for band, count, over in cursor.fetchall()}
    return [
        AgeBand(since, upto, *found.get(place, (0, 0)))
        for place, (since, upto) in enumerate(AGES)
    ]
