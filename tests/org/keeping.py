"""Calendars as tests of them add and change them."""

from datetime import UTC, date, datetime, timedelta

from recovery.events.models import Event
from recovery.org.services import (
    add_calendar,
    change_calendar,
)
from tests.factories import NOON

HOUR = timedelta(hours=1)
OFFICE = {day: [["08:00", "16:00"]] for day in range(5)}
LATE = {day: [["12:00", "20:00"]] for day in range(5)}
FRIDAY = date(2026, 3, 6)


def add(actor, **facts):
    given = {"name": "Gate", "zone": "UTC", "always": False, "week": OFFICE} | facts
    return add_calendar(**given, actor=actor, now=NOON)


def change(calendar, actor, **facts):
    given = {
        "name": calendar.name, "zone": calendar.zone, "always": False, "week": LATE,
        "since": FRIDAY,
    } | facts  # fmt: skip
    return change_calendar(calendar_id=calendar.pk, **given, actor=actor, now=NOON)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def said(verb):
    return list(Event.objects.filter(verb=verb).values_list("actor_id", "public"))
