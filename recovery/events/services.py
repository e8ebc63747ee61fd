"""Writing to the log, numbering it, and letting its consumers read on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from django.db import connection, transaction

from recovery.events.models import (
    LATEST,
    SWEEP,
    Audience,
    Consumer,
    Event,
    JobRun,
    ParkedEvent,
)
from recovery.events.registry import JOBS, READERS, Reader
from recovery.events.wake import wake
from recovery.kernel import rows

log = structlog.get_logger(__name__)

SEQUENCER: Final = 7_203_101  # any number, the same for ever, used for no other advisory lock
NUMBERED_AT_ONCE: Final = 5_000
READ_AT_ONCE: Final = 100
SPAN: Final = 5_000
PARKED_AT_ONCE: Final = 20
PASSES: Final = 100
LONGEST_PAUSE: Final = timedelta(hours=1)

NUMBER = """
WITH fresh AS (
  SELECT id FROM events_event WHERE position IS NULL ORDER BY id LIMIT %s
), numbered AS (
  SELECT id, (SELECT coalesce(max(position), 0) FROM events_event)
             + row_number() OVER (ORDER BY id) AS place FROM fresh
)
UPDATE events_event SET position = place FROM numbered WHERE events_event.id = numbered.id
"""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One thing that happened, to be written; see Event for what the columns mean."""

    stream: str
    verb: str
    actor_id: int
    at: datetime
    failure_id: int | None = None
    item_id: int | None = None
    audience: str = Audience.MEMBERS
    public: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict)


def record(
    *,
    stream: str,
    verb: str,
    actor_id: int,
    at: datetime,
    failure_id: int | None = None,
    item_id: int | None = None,
    audience: str = Audience.MEMBERS,
    public: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
) -> int:
    """Write one event in the caller's transaction and return its id."""
    row = EventRow(
        stream, verb, actor_id, at, failure_id=failure_id, item_id=item_id, audience=audience,
        public=public or {}, private=private or {},
    )  # fmt: skip
    return record_many([row])[0]


def record_many(events: Sequence[EventRow], *, with_ids: bool = True) -> list[int]:
    """Write events in one go in the caller's transaction; ids in the order given.

    Who needs no ids gets none, and many events then go by COPY. The consumers are woken when
    the transaction commits.
    """
    if not events:
        return []
    request = request_id()
    with connection.cursor() as cursor:
        found = rows.insert(
            cursor,
            Event,
            [columns_of(event, request) for event in events],
            returning=["id"] if with_ids else (),
        )
    wake_on_commit()
    return [key for (key,) in found]


def columns_of(event: EventRow, request: str | None = None) -> dict[str, Any]:
    """Return the row for those who write many tables at once (kernel.rows.Batch).

    `request` is request_id(), asked once for many rows.
    """
    return {
        "stream": event.stream,
        "verb": event.verb,
        "actor_id": event.actor_id,
        "failure_id": event.failure_id,
        "item_id": event.item_id,
        "at": event.at,
        "audience": str(event.audience),
        "public": dict(event.public),
        "private": dict(event.private),
        "request_id": request_id() if request is None else request,
    }


def request_id() -> str:
    """Return the id of the request or task under way, or nothing."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))[:36]


def wake_on_commit() -> None:
    """Ring once for this transaction, however many events it writes."""
    if not any(_ring in hook for hook in connection.run_on_commit):
        transaction.on_commit(_ring)


def _ring() -> None:
    wake("urgent")


def pump(now: datetime, *, passes: int = PASSES) -> int:
    """Number what has been committed and let every consumer read until there is no more.

    Returns how many events were applied. Stops after `passes` rounds, so that a task stays
    short. Several at once are harmless: each consumer is read by one of them at a time.
    """
    _introduce()
    applied = sum(_retry(reader, now) for reader in READERS.values())
    for _ in range(passes):
        last = _number()
        moved = [_read(reader, last, now) for reader in READERS.values()]
        applied += sum(count for count, _ in moved)
        if not any(more for _, more in moved):
            break
    return applied


def _introduce() -> None:
    """Give each registered consumer its row; a consumer new to this log begins at its start."""
    Consumer.objects.bulk_create(
        [Consumer(name=name) for name in READERS], ignore_conflicts=True
    )


def _number() -> int:
    """Number committed events in the order of their ids; return the last position there is."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEQUENCER])
        mine = cursor.fetchone() == (True,)
        while mine:
            cursor.execute(NUMBER, [NUMBERED_AT_ONCE])
            mine = cursor.rowcount == NUMBERED_AT_ONCE
        cursor.execute("SELECT coalesce(max(position), 0) FROM events_event")
        (last,) = cursor.fetchone()
    return int(last)


