"""Verbs on clocks. The work item must be locked by the caller (lock order: item, then clock).

What happens to a clock is written down first; its row is then worked out from that history.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from recovery.clocks.models import Clock, ClockEvent
from recovery.clocks.policy import ClockPlan, Course, Moment, course_of, due_after, standard_for
from recovery.clocks.selectors import LIVE, standards
from recovery.clocks.states import ClockKind, ClockState, ClockVerb
from recovery.events.models import Audience
from recovery.events.services import EventRow, record_many
from recovery.failures.models import WorkItem
from recovery.failures.states import TrackKind
from recovery.kernel import rows
from recovery.org.selectors import calendar_of, schedule_of

REFRESH: Final = """
UPDATE failures_workitem AS item
SET next_due_at = soonest.due_at, next_due_kind = coalesce(soonest.kind, '')
FROM (
  SELECT wanted.id, clock.due_at, clock.kind
  FROM unnest(%s::bigint[]) AS wanted(id) LEFT JOIN LATERAL (
    SELECT due_at, kind FROM clocks_clock
    WHERE item_id = wanted.id AND state = 'running' ORDER BY due_at, id LIMIT 1
  ) AS clock ON true
) AS soonest
WHERE item.id = soonest.id
  AND (item.next_due_at, item.next_due_kind)
      IS DISTINCT FROM (soonest.due_at, coalesce(soonest.kind, ''))
"""


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
    always = priority in standard.around_clock
    calendar_id = None if always else calendar_of(department_id)
    due_at, in_hours = due_after(
        schedule_of(calendar_id),
        schedule_of(None),
        start=at,
        target=timedelta(seconds=seconds),
    )
    return ClockPlan(kind, seconds, due_at, calendar_id if in_hours else None, standard.id)


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
    with connection.cursor() as cursor:
        (key,) = rows.next_ids(cursor, {Clock: 1})[Clock]
    columns, begun = columns_of(
        planned, clock_id=key, item_id=item_id, at=at, actor_id=actor_id
    )
    clock = Clock.objects.create(**columns, instance=len(before) + 1)
    ClockEvent.objects.create(**begun)
    refresh_next_due([item_id])
    return clock


def meet(*, item_id: int, kinds: Collection[ClockKind], at: datetime, actor_id: int) -> int:
    """Stop live clocks because what they wait for was done; late ones keep the breach."""
    clocks = _live(item_id, kinds)
    return _enter(clocks, ClockVerb.MEET, at=at, actor_id=actor_id)


def cancel(
    *,
    item_id: int,
    kinds: Collection[ClockKind] | None = None,
    at: datetime,
    actor_id: int,
    reason: str = "",
) -> int:
    """End live clocks (all of them if `kinds` is None) because nothing is owed any more."""
    clocks = _live(item_id, kinds)
    return _enter(clocks, ClockVerb.CANCEL, at=at, actor_id=actor_id, reason=reason)


def pause(
    *, item_id: int, kinds: Collection[ClockKind], at: datetime, actor_id: int, reason: str
) -> int:
    """Hold running clocks while somebody else is to act; paused ones stay as they are."""
    clocks = _live(item_id, kinds).filter(state=ClockState.RUNNING)
    return _enter(clocks, ClockVerb.PAUSE, at=at, actor_id=actor_id, reason=reason)


def resume(
    *,
    item_id: int,
    kinds: Collection[ClockKind] | None = None,
    at: datetime,
    actor_id: int,
    reason: str = "",
) -> int:
    """Let paused clocks run on; their due times move by the working time of the pause."""
    clocks = _live(item_id, kinds).filter(state=ClockState.PAUSED)
    return _enter(clocks, ClockVerb.RESUME, at=at, actor_id=actor_id, reason=reason)


def recompute(*, clock_ids: Collection[int], at: datetime) -> int:
    """Work out live clocks anew from their histories: a calendar changed, a pause was late."""
    clocks = list(
        Clock.objects.select_for_update(no_key=True)
        .filter(pk__in=list(clock_ids), state__in=LIVE)
        .order_by("pk")
    )
    _settle(clocks, at=at)
    refresh_next_due({clock.item_id for clock in clocks})
    return len(clocks)


def refresh_next_due(item_ids: Iterable[int]) -> None:
    """Write the soonest running clock into the items' headers, where lists are sorted by it."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, [sorted(item_ids)])


