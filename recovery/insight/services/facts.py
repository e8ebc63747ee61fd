"""Failures as they count: mark what changed, count it anew whole, and rebuild from nothing."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from recovery.insight.models import Dirty
from recovery.kernel import rows

FOLD_LOCK: Final = 7_203_102  # any number, the same for ever
FOLDED_AT_ONCE: Final = 500

# Every fact from its sources alone, so that counting twice changes nothing. A merge that gives a
# case its other start ends one clock and begins another: only the one it runs by is counted.
_COUNT: Final = """
INSERT INTO insight_fact (
  failure_id, day, department_id, category_id, mode_id, severity, status, weight, complained,
  affected, contacted, made_whole, cost_minor, acknowledge_due, acknowledge_met, resolve_due,
  resolve_met, customer_required, customer_in_time, care_required, care_in_time,
  learning_required, learning_in_time, proof_required, proof_in_time, recovered
)
SELECT f.id, f.day, f.owning_department_id, f.category_id, f.mode_id, f.severity, f.status,
  (f.status NOT IN ('merged', 'void'))::int, (f.received_at IS NOT NULL)::int,
  f.affected_count, f.contacted_count, f.made_whole_count, f.cost_minor,
  coalesce(k.acknowledge_due, 0), coalesce(k.acknowledge_met, 0),
  coalesce(k.resolve_due, 0), coalesce(k.resolve_met, 0),
  judged.on * (t.customer)::int,
  judged.on * ((t.customer AND f.customer_ended_at <= f.detected_at + interval '30 days') IS TRUE)::int,
  judged.on * (t.care)::int,
  judged.on * ((t.care AND f.care_offered_at <= f.detected_at + interval '72 hours') IS TRUE)::int,
  judged.on * (t.learning)::int,
  judged.on * ((t.learning AND f.learning_placed_at <= f.detected_at + interval '30 days') IS TRUE)::int,
  judged.on * (p.linked)::int,
  judged.on * ((p.linked AND f.proven_at <= f.detected_at + interval '365 days') IS TRUE)::int,
  (f.status = 'recovered')::int
