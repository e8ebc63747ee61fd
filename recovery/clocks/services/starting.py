"""How clocks begin: by the standard of a kind that holds for the case."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from recovery.clocks.models import Clock, ClockEvent
from recovery.clocks.policy import ClockPlan, StandardCard, When, due_after, standard_for
from recovery.clocks.selectors import LIVE, catalogue
from recovery.clocks.services.writing import refresh_next_due
from recovery.clocks.states import ClockKind, ClockVerb
from recovery.failures.models import WorkItem
from recovery.failures.selectors import facts_of_item, items_with_facts
from recovery.kernel import rows
from recovery.kernel.conditions import Facts
from recovery.org.selectors import calendar_of, schedule_of

_NOTHING_KNOWN: Facts = {}


def plan(
    kind: ClockKind,
    *,
    priority: int,
    department_id: int | None,
    at: datetime,
    facts: Facts = _NOTHING_KNOWN,
    when: When | None = None,
) -> ClockPlan | None:
    """Work out a clock by the first standard that holds; None when none names a time.

    `when` are the moments by which standards are in force, `at` itself unless given. No query
    while catalogue and calendars are warm (two seconds).
    """
    standard = standard_for(
        catalogue().in_order[kind], when=when or When(at), facts=facts, priority=priority
    )
    if standard is None:
        return None
    return planned_by(
        standard,
        seconds=standard.targets[priority],
        priority=priority,
        department_id=department_id,
        at=at,
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
        "instance": planned.instance,
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
    """Start a clock by the standard for the item's facts, in the hours of its desk.

    Returns the live one if there is one already, None if no standard names a time.
    """
    before = list(Clock.objects.filter(item_id=item_id, kind=kind).order_by("instance"))
    if before and before[-1].state in LIVE:
        return before[-1]
    planned = plan_for(item_id, kind, at=at)
    if planned is None:
        return None
    return begin(planned, item_id, instance=len(before) + 1, at=at, actor_id=actor_id)


def plan_for(item_id: int, kind: ClockKind, *, at: datetime) -> ClockPlan | None:
    """Work out a clock for a case there is, by its facts; one query."""
    item = items_with_facts([item_id])[item_id]
    return plan(
        kind,
        priority=item.priority,
        department_id=item.department_id,
        at=at,
        facts=facts_of_item(item),
        when=when_of(item, at),
    )


def when_of(item: WorkItem, at: datetime) -> When:
    """The moments by which standards hold for a case: a case keeps those of its failure."""
    failure = item.failure
    if failure is None:
        return When(at)
    return When(failure.received_at or failure.detected_at, failure.occurred_at)


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
    return begin(planned, item_id, instance=count + 1, at=began, actor_id=actor_id)


def begin(
    planned: ClockPlan, item_id: int, *, instance: int, at: datetime, actor_id: int
) -> Clock:
    """Write a planned clock with its first entry."""
    with connection.cursor() as cursor:
        (key,) = rows.next_ids(cursor, {Clock: 1})[Clock]
    columns, begun = columns_of(
        planned, clock_id=key, item_id=item_id, at=at, actor_id=actor_id
    )
    clock = Clock.objects.create(**columns | {"instance": instance})
    ClockEvent.objects.create(**begun)
    refresh_next_due([item_id])
    return clock
