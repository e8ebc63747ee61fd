"""Reading promises: of a case, of its customer, of a person and their desks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from recovery.clocks.models import Clock, Promise
from recovery.clocks.states import ClockKind, PromiseState
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import grants

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise as the customer may read it. `state` is open, kept, late or released.

    Late is over and kept late or not at all; a renegotiated one names its first time as well.
    """

    words: str
    due_at: datetime
    first_due_at: datetime
    state: str


def _whole() -> QuerySet[Promise]:
    return Promise.objects.select_related("clock", "desk", "holder", "ended_by", "made_by")


def promises_of(item_id: int) -> list[Promise]:
    """Every promise made on a case, open ones first, the soonest first; one query."""
    found = _whole().filter(item_id=item_id).order_by("clock__due_at", "pk")
    return sorted(found, key=lambda each: each.state != PromiseState.OPEN)


def promises_for_customer(item_id: int) -> list[Promised]:
    """What the customer of a case was promised, and what became of it; one query."""
    return [
        Promised(
            words=each.words,
            due_at=each.clock.due_at,
            first_due_at=each.clock.original_due_at,
            state="late" if each.clock.breached_at else each.state,
        )
        for each in promises_of(item_id)
        if not each.to_whom
    ]


def promises_in_view(viewer: Person, view: str, *, limit: int = MOST_SHOWN) -> list[Promise]:
    """Open promises the viewer holds, or with "desk" those of the viewer's desks; one query.

    What nobody holds at a desk of theirs is everybody's there. Only of cases they may read.
    """
    held = grants(viewer)
    desks = sorted(held.homes | held.leads)
    mine = Q(holder_id=viewer.pk)
    at_desk = Q(desk_id__in=desks)
    wanted = mine | at_desk if view == "desk" else mine | at_desk & Q(holder__isnull=True)
    found = _whole().select_related("item__department").filter(wanted, state=PromiseState.OPEN)
    return list(found.filter(_readable(viewer)).order_by("clock__due_at", "pk")[:limit])


def promise_of_clock(clock_id: int) -> Promise | None:
    """The promise a clock belongs to, with its holder and desk; one query."""
    return Promise.objects.select_related("holder", "desk").filter(clock_id=clock_id).first()


def promises_on(clocks: Collection[Clock]) -> dict[int, Promise]:
    """The promises behind clocks with their holders, by clock; no query without any."""
    keys = [clock.pk for clock in clocks if clock.kind == ClockKind.PROMISE]
    if not keys:
        return {}
    found = Promise.objects.select_related("holder").filter(clock_id__in=keys)
    return {each.clock_id: each for each in found}


def _readable(viewer: Person) -> Q:
    held = grants(viewer)
    customer = Q(item__kind="customer") & Q(
        item__department_id__in=held.departments_for(Permission.CASE_READ)
    )
    process = Q(item__kind="process") & Q(
        item__department_id__in=held.departments_for(Permission.PROCESS_READ)
    )
    return customer | process | Q(item__owner_id=viewer.pk)
