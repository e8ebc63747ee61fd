"""The page of a shift's end: what somebody holds, what is on its way, what waits for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from recovery.clocks.selectors import Reading, reading
from recovery.coordination.models import Handover
from recovery.coordination.selectors import Thing
from recovery.failures.selectors import item_reference

_PAGES = {"customer": "cases:case", "process": "processes:case"}


@dataclass(frozen=True, slots=True)
class ThingRow:
    """One thing somebody holds: what it is, of which record, and how long it has."""

    key: str
    name: str
    note: str
    url: str
    kind: str
    reference: str
    priority: str
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class HandedRow:
    """One thing on its way: who gave it to whom, what they said, by when it must be accepted."""

    id: int
    thing: ThingRow
    giver: str
    receiver: str
    words: str
    reading: Reading


def thing_row(thing: Thing, readings: Mapping[int, Reading], now: datetime) -> ThingRow:
    """A thing with its own time: a promise's, or the most urgent clock of the case."""
    item, promise = thing.item, thing.promise
    reference = item_reference(item.kind, item.pk)
    return ThingRow(
        key=thing.key,
        name=promise.words if promise else item.headline,
        note=_("Promised") if promise else (item.department.name if item.department else ""),
        url=reverse(_PAGES[item.kind], args=[reference]),
        kind=item.kind,
        reference=reference,
        priority=f"P{item.priority}",
        reading=reading(promise.clock, now) if promise else readings.get(item.pk),
    )


def handed_rows(handovers: Sequence[Handover], now: datetime) -> list[HandedRow]:
    """What is on its way, with the ten minutes of each."""
    return [
        HandedRow(
            id=each.pk,
            thing=thing_row(Thing(each.item, each.promise), {}, now),
            giver=each.giver.name,
            receiver=each.receiver.name,
            words=each.words,
            reading=reading(each.clock, now),
        )
        for each in handovers
    ]


def names_of_things(rows: Sequence[ThingRow]) -> dict[str, str]:
    """What each choice is labelled with."""
    return {row.key: f"{row.reference}: {row.name}"[:120] for row in rows}
