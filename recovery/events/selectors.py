"""Reading the log: what one person may see of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from recovery.events.models import LATEST, SWEEP, Audience, Event, JobRun


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as one person may see it; `facts` holds the private ones only if they may."""

    id: int
    at: datetime
    verb: str
    actor_id: int
    stream: str
    item_id: int | None
    facts: dict[str, Any]
    failure_id: int | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Newest first. `before` asks for the next older page; None when there is none."""

    entries: list[Entry]
    before: int | None


def timeline(
    *,
    viewer_id: int,
    items: Collection[int] = (),
    failure_id: int | None = None,
    streams: Collection[str] = (),
    without: str = "",
    before: int | None = None,
    limit: int = 50,
) -> Timeline:
    """Read one failure's history, or that of some streams, or both together; one query.

    `items` are the cases the viewer may read: events meant for those in scope, and private
    facts, are shown for these only. Named events are shown to those they name. `without` leaves
    out one kind of stream, such as "customer".
    """
    events = Event.objects.filter(Q(failure_id=failure_id) if failure_id else Q(pk__in=[]))
    if streams:
        of_streams = Q(stream__in=list(streams))
        events = Event.objects.filter(
            of_streams | Q(failure_id=failure_id) if failure_id else of_streams
        )
    if without:
        events = events.exclude(stream__startswith=f"{without}:")
    if before is not None:
        events = events.filter(pk__lt=before)
    found = list(events.filter(_seen_by(viewer_id, items)).order_by("-pk")[: limit + 1])
    shown = found[:limit]
    return Timeline(
        entries=[_entry(event, items) for event in shown],
        before=shown[-1].pk if len(found) > limit else None,
    )


def _seen_by(viewer_id: int, items: Collection[int]) -> Q:
    return (
        Q(audience=Audience.MEMBERS)
        | Q(audience=Audience.SCOPE, item_id__in=list(items))
        | Q(audience=Audience.NAMED, private__readers__contains=[viewer_id])
    )


def _entry(event: Event, items: Collection[int]) -> Entry:
    sees_private = event.audience == Audience.NAMED or event.item_id in items
    return Entry(
        id=event.pk,
        at=event.at,
        verb=event.verb,
        actor_id=event.actor_id,
        stream=event.stream,
        item_id=event.item_id,
        failure_id=event.failure_id,
        facts=event.public | (event.private if sees_private else {}),
    )


def last_sweep() -> datetime | None:
    """When a sweep last came by; None if none ever did. One row by its key."""
    runs = JobRun.objects.filter(name=SWEEP, period=LATEST)
    return runs.values_list("claimed_at", flat=True).first()
