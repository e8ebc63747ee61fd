"""The sweep: many due clocks at a time, decided in Python, written by three statements.

Doing it twice changes nothing: a firing is unique, a breach is set once, and whoever holds a
clock's row is the only one to look at it. A worker killed on the way leaves nothing behind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from recovery.escalation.models import Firing
from recovery.escalation.policy import Decision, RungCard, decide, ladder_for
from recovery.escalation.selectors import ladders
from recovery.events.services import EventRow, record_many
from recovery.failures.services import case_news
from recovery.kernel import rows
from recovery.kernel.hours import Schedule
from recovery.org.selectors import schedule_of, system_person

log = structlog.get_logger(__name__)

AT_ONCE: Final = 1000  # so many that their events go by COPY, which halves our own work
BATCHES: Final = 20
PUT_OFF: Final = timedelta(minutes=5)

PICK: Final = """
SELECT clock.id, clock.item_id, clock.kind, clock.calendar_id, clock.target_seconds,
       clock.started_at, clock.due_at, clock.breached_at, clock.round,
       item.kind, item.failure_id, item.owner_id
FROM clocks_clock AS clock JOIN failures_workitem AS item ON item.id = clock.item_id
WHERE clock.state = 'running' AND clock.next_check_at <= %s
ORDER BY clock.next_check_at, clock.id LIMIT %s
FOR NO KEY UPDATE OF clock SKIP LOCKED
"""
PICK_ONE: Final = """
SELECT clock.id, clock.item_id, clock.kind, clock.calendar_id, clock.target_seconds,
       clock.started_at, clock.due_at, clock.breached_at, clock.round,
       item.kind, item.failure_id, item.owner_id
FROM clocks_clock AS clock JOIN failures_workitem AS item ON item.id = clock.item_id
WHERE clock.state = 'running' AND clock.next_check_at <= %s AND clock.id = %s
FOR NO KEY UPDATE OF clock SKIP LOCKED
"""
MOVE_ON: Final = """
UPDATE clocks_clock AS clock
SET next_check_at = seen.next_check_at, breached_at = seen.breached_at
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[])
     AS seen(id, next_check_at, breached_at)
WHERE clock.id = seen.id
"""
PUT_ASIDE: Final = """
UPDATE clocks_clock SET next_check_at = %s WHERE id = %s AND state = 'running'
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A running clock that must be looked at, with what its event needs of the item."""

    id: int
    item_id: int
    kind: str
    calendar_id: int | None
    target_seconds: int
    started_at: datetime
    due_at: datetime
    breached_at: datetime | None
    round: int
    track: str
    failure_id: int | None
    owner_id: int | None


def sweep(now: datetime) -> int:
    """Look at every clock that is due to be looked at; return how many firings were written.

    `now` may be simulated. Stops after some batches, so that a task stays short: the next ring
    takes the rest.
    """
    fired = 0
    for _ in range(BATCHES):
        picked, written = _batch(now)
        fired += written
        if picked < AT_ONCE:
            break
    return fired


def _batch(now: datetime) -> tuple[int, int]:
    """Sweep one batch: how many clocks, how many firings."""
    due: list[Due] = []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(PICK, [now, AT_ONCE])
            due += [Due(*line) for line in cursor.fetchall()]
            return len(due), _write(cursor, due, now)
    except OperationalError:
        raise  # the database is busy or away: no row's fault, and the next ring tries again
    except Exception:
        log.exception("sweep batch redone row by row", clocks=len(due))
    return len(due), sum(_alone(each.id, now) for each in due)


def _alone(clock_id: int, now: datetime) -> int:
    """Sweep one clock of a batch that failed; if it is the bad one only its next look moves."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(PICK_ONE, [now, clock_id])
            return _write(cursor, [Due(*line) for line in cursor.fetchall()], now)
    except OperationalError:
        raise
    except Exception:
        log.exception("clock put off", clock_id=clock_id)
        with connection.cursor() as cursor:
            cursor.execute(PUT_ASIDE, [now + PUT_OFF, clock_id])
        return 0


def _write(cursor: CursorWrapper, due: Sequence[Due], now: datetime) -> int:
    """Write firings, then their events and the breaches, then when to look again."""
    if not due:
        return 0
    hours = {key: schedule_of(key) for key in {each.calendar_id for each in due}}
    decided = [(each, _decide(each, hours[each.calendar_id], now)) for each in due]
    reached = {
        (rung.id, each.id, occurrence): (each, rung)
        for each, decision in decided
        for rung, occurrence in decision.reached
    }
    found = _fire(cursor, {key: each.round for key, (each, _) in reached.items()}, now)
    system = system_person().pk
    breaches = [
        _breached(each, system)
        for each, decision in decided
        if decision.is_over and each.breached_at is None
    ]
    firings = [
        _fired(*reached[rung, clock, number], number, firing=key, actor=system, now=now)
        for key, rung, clock, number in found
    ]
    record_many(breaches + firings, with_ids=False)
    cursor.execute(MOVE_ON, [
        [each.id for each, _ in decided],
        [decision.next_check_at for _, decision in decided],
        [_breach_time(each, decision) for each, decision in decided],
    ])  # fmt: skip
    return len(found)


def _fire(
    cursor: CursorWrapper, rounds: Mapping[tuple[int, int, int], int], now: datetime
) -> list[tuple[Any, ...]]:
    """Write firings by rung, clock and occurrence; those that are new, with their keys."""
    return rows.insert(
        cursor,
        Firing,
        [
            {
                "rung_id": rung,
                "clock_id": clock,
                "round": number,
                "occurrence": occurrence,
                "fired_at": now,
            }
            for (rung, clock, occurrence), number in rounds.items()
        ],
        on_conflict="(rung_id, clock_id, round, occurrence) DO NOTHING",
        returning=["id", "rung_id", "clock_id", "occurrence"],
    )


def _decide(due: Due, hours: Schedule, now: datetime) -> Decision:
    return decide(
        ladder_for(ladders(), due.kind, due.started_at),
        hours,
        target=timedelta(seconds=due.target_seconds),
        due_at=due.due_at,
        now=now,
    )


def _breach_time(due: Due, decision: Decision) -> datetime | None:
    return due.breached_at or (due.due_at if decision.is_over else None)


def _breached(due: Due, actor: int) -> EventRow:
    facts = {"clock": due.id, "kind": due.kind, "due_at": due.due_at.isoformat()}
    return _event(due, "clock.breached", facts, actor=actor, at=due.due_at)


def _fired(
    due: Due, rung: RungCard, number: int, *, firing: int, actor: int, now: datetime
) -> EventRow:
    facts = {
        "firing": firing,
        "clock": due.id,
        "kind": due.kind,
        "percent": rung.percent,
        "level": rung.level,
        "occurrence": number,
    }
    return _event(due, "escalation.fired", facts, actor=actor, at=now)


def _event(due: Due, verb: str, facts: dict[str, Any], *, actor: int, at: datetime) -> EventRow:
    """An event of the clock's case."""
    return case_news(
        verb,
        facts,
        kind=due.track,
        item_id=due.item_id,
        failure_id=due.failure_id,
        owner_id=due.owner_id,
        actor_id=actor,
        at=at,
    )
