"""How clocks begin: by the house standard of a kind, or by a law that names a time."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from recovery.clocks.models import Clock, ClockEvent
from recovery.clocks.policy import ClockPlan, StandardCard, due_after, standard_for
from recovery.clocks.selectors import LIVE, standards
from recovery.clocks.services.writing import refresh_next_due
from recovery.clocks.states import ClockKind, ClockState, ClockVerb
from recovery.failures.models import WorkItem
from recovery.failures.services import lock_item
from recovery.kernel import rows
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import calendar_of, schedule_of


def plan(
    kind: ClockKind, *, priority: int, department_id: int | None, at: datetime
) -> ClockPlan | None:
    """Work out a clock by the standard in force at `at`; None when no standard names a time.

    No query while catalogue and calendars are warm (two seconds).
    """
    standard = standard_for(standards(), kind, at)
    seconds = standard.targets.get(priority) if standard else None
    if standard is None or not seconds:
        return None
    return planned_by(
        standard, seconds=seconds, priority=priority, department_id=department_id, at=at
    )


def planned_by(
    standard: StandardCard,
    *,
    seconds: int,
    priority: int,
    department_id: int | None,
    at: datetime,
) -> ClockPlan:
    """A clock of `seconds` by a standard, in the desk's hours unless it runs at all hours."""
    always = priority in standard.around_clock
    calendar_id = None if always else calendar_of(department_id)
    due_at, in_hours = due_after(
        schedule_of(calendar_id),
        schedule_of(None),
        start=at,
        target=timedelta(seconds=seconds),
    )
    found = calendar_id if in_hours else None
    return ClockPlan(standard.kind, seconds, due_at, found, standard.id, priority)


def columns_of(
    planned: ClockPlan, *, clock_id: int, item_id: int, at: datetime, actor_id: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Rows for Clock and ClockEvent, for those who write many tables at once (rows.Batch).

    They write next_due_at and next_due_kind of the item themselves.
    """
    clock = {
        "id": clock_id,
        "item_id": item_id,
        "kind": planned.kind.value,
        "standard_id": planned.standard_id,
        "calendar_id": planned.calendar_id,
        "target_seconds": planned.target_seconds,
        "started_at": at,
        "due_at": planned.due_at,
        "original_due_at": planned.due_at,
        "next_check_at": at,  # not looked at yet: the sweep works out when it must look again
    }
    begun = {
        "clock_id": clock_id,
        "verb": ClockVerb.START.value,
        "at": at,
        "by_id": actor_id,
        "seconds": planned.target_seconds,
        "priority": planned.priority,
        "due_at": planned.due_at,
    }
    return clock, begun


def start(*, item_id: int, kind: ClockKind, at: datetime, actor_id: int) -> Clock | None:
    """Start a clock by the standard for the item's priority and desk.

    Returns the live one if there is one already, None if no standard names a time.
    """
    before = list(Clock.objects.filter(item_id=item_id, kind=kind).order_by("instance"))
    if before and before[-1].state in LIVE:
        return before[-1]
    item = WorkItem.objects.only("priority", "department_id").get(pk=item_id)
    planned = plan(kind, priority=item.priority, department_id=item.department_id, at=at)
    if planned is None:
        return None
    return _begin(planned, item_id, instance=len(before) + 1, at=at, actor_id=actor_id)


@transaction.atomic
def start_regulatory(
    *, item_id: int, standard_id: int, from_at: datetime, actor_id: int
) -> Clock:
    """Start the clock of a law from `from_at`, by the version in force then; it never pauses.

    One per law and case, for good: reopening does not start it anew, so the one there is
    returned, met or not. Raises Invalid for a standard that is no law's, or not yet in force.
    """
    item = lock_item(item_id)
    known = Clock.objects.filter(
        item_id=item_id, kind=ClockKind.REGULATORY, standard__standard_id=standard_id
    )
    found = known.exclude(state=ClockState.CANCELLED).first()
    if found is not None:
        return found
    law = _law(standard_id, from_at)
    seconds = law.targets.get(item.priority)
    if not seconds:
        raise Invalid("no_time", gettext_noop("This law names no time for this priority."))
    due_at = schedule_of(None).add(from_at, timedelta(seconds=seconds))
    planned = ClockPlan(
        ClockKind.REGULATORY, seconds, due_at, None, law.id, priority=item.priority
    )
    count = Clock.objects.filter(item_id=item_id, kind=ClockKind.REGULATORY).count()
    return _begin(planned, item_id, instance=count + 1, at=from_at, actor_id=actor_id)


def begin_by_hand(
    *, item_id: int, kind: ClockKind, due_at: datetime, at: datetime, actor_id: int
) -> Clock:
    """Start a clock of no standard that is due at a time somebody named; several may run.

    The caller holds the item's lock. `due_at` is a whole second after `at`.
    """
    began = at.replace(microsecond=0)
    seconds = int((due_at - began).total_seconds())
    count = Clock.objects.filter(item_id=item_id, kind=kind).count()
    planned = ClockPlan(kind, seconds, due_at, None, None)
    return _begin(planned, item_id, instance=count + 1, at=began, actor_id=actor_id)


def _law(standard_id: int, at: datetime) -> StandardCard:
    versions = [card for card in standards() if card.standard_id == standard_id]
    if not any(card.legal and card.kind is ClockKind.REGULATORY for card in versions):
        raise Invalid(
            "not_a_law", gettext_noop("Choose a standard that is a law's and still in use.")
        )
    found = next((card for card in versions if card.holds_at(at)), None)
    if found is None:
        raise Invalid("not_in_force", gettext_noop("This law was not in force at that time."))
    return found


def _begin(
    planned: ClockPlan, item_id: int, *, instance: int, at: datetime, actor_id: int
) -> Clock:
    with connection.cursor() as cursor:
        (key,) = rows.next_ids(cursor, {Clock: 1})[Clock]
    columns, begun = columns_of(
        planned, clock_id=key, item_id=item_id, at=at, actor_id=actor_id
    )
    clock = Clock.objects.create(**columns, instance=instance)
    ClockEvent.objects.create(**begun)
    refresh_next_due([item_id])
    return clock
