"""Clocks as they count: each once, on the day on which it was met or ran over.

A clock counts from what happened to it, whatever list or board asks: met in time, done late, or
over and not done. One that was cancelled before its time had come counts nowhere, nor does what
is history, merged or void; support is nobody's statistic. A promise counts for its own desk, one
that was renegotiated as a kind of its own.
"""

from collections.abc import Callable, Collection
from typing import Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from recovery.failures.states import TrackKind
from recovery.insight.models import DirtyItem
from recovery.insight.policy import PROMISE_MOVED
from recovery.kernel import rows
from recovery.org.selectors import organisation

CLOCK_LOCK: Final = 7_203_104  # any number, the same for ever
COUNTED_AT_ONCE: Final = 500

_COUNT: Final = """
INSERT INTO insight_clockfact (
  clock_id, item_id, day, department_id, kind, standard_id, met, late, undone
)
SELECT c.id, c.item_id, (coalesce(c.breached_at, c.met_at) AT TIME ZONE %(zone)s)::date,
  coalesce(p.desk_id, w.department_id),
  CASE WHEN p.renegotiated_at IS NULL THEN c.kind ELSE %(moved)s END, coalesce(v.standard_id, 0), (c.breached_at IS NULL)::int,
  (c.breached_at IS NOT NULL AND c.state = 'met')::int,
  (c.breached_at IS NOT NULL AND c.state <> 'met')::int
FROM clocks_clock c
JOIN failures_workitem w ON w.id = c.item_id
LEFT JOIN clocks_standardversion v ON v.id = c.standard_id
LEFT JOIN failures_failure f ON f.id = w.failure_id
LEFT JOIN clocks_promise p ON p.clock_id = c.id
WHERE c.item_id = ANY(%(items)s) AND w.kind <> %(private)s
  AND (c.breached_at IS NOT NULL OR c.state = 'met')
  AND (f.id IS NULL OR (NOT f.history AND f.status NOT IN ('merged', 'void')))
  AND (c.state <> 'cancelled' OR NOT EXISTS (
    SELECT 1 FROM clocks_clockevent e
    WHERE e.clock_id = c.id AND e.verb = 'cancel' AND e.reason IN ('merged', 'unmerged')
  ))
"""
_TOUCHED: Final = (
    "SELECT DISTINCT day, department_id FROM insight_clockfact WHERE item_id = ANY(%s)"
)
_SUM: Final = """
INSERT INTO insight_clockday (day, department_id, kind, standard_id, met, late, undone)
SELECT day, department_id, kind, standard_id, sum(met), sum(late), sum(undone)
FROM insight_clockfact
"""
_EMPTY: Final = "DELETE FROM insight_clockday"
_GROUPED: Final = " GROUP BY day, department_id, kind, standard_id"
_SOME: Final = " WHERE (day, department_id) IN (SELECT * FROM unnest(%s::date[], %s::bigint[]))"
_TAKE: Final = """
DELETE FROM insight_dirtyitem WHERE item_id IN (
  SELECT DISTINCT item_id FROM insight_dirtyitem ORDER BY item_id LIMIT %s
) RETURNING item_id
"""


def mark_clocks(item_ids: Collection[int]) -> None:
    """Say that clocks of these cases changed; part of whatever transaction says so."""
    with connection.cursor() as cursor:
        rows.insert(cursor, DirtyItem, [{"item_id": each} for each in sorted(set(item_ids))])


def mark_clocks_of(failure_ids: Collection[int]) -> None:
    """Mark every case of these failures: they were merged, taken apart or set aside."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO insight_dirtyitem (item_id) SELECT id FROM failures_workitem "
            "WHERE failure_id = ANY(%s) ORDER BY id",
            [sorted(set(failure_ids))],
        )


def fold_clocks() -> int:
    """Count anew what was marked, one batch a transaction; how many cases.

    Marks are taken first and sources read after, so a change in between marks again; what is
    marked while this runs may be left to the next call.
    """
    counted, more = 0, True
    while more:
        batch, more = _fold_batch()
        counted += batch
    return counted


@transaction.atomic
def _fold_batch() -> tuple[int, bool]:
    """How many cases were counted, and whether there were marks for more of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CLOCK_LOCK])
        if not cursor.fetchone()[0]:
            return 0, False
        cursor.execute(_TAKE, [COUNTED_AT_ONCE])
        items = sorted({row[0] for row in cursor.fetchall()})
        if items:
            _recount(cursor, items)
    return len(items), len(items) == COUNTED_AT_ONCE


def _recount(cursor: CursorWrapper, items: list[int]) -> None:
    cursor.execute(_TOUCHED, [items])
    buckets = set(cursor.fetchall())
    cursor.execute("DELETE FROM insight_clockfact WHERE item_id = ANY(%s)", [items])
    _count(cursor, items)
    cursor.execute(_TOUCHED, [items])
    buckets |= set(cursor.fetchall())
    which = [[day for day, _ in buckets], [department for _, department in buckets]]
    cursor.execute(_EMPTY + _SOME, which)
    cursor.execute(_SUM + _SOME + _GROUPED, which)


def _count(cursor: CursorWrapper, items: list[int]) -> None:
    cursor.execute(
        _COUNT,
        {
            "zone": organisation().zone,
            "items": items,
            "private": TrackKind.EMPLOYEE.value,
            "moved": PROMISE_MOVED,
        },
    )


def rebuild_clocks(progress: Callable[[int], object] = lambda done: None) -> int:
    """Count every clock from nothing; `progress` hears of each batch. Returns how many cases."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLOCK_LOCK])
        cursor.execute("TRUNCATE insight_clockfact, insight_clockday")
        cursor.execute("DELETE FROM insight_dirtyitem")  # TRUNCATE would hold up who marks
        cursor.execute("SELECT id FROM failures_workitem ORDER BY id")
        items = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(items), 5000):
            batch = items[start : start + 5000]
            _count(cursor, batch)
            progress(len(batch))
        cursor.execute(_SUM + _GROUPED)
    return len(items)
