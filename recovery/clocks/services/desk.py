"""Clocks follow a case to another desk: what was used stays used, the rest counts there."""

from datetime import datetime

from django.db import transaction

from recovery.clocks.models import Clock
from recovery.clocks.policy import Moment
from recovery.clocks.policy.changing import carried_target
from recovery.clocks.selectors import LIVE, card_of, pause_cap_of
from recovery.clocks.services.starting import planned_by
from recovery.clocks.services.writing import enter_each, histories_of, news_of
from recovery.clocks.states import SET_BY_STANDARD, ClockKind, ClockVerb
from recovery.events.services import record_many
from recovery.failures.models import WorkItem
from recovery.failures.services import lock_item
from recovery.org.selectors import schedule_of


@transaction.atomic
def follow_desk(*, item_id: int, at: datetime, actor_id: int, reason: str) -> int:
    """Let the live clocks of a case count on in the hours of the desk that holds it now.

    Doing it twice changes nothing. What runs at all hours, what was promised or is owed by law
    and what is late already stays as it is. Returns how many changed.
    """
    item = lock_item(item_id)
    live = Clock.objects.select_for_update(no_key=True).filter(
        item_id=item_id,
        state__in=LIVE,
        kind__in=SET_BY_STANDARD,
        standard__isnull=False,
        due_at__gt=at,
    )
    clocks = list(live.exclude(kind=ClockKind.REGULATORY).order_by("pk"))
    histories = histories_of(clocks) if clocks else {}
    moments = {
        clock.pk: moment
        for clock in clocks
        if (moment := _carried(clock, item, histories[clock.pk], at=at, reason=reason))
    }
    changed = [clock for clock in clocks if clock.pk in moments]
    enter_each(changed, lambda clock: moments[clock.pk], actor_id=actor_id, histories=histories)
    record_many(
        [news_of(clock, item, "clock.changed", actor_id=actor_id, at=at) for clock in changed]
    )
    return len(changed)


def _carried(
    clock: Clock, item: WorkItem, history: list[Moment], *, at: datetime, reason: str
) -> Moment | None:
    """The entry for the other desk, and the clock's hours with it; None if nothing moves."""
    card = card_of(clock.standard_id)
    if card is None or item.priority in card.around_clock:
        return None
    planned = planned_by(
        card,
        seconds=clock.target_seconds,
        priority=item.priority,
        department_id=item.department_id,
        at=at,
    )
    if planned.calendar_id == clock.calendar_id:
        return None
    seconds = carried_target(
        history,
        before=schedule_of(clock.calendar_id),
        after=schedule_of(planned.calendar_id),
        at=at,
        pause_cap=pause_cap_of(clock),
    )
    clock.calendar_id = planned.calendar_id
    return Moment(ClockVerb.DESK, at, seconds, reason=reason)
