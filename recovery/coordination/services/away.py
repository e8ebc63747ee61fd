"""What cannot wait while its holder is away, or while its desk is closed when it falls due."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from recovery.clocks.models import Promise
from recovery.clocks.states import PromiseState
from recovery.coordination.selectors.shifts import Thing, holders_of_urgent, things_held
from recovery.coordination.services.passing import give_to, leads_for, move_to
from recovery.failures.services import lock_item
from recovery.kernel.hours import NeverOpen
from recovery.messages.services import tell
from recovery.org.models import Absence
from recovery.org.selectors import (
    absent_at,
    calendar_of,
    lineage_of,
    schedule_of,
    system_person,
)

LOOKED_AHEAD: Final = timedelta(days=7)
AT_ONCE: Final = 500


def pass_on(*, now: datetime) -> int:
    """Pass on what its holder or desk cannot see to; how many things. Twice changes nothing."""
    away = {each.person_id: each for each in absent_at(now)}
    passed = sum(_of_absent(away[key], now=now) for key in holders_of_urgent(away))
    return passed + _of_closed(now=now)


def _of_absent(absence: Absence, *, now: datetime) -> int:
    """Promises, P1 and P2 of somebody who is away go to the desk, each once: nobody holds it then."""
    urgent = [each for each in things_held(absence.person) if each.is_urgent]
    return sum(
        _to_desk(each, holder_id=absence.person_id, key=f"absence:{absence.pk}", now=now)
        for each in urgent
    )


@transaction.atomic
def _to_desk(thing: Thing, *, holder_id: int, key: str, now: datetime) -> bool:
    item = lock_item(thing.item.pk)
    promise = thing.promise
    if promise is not None:
        promise = Promise.objects.select_for_update(no_key=True, of=("self",)).get(
            pk=promise.pk
        )
    held = Thing(item, promise)
    if (promise.holder_id if promise else item.owner_id) != holder_id:
        return False  # somebody was quicker
    give_to(held, None, actor_id=system_person().pk, now=now)
    _tell(held, _("%(what)s: whoever held it is away"), key=f"{key}:{thing.key}", now=now)
    return True


def _of_closed(*, now: datetime) -> int:
    """Promises that fall due before their closed desk opens go to the next desk upwards that is open."""
    due = Promise.objects.filter(
        state=PromiseState.OPEN, desk__isnull=False, clock__breached_at__isnull=True,
        clock__due_at__gt=now, clock__due_at__lte=now + LOOKED_AHEAD,
    )  # fmt: skip
    found = due.select_related("clock").order_by("clock__due_at", "pk")[:AT_ONCE]
    return sum(_to_open_desk(each, now=now) for each in found)


@transaction.atomic
def _to_open_desk(promise: Promise, *, now: datetime) -> bool:
    assert promise.desk_id is not None, "only promises of a desk are looked at"
    due_at = promise.clock.due_at
    if _sees_to_it(promise.desk_id, now=now, due_at=due_at):
        return False
    upwards = lineage_of(promise.desk_id)[1:]
    desk = next((each for each in upwards if _sees_to_it(each, now=now, due_at=due_at)), None)
    item = lock_item(promise.item_id)
    fresh = Promise.objects.select_for_update(no_key=True, of=("self",)).get(pk=promise.pk)
    if desk is None or fresh.state != PromiseState.OPEN or fresh.desk_id != promise.desk_id:
        return False
    thing = Thing(item, fresh)
    move_to(thing, desk, actor_id=system_person().pk, now=now)
    _tell(
        thing, _("%(what)s: its desk is closed when it falls due"),
        key=f"closed:{promise.pk}:{desk}", now=now,
    )  # fmt: skip
    return True


def _sees_to_it(desk_id: int, *, now: datetime, due_at: datetime) -> bool:
    """Whether a desk is open at some time before it falls due."""
    try:
        return schedule_of(calendar_of(desk_id)).next_opening(now) < due_at
    except NeverOpen:
        return False


def _tell(thing: Thing, subject: str, *, key: str, now: datetime) -> None:
    leads: Sequence[int] = [each.pk for each in leads_for(thing)]
    tell(
        person_ids=leads,
        kind="handover.to_desk",
        subject=subject % {"what": thing.reference},
        lines=[_("Nobody holds it now. Take it, or give it to somebody who is here.")],
        path=thing.path,
        dedupe_key=key,
        at=now,
        urgent=True,
    )
