"""A calendar that changes under running clocks, as tests need it."""

from datetime import UTC, date, datetime, timedelta

from recovery.clocks.models import Clock, ClockEvent
from recovery.clocks.states import ClockVerb
from recovery.org.services import change_calendar
from tests.factories import NOON, make_department, make_failure, make_item, make_person

HOUR = timedelta(hours=1)
TARGET = 8 * HOUR
DUE = datetime(2026, 3, 5, 12, tzinfo=UTC)  # four hours on Wednesday, four on Thursday
MOVED = datetime(2026, 3, 5, 16, tzinfo=UTC)
LATER = {day: [["12:00", "20:00"]] for day in range(5)}
SOON = NOON + timedelta(seconds=10)


def running(calendar, *, item=None, kind="resolve", **facts):
    """A clock of eight working hours from Wednesday noon."""
    clock = Clock.objects.create(
        item=item or make_item(make_failure(department=make_department(calendar=calendar))),
        kind=kind, calendar=calendar, target_seconds=TARGET.total_seconds(), started_at=NOON,
        due_at=DUE, original_due_at=DUE, next_check_at=NOON, **facts,
    )  # fmt: skip
    ClockEvent.objects.create(
        clock=clock, verb=ClockVerb.START, at=NOON, by=make_person(),
        seconds=TARGET.total_seconds(),
    )  # fmt: skip
    return clock


def open_later(calendar, actor, since=date(2026, 3, 5), week=LATER, now=NOON):
    """From Thursday on the desk opens at noon."""
    return change_calendar(
        calendar_id=calendar.pk, name=calendar.name, zone="UTC", always=False, week=week,
        since=since, actor=actor, now=now,
    )  # fmt: skip


def due_times():
    return set(Clock.objects.values_list("due_at", flat=True))
