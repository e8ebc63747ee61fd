"""How histories and rows of clocks are written. Items are locked first, then clocks."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from recovery.clocks.models import Clock, ClockEvent
from recovery.clocks.policy import Course, Moment, course_of, round_of
from recovery.clocks.selectors import pause_cap_of
from recovery.clocks.states import ClockState, ClockVerb
from recovery.events.services import EventRow, record_many
from recovery.failures.models import WorkItem
from recovery.failures.services import case_news
from recovery.kernel import rows
from recovery.org.selectors import schedule_of

type Histories = dict[int, list[Moment]]

ONE_BY_ONE: Final = 4  # up to so many rows a statement each is cheaper
FIELDS: Final = (
    "state", "calendar_id", "target_seconds", "due_at", "paused_at", "pause_ends_at", "met_at",
    "miss_seconds", "next_check_at", "breached_at", "round",
)  # fmt: skip
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


def refresh_next_due(item_ids: Iterable[int]) -> None:
    """Write the soonest running clock into the items' headers, where lists are sorted by it."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, [sorted(item_ids)])


def histories_of(clocks: Collection[Clock]) -> Histories:
    """What happened to each clock, in the order it was written; one query."""
    found: Histories = {clock.pk: [] for clock in clocks}
    for entry in ClockEvent.objects.filter(clock__in=clocks).order_by("id"):
        found[entry.clock_id].append(
            Moment(ClockVerb(entry.verb), entry.at, entry.seconds, entry.priority)
        )
    return found


def enter(
    clocks: Sequence[Clock],
    moment: Moment,
    *,
    actor_id: int,
    histories: Histories | None = None,
) -> int:
    """Add the same entry to the history of each clock and let their rows follow."""
    return enter_each(clocks, lambda _clock: moment, actor_id=actor_id, histories=histories)


def enter_each(
    clocks: Sequence[Clock],
    moment_of: Callable[[Clock], Moment],
    *,
    actor_id: int,
    histories: Histories | None = None,
) -> int:
    """Add an entry to the history of each clock and let their rows follow."""
    if not clocks:
        return 0
    known = histories_of(clocks) if histories is None else histories
    entries, late = [], []
    for clock in clocks:
        moment = moment_of(clock)
        history = [*known[clock.pk], moment]
        course = course_now(clock, history)
        clock.round = round_of(history)
        if settle(clock, course, at=moment.at):
            late.append(clock)
        entries.append(entry_of(clock, moment, actor_id=actor_id))
    with connection.cursor() as cursor:
        rows.insert(cursor, ClockEvent, entries)
    keep(clocks)
    record_breaches(late, actor_id=actor_id)
    refresh_next_due({clock.item_id for clock in clocks})
    return len(clocks)


def entry_of(clock: Clock, moment: Moment, *, actor_id: int) -> dict[str, object]:
    """The row of an entry, with the due time the clock has by it."""
    return {
        "clock_id": clock.pk,
        "verb": moment.verb.value,
        "at": moment.at,
        "by_id": actor_id,
        "reason": moment.reason[:240],
        "seconds": moment.seconds,
        "priority": moment.priority,
        "due_at": clock.due_at,
    }


def course_now(clock: Clock, history: Sequence[Moment]) -> Course:
    """What a history amounts to in the clock's hours, pauses ending at their cap."""
    return course_of(history, schedule_of(clock.calendar_id), pause_cap=pause_cap_of(clock))


def settle(clock: Clock, course: Course, *, at: datetime) -> bool:
    """Let the row say what the course does; tell whether it was met late only now."""
    clock.state = course.state
    clock.target_seconds = int(course.target.total_seconds())
    clock.due_at = course.due_at
    clock.paused_at = course.paused_at
    clock.pause_ends_at = course.pause_ends_at
    clock.met_at = course.ended_at if course.state is ClockState.MET else None
    clock.miss_seconds = int(course.miss.total_seconds())
    clock.next_check_at = at if course.state is ClockState.RUNNING else None
    newly_late = course.is_late and clock.breached_at is None
    if newly_late:
        clock.breached_at = course.due_at
    return newly_late


def keep(clocks: Sequence[Clock]) -> None:
    """Write the rows, many in one statement."""
    if len(clocks) > ONE_BY_ONE:
        Clock.objects.bulk_update(clocks, FIELDS, batch_size=500)
        return
    for clock in clocks:
        clock.save(update_fields=FIELDS)


def record_breaches(clocks: Sequence[Clock], *, actor_id: int) -> None:
    """Write the events of clocks that turned out late."""
    items = WorkItem.objects.in_bulk([clock.item_id for clock in clocks]) if clocks else {}
    record_many([breach_of(clock, items[clock.item_id], actor_id) for clock in clocks])


def breach_of(clock: Clock, item: WorkItem, actor_id: int) -> EventRow:
    """The event of a clock running over; about support it goes to its holder alone."""
    return news_of(clock, item, "clock.breached", actor_id=actor_id, at=clock.due_at)


def news_of(
    clock: Clock, item: WorkItem, verb: str, *, actor_id: int, at: datetime
) -> EventRow:
    """An event about a clock on the case's own story; about support for its holder alone."""
    return case_news(
        verb,
        {"clock": clock.pk, "kind": clock.kind, "due_at": clock.due_at.isoformat()},
        kind=item.kind,
        item_id=item.pk,
        failure_id=item.failure_id,
        owner_id=item.owner_id,
        actor_id=actor_id,
        at=at,
    )
