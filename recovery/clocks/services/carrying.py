"""Promises that go along when two cases turn out to be one, with their clocks."""

from collections.abc import Collection

from django.db.models import Max

from recovery.clocks.models import Clock, Promise
from recovery.clocks.services.writing import refresh_next_due
from recovery.clocks.states import ClockKind


def carry_promises(
    *, from_id: int, to_id: int, only: Collection[int] | None = None
) -> list[int]:
    """Let the promises of one locked case (or `only` some) stand on another; returns which."""
    found = Promise.objects.select_for_update(no_key=True, of=("self",)).filter(item_id=from_id)
    if only is not None:
        found = found.filter(pk__in=only)
    there = Clock.objects.filter(item_id=to_id, kind=ClockKind.PROMISE)
    last = there.aggregate(Max("instance"))["instance__max"] or 0
    carried = list(found.order_by("pk"))
    for number, promise in enumerate(carried, start=last + 1):
        Clock.objects.filter(pk=promise.clock_id).update(item_id=to_id, instance=number)
        promise.item_id = to_id
        promise.save(update_fields=["item"])
    if carried:
        refresh_next_due([from_id, to_id])
    return [promise.pk for promise in carried]
