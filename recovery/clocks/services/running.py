"""What stops, holds and ends a clock while the work goes on; the caller holds the item's lock."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet

from recovery.clocks.models import Clock, ClockEvent
from recovery.clocks.policy import Moment, pause_left
from recovery.clocks.selectors import LIVE, card_of, pause_cap_of
from recovery.clocks.services.writing import (
    course_now,
    enter,
    enter_each,
    entry_of,
    histories_of,
    keep,
    news_of,
    record_breaches,
    refresh_next_due,
    settle,
)
from recovery.clocks.states import OUTLIVE, ClockKind, ClockState, ClockVerb
from recovery.events.services import record_many
from recovery.failures.models import WorkItem
from recovery.kernel import rows
from recovery.org.selectors import schedule_of, system_person

AT_ONCE: Final = 500
WAITED_ENOUGH: Final = "waited long enough"
HOURS_CHANGED: Final = "calendar"


def meet(*, item_id: int, kinds: Collection[ClockKind], at: datetime, actor_id: int) -> int:
    """Stop live clocks because what they wait for was done; late ones keep the breach."""
    clocks = _live(item_id, kinds)
    return enter(list(clocks), Moment(ClockVerb.MEET, at), actor_id=actor_id)


def cancel(
    *,
    item_id: int,
    kinds: Collection[ClockKind] | None = None,
    at: datetime,
    actor_id: int,
    reason: str = "",
) -> int:
    """End live clocks because nothing is owed any more.

    `kinds` None is all but what an ended case still owes: by law, by promise, as a task.
    """
    clocks = _live(item_id, kinds)
    if kinds is None:
        clocks = clocks.exclude(kind__in=OUTLIVE)
    return enter(list(clocks), Moment(ClockVerb.CANCEL, at, reason=reason), actor_id=actor_id)


def pause(
    *, item_id: int, kinds: Collection[ClockKind], at: datetime, actor_id: int, reason: str
) -> int:
    """Hold running clocks while somebody else is to act; how many now stand still.

    Those of a law never do, nor those whose pauses have taken all they may.
    """
    found = [
        clock
        for clock in _live(item_id, kinds).filter(state=ClockState.RUNNING)
        if not is_legal(clock)
    ]
    histories = histories_of(found) if found else {}
    clocks = [
        clock
        for clock in found
        if pause_left(histories[clock.pk], schedule_of(clock.calendar_id), pause_cap_of(clock))
        != timedelta(0)
    ]
    moment = Moment(ClockVerb.PAUSE, at, reason=reason)
    return enter(clocks, moment, actor_id=actor_id, histories=histories)


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
    return enter(list(clocks), Moment(ClockVerb.RESUME, at, reason=reason), actor_id=actor_id)


def is_legal(clock: Clock) -> bool:
    """Say whether a law set the time: then nobody pauses, extends or recomputes it."""
    card = card_of(clock.standard_id)
    return clock.kind == ClockKind.REGULATORY or (card is not None and card.legal)


@transaction.atomic
def end_long_pauses(*, now: datetime) -> int:
    """Let clocks run on whose pauses have used up the cap, from that moment; how many.

    Some hundred at a time: items first, then their clocks; what others hold waits.
    """
    over = Clock.objects.filter(pause_ends_at__lte=now).order_by("pause_ends_at")
    wanted = list(over.values_list("item_id", flat=True)[:AT_ONCE])
    held = WorkItem.objects.select_for_update(
        no_key=True, of=("self",), skip_locked=True
    ).filter(pk__in=wanted)
    items = {item.pk: item for item in held.order_by("pk")}
    clocks = list(
        Clock.objects.select_for_update(no_key=True)
        .filter(item_id__in=items, pause_ends_at__lte=now)
        .order_by("pk")
    )
    system = system_person().pk
    ends = {clock.pk: clock.pause_ends_at or now for clock in clocks}
    enter_each(
        clocks,
        lambda clock: Moment(ClockVerb.RESUME, ends[clock.pk], reason=WAITED_ENOUGH),
        actor_id=system,
    )
    record_many(
        [
            news_of(clock, items[clock.item_id], "clock.ran_on", actor_id=system, at=now)
            for clock in clocks
        ]
    )
    return len(clocks)


@transaction.atomic
def recompute(*, clock_ids: Collection[int], at: datetime, actor_id: int | None = None) -> int:
    """Work out live clocks anew from their histories, because working hours changed.

    What moved is written into the history. Returns how many due times moved.
    """
    wanted = Clock.objects.filter(pk__in=list(clock_ids), state__in=LIVE)
    items = WorkItem.objects.select_for_update(no_key=True, of=("self",))
    list(items.filter(pk__in=wanted.values("item_id")).order_by("pk").values_list("pk"))
    clocks = list(wanted.select_for_update(no_key=True).order_by("pk"))
    histories = histories_of(clocks)
    moved, late = [], []
    for clock in clocks:
        before = clock.due_at
        if settle(clock, course_now(clock, histories[clock.pk]), at=at):
            late.append(clock)
        if clock.due_at != before:
            moved.append(clock)
    by = actor_id or system_person().pk
    moment = Moment(ClockVerb.CALENDAR, at, reason=HOURS_CHANGED)
    with connection.cursor() as cursor:
        rows.insert(
            cursor, ClockEvent, [entry_of(clock, moment, actor_id=by) for clock in moved]
        )
    keep(clocks)
    record_breaches(late, actor_id=by)
    refresh_next_due({clock.item_id for clock in clocks})
    return len(moved)


def _live(item_id: int, kinds: Collection[ClockKind] | None) -> QuerySet[Clock]:
    clocks = Clock.objects.select_for_update(no_key=True).filter(
        item_id=item_id, state__in=LIVE
    )
    return (clocks if kinds is None else clocks.filter(kind__in=list(kinds))).order_by("pk")
