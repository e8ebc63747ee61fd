"""Clocks that go with a record of their own: a task. The caller holds the item's lock."""

from datetime import datetime, timedelta

from recovery.clocks.models import Clock, ClockEvent
from recovery.clocks.policy import Moment
from recovery.clocks.selectors import LIVE
from recovery.clocks.services.writing import enter, refresh_next_due
from recovery.clocks.states import ClockKind, ClockVerb
from recovery.org.selectors import schedule_of


def start_owned(
    *,
    item_id: int,
    kind: ClockKind,
    target: timedelta,
    calendar_id: int | None,
    at: datetime,
    actor_id: int,
) -> Clock:
    """Start another clock of a kind that may have several; `calendar_id` None counts around the clock."""
    seconds = int(target.total_seconds())
    due_at = schedule_of(calendar_id).add(at, target)
    count = Clock.objects.filter(item_id=item_id, kind=kind).count()
    clock = Clock.objects.create(
        item_id=item_id,
        kind=kind,
        instance=count + 1,
        calendar_id=calendar_id,
        target_seconds=seconds,
        started_at=at,
        due_at=due_at,
        original_due_at=due_at,
        next_check_at=at,
    )
    ClockEvent.objects.create(
        clock=clock, verb=ClockVerb.START, at=at, by_id=actor_id, seconds=seconds, due_at=due_at
    )
    refresh_next_due([item_id])
    return clock


def end_owned(
    *, clock_id: int, verb: ClockVerb, at: datetime, actor_id: int, reason: str = ""
) -> None:
    """Let one clock end as met or cancelled; nothing happens to one that has ended."""
    live = Clock.objects.select_for_update(no_key=True).filter(pk=clock_id, state__in=LIVE)
    enter(list(live), Moment(verb, at, reason=reason), actor_id=actor_id)
