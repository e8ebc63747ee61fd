"""Writing to the log, in the transaction of whoever writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.db import connection, transaction

from recovery.events.models import Audience, Event
from recovery.events.wake import wake
from recovery.kernel import rows


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
