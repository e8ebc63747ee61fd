"""What only time makes due: silence, and waiting that has lasted long enough."""

from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet

from cases.models import CustomerCase
from cases.policy import (
    MOST_WAIT_DAYS,
    SILENT_DAYS,
    Wait,
    silent_until,
    waited_days,
)
from cases.states import CaseState
from recovery.clocks.models import Clock, ClockEvent
from recovery.clocks.selectors import LIVE
from recovery.clocks.states import ClockKind, ClockState, ClockVerb
from recovery.org.selectors import (
    calendar_of,
    schedule_of,
)


def silent_cases(now: datetime, *, after: int = 0, limit: int = 500) -> tuple[list[int], int]:
    """Cases whose customers have been silent long enough, and where to read on (0: no more).

    Two queries for `limit` cases; nothing is locked, so the verb looks again.
    """
    found = (
        CustomerCase.objects.filter(
            pk__gt=after,
            ended_at__isnull=True,
            remedied_at__lte=now - timedelta(days=SILENT_DAYS),
            item__state__in=[CaseState.REMEDIED, CaseState.CONFIRMING],
        )
        .annotate(
            last_word=Max(
                "contacts__at", filter=Q(contacts__automatic=False, contacts__delivered=True)
            )
        )
        .order_by("pk")
        .values_list("pk", "remedied_at", "last_word", "item__department_id")[:limit]
    )
    rows = list(found)
    due = [
        pk
        for pk, remedied_at, last_word, desk in rows
        if silent_until(
            max(filter(None, (remedied_at, last_word))),
            schedule=schedule_of(calendar_of(desk)),
        )
        <= now
    ]
    return due, rows[-1][0] if len(rows) == limit else 0


def long_waits(now: datetime, *, limit: int = 5000) -> list[int]:
    """Cases whose customer has been waited for too long in all for our time to stand still."""
    paused = {
        clock_id: (item_id, desk)
        for clock_id, item_id, desk in Clock.objects.filter(
            kind=ClockKind.RESOLVE,
            state=ClockState.PAUSED,
            item__state=CaseState.AWAITING_CUSTOMER,
        )
        .order_by("paused_at")
        .values_list("pk", "item_id", "item__department_id")[:limit]
    }
    waits = _waits(ClockEvent.objects.filter(clock_id__in=paused))
    return [
        item_id
        for clock_id, (item_id, desk) in paused.items()
        if waited_days(
            waits.get(clock_id, ()), now=now, schedule=schedule_of(calendar_of(desk))
        )
        >= MOST_WAIT_DAYS
    ]


def waits_of(case_id: int) -> list[Wait]:
    """When this case's time to put it right stood still, from its live clock's history."""
    found = _waits(
        ClockEvent.objects.filter(
            clock__item_id=case_id, clock__kind=ClockKind.RESOLVE, clock__state__in=LIVE
        )
    )
    return [wait for waits in found.values() for wait in waits]


def _waits(history: QuerySet[ClockEvent]) -> dict[int, list[Wait]]:
    """Pauses of each clock, the last one without end if it still lasts."""
    waits: dict[int, list[Wait]] = {}
    entries = history.filter(verb__in=[ClockVerb.PAUSE, ClockVerb.RESUME]).order_by("pk")
    for clock_id, verb, at in entries.values_list("clock_id", "verb", "at"):
        of_clock = waits.setdefault(clock_id, [])
        if verb == ClockVerb.PAUSE:
            of_clock.append((at, None))
        elif of_clock:
            of_clock[-1] = (of_clock[-1][0], at)
    return waits
