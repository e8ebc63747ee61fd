"""Numbering what has been written, and letting the consumers of the log read on."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import connection, transaction

from recovery.events.models import Consumer, Event, ParkedEvent
from recovery.events.registry import READERS, Reader

log = structlog.get_logger(__name__)

SEQUENCER: Final = 7_203_101  # any number, the same for ever, used for no other advisory lock
NUMBERED_AT_ONCE: Final = 5_000
READ_AT_ONCE: Final = 200
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

# Consumers for whom nothing new is meant go on at once, all of them by one statement.
MOVE_PAST = """
WITH wanted AS (
  SELECT name, verbs FROM jsonb_to_recordset(%(readers)s::jsonb) AS t(name text, verbs text[])
), idle AS (
  SELECT consumer.name FROM events_consumer AS consumer JOIN wanted USING (name)
  WHERE consumer.position < %(last)s AND %(last)s - consumer.position <= %(span)s
    AND NOT EXISTS (
      SELECT 1 FROM events_event AS event
      WHERE event.position > consumer.position AND event.position <= %(last)s
        AND event.verb = ANY (wanted.verbs)
    )
  FOR UPDATE OF consumer SKIP LOCKED
)
UPDATE events_consumer AS consumer SET position = %(last)s, updated_at = %(now)s
FROM idle WHERE consumer.name = idle.name
"""


def pump(now: datetime, *, passes: int = PASSES) -> int:
    """Number what has been committed and let every consumer read until there is no more.

    Returns how many events were applied. Stops after `passes` rounds, so that a task stays
    short. Several at once are harmless: each consumer is read by one of them at a time.
    """
    _introduce()
    applied = _retry_parked(now)
    for _ in range(passes):
        last = _number()
        moved = [_read(reader, last, now) for reader in _behind(last, now)]
        applied += sum(count for count, _ in moved)
        if not any(more for _, more in moved):
            break
    return applied


def _behind(last: int, now: datetime) -> list[Reader]:
    """The consumers that must read, once those without anything to read have been moved on."""
    choosy = [
        {"name": reader.name, "verbs": sorted(reader.verbs)}
        for reader in READERS.values()
        if reader.verbs is not None
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            MOVE_PAST, {"readers": json.dumps(choosy), "last": last, "span": SPAN, "now": now}
        )
    late = set(Consumer.objects.filter(position__lt=last).values_list("name", flat=True))
    return [reader for reader in READERS.values() if reader.name in late]


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
        _apply_all(reader, events, now)
        if len(events) == READ_AT_ONCE:
            until = events[-1].position or until
        Consumer.objects.filter(pk=mine.pk).update(position=until, updated_at=now)
    # A handler's own events are numbered by the next pass.
    return len(events), until < last or bool(events)


def _hold(reader: Reader) -> Consumer | None:
    return Consumer.objects.select_for_update(skip_locked=True).filter(pk=reader.name).first()


def _apply_all(reader: Reader, events: Sequence[Event], now: datetime) -> None:
    """All in one savepoint; if that fails one by one, so that only the bad one is set aside."""
    if not events:
        return
    try:
        with transaction.atomic():
            reader.handler(events, now)
    except Exception:
        log.exception("events applied one by one", consumer=reader.name, events=len(events))
        for event in events:
            if error := _apply(reader, event, now):
                _park(reader, event.pk, error=error, now=now)


def _apply(reader: Reader, event: Event, now: datetime) -> str:
    """Let the consumer act in a savepoint; return what went wrong, or nothing."""
    try:
        with transaction.atomic():
            reader.handler([event], now)
    except Exception as error:
        log.exception("event parked", consumer=reader.name, event_id=event.pk, verb=event.verb)
        return f"{type(error).__name__}: {error}"[:2_000]
    return ""


def _park(reader: Reader, event_id: int, *, error: str, now: datetime) -> None:
    ParkedEvent.objects.create(
        consumer=reader.name, event_id=event_id, error=error, next_try_at=now + _pause(1)
    )


def _retry_parked(now: datetime) -> int:
    """Try the parked events that are due again; return how many were applied at last."""
    due = ParkedEvent.objects.filter(next_try_at__lte=now)
    names = set(due.values_list("consumer", flat=True))
    return sum(_retry(READERS[name], now) for name in sorted(names & READERS.keys()))


def _retry(reader: Reader, now: datetime) -> int:
    due = ParkedEvent.objects.filter(consumer=reader.name, next_try_at__lte=now)
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