FROM failures_failure f
CROSS JOIN LATERAL (SELECT (NOT f.history)::int AS on) judged
CROSS JOIN LATERAL (
  SELECT coalesce(bool_or(kind = 'customer' AND state <> 'not_required'), false) AS customer,
         coalesce(bool_or(kind = 'process' AND state <> 'not_required'), false) AS learning,
         coalesce(bool_or(kind = 'employee' AND state <> 'not_required'), false) AS care
  FROM failures_track WHERE failure_id = f.id
) t
CROSS JOIN LATERAL (
  SELECT EXISTS (
    SELECT 1 FROM processes_processlink WHERE failure_id = f.id AND state = 'linked'
  ) AS linked
) p
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE c.kind <> 'resolve' AND over.known) AS acknowledge_due,
         count(*) FILTER (WHERE c.kind <> 'resolve' AND over.kept) AS acknowledge_met,
         count(*) FILTER (WHERE c.kind = 'resolve' AND over.known) AS resolve_due,
         count(*) FILTER (WHERE c.kind = 'resolve' AND over.kept) AS resolve_met
  FROM failures_workitem w
  JOIN clocks_clock c ON c.item_id = w.id AND c.kind IN ('acknowledge', 'outreach', 'resolve')
  CROSS JOIN LATERAL (
    SELECT c.state = 'met' AND c.breached_at IS NULL AS kept,
           c.breached_at IS NOT NULL OR c.state = 'met' AS known
  ) over
  WHERE w.failure_id = f.id AND w.kind = 'customer' AND judged.on = 1
    AND (c.state <> 'cancelled' OR NOT EXISTS (
      SELECT 1 FROM clocks_clockevent e
      WHERE e.clock_id = c.id AND e.verb = 'cancel' AND e.reason IN ('merged', 'unmerged')
    ))
) k
WHERE f.id = ANY(%s)
ON CONFLICT (failure_id) DO UPDATE SET
"""
_COLUMNS: Final = (
    "day", "department_id", "category_id", "mode_id", "severity", "status", "weight",
)  # fmt: skip
_SUMMED: Final = (
    "complained", "affected", "contacted", "made_whole", "cost_minor", "acknowledge_due",
    "acknowledge_met", "resolve_due", "resolve_met", "customer_required", "customer_in_time",
    "care_required", "care_in_time", "learning_required", "learning_in_time", "proof_required",
    "proof_in_time", "recovered",
)  # fmt: skip
_COUNT_WHOLE: Final = (
    _COUNT
    + ", ".join(f"{name} = excluded.{name}" for name in (*_COLUMNS, *_SUMMED))
    + ", counted_at = now()"
)


@dataclass(frozen=True, slots=True)
class Bucketing:
    """A roll-up: its table, its key beside the day, and the key as facts have it."""

    table: str
    key: str
    source: str

    @property
    def sql(self) -> str:
        """Insert buckets from facts; the caller adds which, and the grouping."""
        sums = ", ".join(f"coalesce(sum({name} * weight), 0)" for name in _SUMMED)
        return (
            f"INSERT INTO {self.table} (day, {self.key}, failures, {', '.join(_SUMMED)}) "  # noqa: S608
            f"SELECT day, {self.source}, coalesce(sum(weight), 0), {sums} FROM insight_fact"
        )

    @property
    def grouping(self) -> str:
        return f" GROUP BY day, {self.source}"


_DEPARTMENTS: Final = Bucketing("insight_departmentday", "department_id", "department_id")
_MODES: Final = Bucketing("insight_modeday", "mode_id", "coalesce(mode_id, 0)")
_TABLES: Final = ("insight_fact", "insight_departmentday", "insight_modeday")
_TAKE: Final = """
DELETE FROM insight_dirty WHERE failure_id IN (
  SELECT DISTINCT failure_id FROM insight_dirty ORDER BY failure_id LIMIT %s
) RETURNING failure_id
"""


def mark(failure_ids: Collection[int]) -> None:
    """Say that these failures changed; part of whatever transaction says so."""
    with connection.cursor() as cursor:
        rows.insert(cursor, Dirty, [{"failure_id": each} for each in sorted(set(failure_ids))])


def fold(now: datetime) -> int:
    """Count anew what was marked, one batch a transaction; returns how many failures.

    Marks are taken first and sources read after, so a change in between marks again; what is
    marked while this runs may be left to the next call. One folder at a time; another finds the
    lock taken and leaves.
    """
    del now
    folded, more = 0, True
    while more:
        batch, more = _fold_batch()
        folded += batch
    return folded


@transaction.atomic
def _fold_batch() -> tuple[int, bool]:
    """How many failures were counted, and whether there were marks for more of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FOLD_LOCK])
        if not cursor.fetchone()[0]:
            return 0, False
        cursor.execute(_TAKE, [FOLDED_AT_ONCE])
        ids = sorted({row[0] for row in cursor.fetchall()})
        if ids:
            _recount(cursor, ids)
    return len(ids), len(ids) == FOLDED_AT_ONCE


def _recount(cursor: CursorWrapper, ids: list[int]) -> None:
    touched = "SELECT day, department_id, coalesce(mode_id, 0) FROM insight_fact WHERE failure_id = ANY(%s)"
    cursor.execute(touched, [ids])
    buckets = set(cursor.fetchall())
    cursor.execute(_COUNT_WHOLE, [ids])
    cursor.execute(touched, [ids])
    buckets |= set(cursor.fetchall())
    _rewrite(cursor, _DEPARTMENTS, {each[:2] for each in buckets})
    _rewrite(cursor, _MODES, {(each[0], each[2]) for each in buckets})


def _rewrite(
    cursor: CursorWrapper, roll_up: Bucketing, buckets: set[tuple[object, ...]]
) -> None:
    which = [[each[0] for each in buckets], [each[1] for each in buckets]]
    some = "(SELECT * FROM unnest(%s::date[], %s::bigint[]))"
    cursor.execute(
        f"DELETE FROM {roll_up.table} WHERE (day, {roll_up.key}) IN {some}",  # noqa: S608
        which,
    )
    cursor.execute(
        f"{roll_up.sql} WHERE (day, {roll_up.source}) IN {some}{roll_up.grouping}", which
    )


def rebuild(progress: Callable[[int], object] = lambda done: None) -> int:
    """Count everything from nothing; `progress` hears of each batch. Returns how many failures."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])
        cursor.execute(f"TRUNCATE {', '.join(_TABLES)}")
        cursor.execute("DELETE FROM insight_dirty")  # to TRUNCATE it, those who mark would wait
        cursor.execute("SELECT id FROM failures_failure ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(ids), 5000):
            batch = ids[start : start + 5000]
            cursor.execute(_COUNT_WHOLE, [batch])
            progress(len(batch))
        for roll_up in (_DEPARTMENTS, _MODES):
            cursor.execute(roll_up.sql + roll_up.grouping)
    return len(ids)
