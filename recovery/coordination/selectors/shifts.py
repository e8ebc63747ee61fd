"""What somebody holds, what of it is on its way, and what was handed to them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from recovery.clocks.models import Promise
from recovery.clocks.states import ClockState, PromiseState
from recovery.coordination.models import Handover
from recovery.coordination.states import HandoverState
from recovery.failures.models import WorkItem
from recovery.failures.selectors import item_reference
from recovery.failures.states import TrackKind
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import people_with

PATHS: Final = {TrackKind.CUSTOMER: "/cases/{}/", TrackKind.PROCESS: "/processes/{}/"}
URGENT: Final = 2  # P1 and P2 do not wait for the next shift
WORK: Final = {
    TrackKind.CUSTOMER: Permission.CASE_WORK,
    TrackKind.PROCESS: Permission.PROCESS_WORK,
}


@dataclass(frozen=True, slots=True)
class Thing:
    """A case somebody holds, or a promise on one. `key` names it in forms: item-5, promise-7."""

    item: WorkItem
    promise: Promise | None = None

    @property
    def key(self) -> str:
        return f"promise-{self.promise.pk}" if self.promise else f"item-{self.item.pk}"

    @property
    def reference(self) -> str:
        """That of the case."""
        return item_reference(self.item.kind, self.item.pk)

    @property
    def path(self) -> str:
        """The address of the case, for messages."""
        return PATHS[TrackKind(self.item.kind)].format(self.reference)

    @property
    def is_urgent(self) -> bool:
        """Whether it cannot wait for whoever holds it to come back."""
        return self.promise is not None or self.item.priority <= URGENT


def things_held(person: Person) -> list[Thing]:
    """Open promises and cases a person holds, urgent ones first; private tasks are not passed on
    here, nor what is on its way already. Three queries.
    """
    away = on_its_way(person)
    cases = {each.item_id for each in away if each.promise_id is None}
    promised = {each.promise_id for each in away if each.promise_id is not None}
    promises = Promise.objects.filter(holder=person, state=PromiseState.OPEN)
    promises = promises.select_related("item__department", "desk", "clock")
    items = WorkItem.objects.filter(owner=person, closed_at__isnull=True)
    items = items.exclude(kind=TrackKind.EMPLOYEE).select_related("department", "failure")
    found = [
        *(
            Thing(each.item, each)
            for each in promises.order_by("clock__due_at", "pk")
            if each.pk not in promised
        ),
        *(
            Thing(each)
            for each in items.order_by("priority", "next_due_at", "pk")
            if each.pk not in cases
        ),
    ]
    return sorted(found, key=lambda thing: not thing.is_urgent)


def holders_of_urgent(person_ids: Collection[int]) -> list[int]:
    """Those among these people who hold what cannot wait; two queries."""
    keys = list(person_ids)
    promises = Promise.objects.filter(holder_id__in=keys, state=PromiseState.OPEN)
    items = WorkItem.objects.filter(
        owner_id__in=keys, closed_at__isnull=True, priority__lte=URGENT
    ).exclude(kind=TrackKind.EMPLOYEE)
    found = set(promises.values_list("holder_id", flat=True))
    return sorted(found | set(items.values_list("owner_id", flat=True)))


def on_its_way(person: Person) -> list[Handover]:
    """What a person gave to colleagues and nobody accepted yet; one query."""
    return list(_waiting().filter(giver=person))


def handed_to(person: Person) -> list[Handover]:
    """What waits for a person to accept it, the soonest due first; one query."""
    return list(_waiting().filter(receiver=person))


def colleagues_of(person: Person, things: Sequence[Thing]) -> list[Person]:
    """Who could take some of these things; a query for each desk and kind among them."""
    desks = {(WORK[TrackKind(each.item.kind)], each.item.department_id) for each in things}
    found = {
        each.pk: each
        for permission, desk in desks
        for each in people_with(permission, desk)
        if each.pk != person.pk
    }
    return sorted(found.values(), key=lambda each: each.name)


def _waiting() -> QuerySet[Handover]:
    # The end of a case cancels the clock: what it belonged to waits for nobody any more.
    found = Handover.objects.filter(
        state=HandoverState.WAITING, clock__state=ClockState.RUNNING
    )
    found = found.select_related(
        "item__department", "item__owner", "promise__clock", "giver", "receiver", "clock"
    )
    return found.order_by("clock__due_at", "pk")
