"""Putting a case or a promise into other hands, whoever asked for it."""

from datetime import datetime
from typing import Any

from recovery.coordination.selectors.shifts import Thing
from recovery.events.models import Audience
from recovery.events.services import record
from recovery.failures.services import change_item, stream_of
from recovery.org.models import Person
from recovery.org.selectors import leads_of, upper_leads_of


def give_to(thing: Thing, person: Person | None, *, actor_id: int, now: datetime) -> None:
    """Let somebody hold it from now on, or with None its desk; the case must be locked.

    A promise without a desk gets that of its case: nobody's would be lost.
    """
    item, promise = thing.item, thing.promise
    key = person.pk if person else None
    if promise is None:
        before = item.owner_id
        change_item(item, owner_id=key)
        say_of(thing, "case.assigned", actor_id=actor_id, at=now, **{"from": before, "to": key})
        return
    before = promise.holder_id
    promise.holder_id, promise.desk_id = key, promise.desk_id or item.department_id
    promise.save(update_fields=["holder", "desk"])
    change_item(item)
    say_of(
        thing, "promise.passed", actor_id=actor_id, at=now,
        promise=promise.pk, desk=promise.desk_id, **{"from": before, "to": key},
    )  # fmt: skip


def move_to(thing: Thing, desk_id: int, *, actor_id: int, now: datetime) -> None:
    """Let another desk answer for a promise; nobody holds it then. Its time does not move."""
    promise = thing.promise
    assert promise is not None, "only promises have a desk of their own"
    promise.desk_id = desk_id
    give_to(thing, None, actor_id=actor_id, now=now)


def leads_for(thing: Thing) -> list[Person]:
    """Who leads the desk that answers for it, or the nearest one above that has a lead."""
    desk = (thing.promise.desk_id if thing.promise else None) or thing.item.department_id
    return leads_of(desk) or upper_leads_of(desk)


def say_of(thing: Thing, verb: str, *, actor_id: int, at: datetime, **facts: Any) -> None:
    """Record what happened to it on its case's own story; no words."""
    item = thing.item
    record(
        stream=stream_of(item),
        verb=verb,
        actor_id=actor_id,
        at=at,
        failure_id=item.failure_id,
        item_id=item.pk,
        audience=Audience.SCOPE,
        public=facts,
    )