def _live(item_id: int, kinds: Collection[ClockKind] | None) -> QuerySet[Clock]:
    clocks = Clock.objects.select_for_update(no_key=True).filter(
        item_id=item_id, state__in=LIVE
    )
    return clocks if kinds is None else clocks.filter(kind__in=list(kinds))


def _enter(
    found: QuerySet[Clock], verb: ClockVerb, *, at: datetime, actor_id: int, reason: str = ""
) -> int:
    """Add one entry to the history of each clock and let their rows follow."""
    clocks = list(found.order_by("pk"))
    if not clocks:
        return 0
    entries = [
        {"clock_id": clock.pk, "verb": verb.value, "at": at, "by_id": actor_id,
         "reason": reason[:240]}
        for clock in clocks
    ]  # fmt: skip
    with connection.cursor() as cursor:
        rows.insert(cursor, ClockEvent, entries)
    late = _settle(clocks, at=at)
    _record_breaches(late, actor_id=actor_id)
    refresh_next_due({clock.item_id for clock in clocks})
    return len(clocks)


def _settle(clocks: list[Clock], *, at: datetime) -> list[Clock]:
    """Write each clock's row as its history has it; return those found met late only now."""
    histories: dict[int, list[Moment]] = {}
    for entry in ClockEvent.objects.filter(clock__in=clocks).order_by("id"):
        moment = Moment(ClockVerb(entry.verb), entry.at, entry.seconds)
        histories.setdefault(entry.clock_id, []).append(moment)
    late = []
    for clock in clocks:
        course = course_of(histories[clock.pk], schedule_of(clock.calendar_id))
        if _write(clock, course, at=at):
            late.append(clock)
    return late


def _write(clock: Clock, course: Course, *, at: datetime) -> bool:
    clock.state = course.state
    clock.target_seconds = int(course.target.total_seconds())
    clock.due_at = course.due_at
    clock.paused_at = course.paused_at
    clock.met_at = course.ended_at if course.state is ClockState.MET else None
    clock.miss_seconds = int(course.miss.total_seconds())
    clock.next_check_at = at if course.state is ClockState.RUNNING else None
    newly_late = course.is_late and clock.breached_at is None
    if newly_late:
        clock.breached_at = course.due_at
    clock.save(
        update_fields=[
            "state", "target_seconds", "due_at", "paused_at", "met_at", "miss_seconds",
            "next_check_at", "breached_at",
        ]
    )  # fmt: skip
    return newly_late


def _record_breaches(clocks: list[Clock], *, actor_id: int) -> None:
    items = WorkItem.objects.in_bulk([clock.item_id for clock in clocks]) if clocks else {}
    record_many([breach_of(clock, items[clock.item_id], actor_id) for clock in clocks])


def breach_of(clock: Clock, item: WorkItem, actor_id: int) -> EventRow:
    """The event of a clock running over; about support it goes to its holder alone."""
    facts = {"clock": clock.pk, "kind": clock.kind, "due_at": clock.due_at.isoformat()}
    is_support = item.kind == TrackKind.EMPLOYEE
    return EventRow(
        stream=f"{item.kind}:{item.pk}",
        verb="clock.breached",
        actor_id=actor_id,
        at=clock.due_at,
        failure_id=None if is_support else item.failure_id,
        item_id=item.pk,
        audience=Audience.NAMED if is_support else Audience.SCOPE,
        public={} if is_support else facts,
        private=facts | {"readers": [item.owner_id] if item.owner_id else []}
        if is_support
        else {},
    )
