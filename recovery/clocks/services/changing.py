"""What gives a running clock another time: more of it by hand, or another priority."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from recovery.clocks.models import Clock
from recovery.clocks.policy import Moment, course_of
from recovery.clocks.policy.changing import base_of, changed_target, extra_of
from recovery.clocks.selectors import LIVE, card_of, pause_cap_of
from recovery.clocks.services.running import is_legal
from recovery.clocks.services.starting import planned_by
from recovery.clocks.services.writing import enter, enter_each, histories_of, news_of
from recovery.clocks.states import SINGLE, ClockKind, ClockVerb
from recovery.events.services import record_many
from recovery.failures.models import PriorityRaise, WorkItem
from recovery.failures.services import change_item, lock_item
from recovery.failures.states import TrackKind
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can, schedule_of
from recovery.org.services import require

MOST: Final = timedelta(days=366)
_GONE = gettext_noop("There is nothing here under this reference, or it is not yours to see.")


@transaction.atomic
def extend(
    *,
    clock_id: int,
    seconds: int | None = None,
    until: datetime | None = None,
    reason: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Clock:
    """Give a live clock more time by hand: `seconds` of working time, or as much as to `until`.

    What was said first stays as original_due_at, and a breach stays a breach. Raises Conflict
    for a clock that has ended, was promised or that a law set, Invalid without a reason or when it would be
    due no later than now.
    """
    clock = _held(clock_id, actor, expected_version)
    if is_legal(clock):
        raise Conflict(
            "set_by_law",
            gettext_noop("A law sets this time. Nobody here can extend it."),
        )
    if clock.kind in SINGLE:
        raise Conflict(
            "set_once",
            gettext_noop("What was promised is not extended. Agree on another time instead."),
        )
    if clock.state not in LIVE:
        raise Conflict(
            "ended", gettext_noop("This clock has ended. There is nothing to extend.")
        )
    if not reason.strip():
        raise Invalid("say_why", gettext_noop("Say why in a sentence."), field="reason")
    histories = histories_of([clock])
    added = _added(clock, histories[clock.pk], seconds=seconds, until=until, now=now)
    moment = Moment(ClockVerb.EXTEND, now, added, reason=reason.strip())
    enter([clock], moment, actor_id=actor.pk, histories=histories)
    change_item(clock.item)
    record_many([news_of(clock, clock.item, "clock.extended", actor_id=actor.pk, at=now)])
    return clock


def may_extend(person: Person, item: WorkItem) -> bool:
    """Whether `person` may give the clocks of this case more time."""
    if item.kind == TrackKind.EMPLOYEE:
        return False
    desk = item.department_id
    own = item.kind == TrackKind.PROCESS and can(person, Permission.PROCESS_WORK, desk)
    return own or can(person, Permission.CLOCK_EXTEND, desk)


def _held(clock_id: int, actor: Person, expected_version: int | None) -> Clock:
    """Lock the item, then the clock, for somebody who may extend it."""
    found = Clock.objects.select_related("item").filter(pk=clock_id).first()
    if found is None or found.item.kind == TrackKind.EMPLOYEE:
        raise NotFound("not_found", _GONE)
    if not may_extend(actor, found.item):
        require(actor, Permission.CLOCK_EXTEND, department_id=found.item.department_id)
    item = lock_item(found.item_id, expected_version=expected_version)
    clock = Clock.objects.select_for_update(no_key=True).get(pk=clock_id)
    clock.item = item
    return clock


def _added(
    clock: Clock,
    history: list[Moment],
    *,
    seconds: int | None,
    until: datetime | None,
    now: datetime,
) -> int:
    """Working seconds to add. A paused clock is looked at as if it ran on now."""
    schedule, cap = schedule_of(clock.calendar_id), pause_cap_of(clock)
    resumed = [*history, Moment(ClockVerb.RESUME, now)]
    field = "until" if seconds is None else "hours"
    if seconds is None:
        due_at = course_of(resumed, schedule, pause_cap=cap).due_at
        seconds = int(schedule.between(due_at, until).total_seconds()) if until else 0
    if not 0 < seconds <= MOST.total_seconds():
        raise Invalid(
            "no_more_time",
            gettext_noop("This adds no working time, or more than a year. Give another time."),
            field=field,
        )
    longer = [*resumed, Moment(ClockVerb.EXTEND, now, seconds)]
    if course_of(longer, schedule, pause_cap=cap).due_at <= now:
        raise Invalid(
            "still_over",
            gettext_noop("It would still be over now. Give it more time, or answer."),
            field=field,
        )
    return seconds


@transaction.atomic
def follow_priority(*, failure_id: int, at: datetime, actor_id: int, reason: str) -> int:
    """Give the live clocks of a failure's open cases the time their new priority names.

    Doing it twice changes nothing. What was used stays used, breaches stay; clocks of a law do
    not move. `reason` is the verb that did it; somebody's own words on it stand instead of it.
    Returns how many changed.
    """
    open_items = WorkItem.objects.select_for_update(no_key=True, of=("self",)).filter(
        failure_id=failure_id, closed_at__isnull=True
    )
    items = {item.pk: item for item in open_items.order_by("pk")}
    live = Clock.objects.select_for_update(no_key=True).filter(
        item_id__in=items, state__in=LIVE
    )
    clocks = list(live.exclude(kind=ClockKind.REGULATORY).order_by("pk"))
    histories = histories_of(clocks) if clocks else {}
    moments = {
        clock.pk: moment
        for clock in clocks
        if (moment := _policy(clock, items[clock.item_id], histories[clock.pk], at=at))
    }
    changed = [clock for clock in clocks if clock.pk in moments]
    words = (_words(failure_id, at) if changed else "") or reason
    enter_each(
        changed,
        lambda clock: replace(moments[clock.pk], reason=words),
        actor_id=actor_id,
        histories=histories,
    )
    record_many(
        [
            news_of(clock, items[clock.item_id], "clock.changed", actor_id=actor_id, at=at)
            for clock in changed
        ]
    )
    return len(changed)


def _words(failure_id: int, at: datetime) -> str:
    """Why somebody made the failure more urgent just then; nothing where a rule did."""
    raised = PriorityRaise.objects.filter(failure_id=failure_id, at=at)
    return raised.order_by("pk").values_list("reason", flat=True).last() or ""


def _policy(
    clock: Clock, item: WorkItem, history: list[Moment], *, at: datetime
) -> Moment | None:
    """The entry for the item's priority, and the clock's hours with it; None if nothing moves."""
    base, card = base_of(history), card_of(clock.standard_id)
    if card is None or is_legal(clock) or base.priority == item.priority:
        return None
    wanted = card.targets.get(item.priority)
    if not wanted:
        return None
    planned = planned_by(
        card, seconds=wanted, priority=item.priority, department_id=item.department_id, at=at
    )
    if base.seconds == wanted and clock.calendar_id == planned.calendar_id:
        return None
    # What somebody granted holds until the case becomes more urgent than it was then.
    eased = base.priority is not None and item.priority > base.priority
    before, cap = schedule_of(clock.calendar_id), pause_cap_of(clock)
    clock.calendar_id = planned.calendar_id
    seconds = changed_target(
        history,
        before=before,
        after=schedule_of(planned.calendar_id),
        wanted=wanted + (extra_of(history) if eased else 0),
        at=at,
        pause_cap=cap,
    )
    return Moment(ClockVerb.POLICY, at, seconds, item.priority)