def _read(reader: Reader, last: int, now: datetime) -> tuple[int, bool]:
    """Apply the next events to one consumer: how many, and whether there may be more.

    Another process holding the consumer means that it is being served, so nothing to do.
    """
    with transaction.atomic():
        mine = _hold(reader)
        if mine is None or mine.position >= last:
            return 0, False
        until = min(mine.position + SPAN, last)
        waiting = Event.objects.filter(position__gt=mine.position, position__lte=until)
        if reader.verbs is not None:
            waiting = waiting.filter(verb__in=sorted(reader.verbs))
        events = list(waiting.order_by("position")[:READ_AT_ONCE])
        for event in events:
            if error := _apply(reader, event, now):
                _park(reader, event.pk, error=error, now=now)
        if len(events) == READ_AT_ONCE:
            until = events[-1].position or until
        Consumer.objects.filter(pk=mine.pk).update(position=until, updated_at=now)
    # A handler's own events are numbered by the next pass.
    return len(events), until < last or bool(events)


def _hold(reader: Reader) -> Consumer | None:
    return Consumer.objects.select_for_update(skip_locked=True).filter(pk=reader.name).first()


def _apply(reader: Reader, event: Event, now: datetime) -> str:
    """Let the consumer act in a savepoint; return what went wrong, or nothing."""
    try:
        with transaction.atomic():
            reader.handler(event, now)
    except Exception as error:
        log.exception("event parked", consumer=reader.name, event_id=event.pk, verb=event.verb)
        return f"{type(error).__name__}: {error}"[:2_000]
    return ""


def _park(reader: Reader, event_id: int, *, error: str, now: datetime) -> None:
    ParkedEvent.objects.create(
        consumer=reader.name, event_id=event_id, error=error, next_try_at=now + _pause(1)
    )


def _retry(reader: Reader, now: datetime) -> int:
    """Try the parked events that are due again; return how many were applied at last."""
    due = ParkedEvent.objects.filter(consumer=reader.name, next_try_at__lte=now)
    if not due.exists():
        return 0
    with transaction.atomic():
        if _hold(reader) is None:
            return 0
        parked = list(due.order_by("event_id")[:PARKED_AT_ONCE])
        events = Event.objects.in_bulk([each.event_id for each in parked])
        done = [
            each for each in parked if not _again(reader, each, events[each.event_id], now=now)
        ]
        ParkedEvent.objects.filter(pk__in=[each.pk for each in done]).delete()
    return len(done)


def _again(reader: Reader, parked: ParkedEvent, event: Event, *, now: datetime) -> str:
    error = _apply(reader, event, now)
    if error:
        parked.tries += 1
        parked.error = error
        parked.next_try_at = now + _pause(parked.tries)
        parked.save(update_fields=["tries", "error", "next_try_at"])
    return error


def _pause(tries: int) -> timedelta:
    return min(timedelta(seconds=5 * 2 ** min(tries - 1, 12)), LONGEST_PAUSE)


def note_sweep(now: datetime) -> None:
    """Leave word that a sweep came by, for whoever asks when the last one did."""
    with connection.cursor() as cursor:
        rows.insert(
            cursor, JobRun, [{"name": SWEEP, "period": LATEST, "claimed_at": now}],
            on_conflict="(name, period) DO UPDATE SET claimed_at = excluded.claimed_at",
        )  # fmt: skip


def run_daily(now: datetime) -> int:
    """Run the daily jobs not yet run on this day; return how many did their work."""
    period = now.astimezone(UTC).date().isoformat()
    ran = set(
        JobRun.objects.filter(period=period, name__in=JOBS).values_list("name", flat=True)
    )
    return sum(_claim(name, period, now) for name in JOBS if name not in ran)


def _claim(name: str, period: str, now: datetime) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # A second sweep waits here for the first, and then finds the row.
            claimed = rows.insert(
                cursor, JobRun, [{"name": name, "period": period}],
                on_conflict="DO NOTHING", returning=["id"],
            )  # fmt: skip
            if claimed:
                JOBS[name](now)
            return bool(claimed)
    except Exception:
        log.exception("daily job failed", job=name)
        return False
