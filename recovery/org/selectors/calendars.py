"""Reads of calendars: working hours for whoever reckons with them, and what the pages show."""

from collections.abc import Mapping, Sequence
from datetime import date
from datetime import time as clock_time
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from recovery.kernel.hours import ALL_DAY, Hours, Schedule, Week
from recovery.kernel.refusals import NotFound
from recovery.kernel.snapshots import Snapshot
from recovery.kernel.text import gettext_noop
from recovery.org.models import (
    Calendar,
    CalendarException,
    CalendarVersion,
    Recomputation,
)
from recovery.org.selectors.people import departments, organisation

AROUND_THE_CLOCK: Final[Week] = dict.fromkeys(range(7), ALL_DAY)


def _hours(pairs: Sequence[Sequence[str]]) -> Hours:
    return tuple(
        (clock_time.fromisoformat(start), clock_time.fromisoformat(end)) for start, end in pairs
    )


def week_of(rules: Calendar | CalendarVersion) -> Week:
    """The week a calendar or one of its versions says."""
    if rules.always:
        return AROUND_THE_CLOCK
    return {int(day): _hours(pairs) for day, pairs in rules.week.items()}


def schedule_from(calendar: Calendar) -> Schedule:
    """Working hours with their history: each day by the version in force on it."""
    exceptions = {
        each.date: _hours(each.intervals)
        for each in calendar.exceptions.all()
        if not each.as_usual
    }
    first, changes = week_of(calendar), dict[date, Week]()
    for version in sorted(calendar.versions.all(), key=lambda each: each.number):
        since = version.since
        if since is None:
            first = week_of(version)
            continue
        # A later one takes the place of all that was planned from its day on.
        changes = {day: week for day, week in changes.items() if day < since}
        changes[since] = week_of(version)
    return Schedule(ZoneInfo(calendar.zone), first, exceptions, tuple(changes.items()))


def _read_schedules() -> Mapping[int, Schedule]:
    rows = Calendar.objects.prefetch_related("exceptions", "versions")
    return {row.pk: schedule_from(row) for row in rows}


_schedules = Snapshot(_read_schedules)
_always = Snapshot(lambda: Schedule.always(ZoneInfo(organisation().zone)))


def calendar_of(department_id: int | None) -> int | None:
    """The calendar of a department, or of the nearest one above it that has one."""
    cards = departments()
    while department_id is not None and (card := cards.get(department_id)):
        if card.calendar_id:
            return card.calendar_id
        department_id = card.parent_id
    return None


def schedule_of(calendar_id: int | None) -> Schedule:
    """Working hours of a calendar; None is around the clock in the organisation's zone."""
    if calendar_id is None:
        return _always()
    return _schedules()[calendar_id]


def all_calendars() -> list[Calendar]:
    """Calendars with their exceptions and versions, those in use first, by name."""
    found = Calendar.objects.prefetch_related("exceptions", "versions")
    return sorted(found, key=lambda each: (each.retired_at is not None, each.name.lower()))


def calendar_with_history(calendar_id: int) -> Calendar:
    """One calendar with its exceptions by day and its versions, the newest first."""
    versions = CalendarVersion.objects.select_related("by").order_by("-number")
    found = (
        Calendar.objects.filter(pk=calendar_id)
        .prefetch_related(
            Prefetch("exceptions", CalendarException.objects.order_by("date")),
            Prefetch("versions", versions),
        )
        .first()
    )
    if found is None:
        raise NotFound("no_calendar", gettext_noop("There is no such calendar."))
    return found


def last_recomputation(calendar_id: int) -> Recomputation | None:
    """The recomputation asked for last, whether it is done or not."""
    found = Recomputation.objects.filter(calendar_id=calendar_id)
    return found.order_by("-pk").first()


def unfinished_recomputations() -> dict[int, Recomputation]:
    """What is still being worked out, by calendar."""
    found = Recomputation.objects.filter(finished_at__isnull=True)
    return {each.calendar_id: each for each in found}


def users_of_calendars() -> dict[int, list[str]]:
    """The names of the departments that name each calendar themselves."""
    found: dict[int, list[str]] = {}
    for card in departments().values():
        if card.calendar_id is not None:
            found.setdefault(card.calendar_id, []).append(card.name)
    return found
