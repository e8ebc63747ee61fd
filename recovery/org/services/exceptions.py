"""Verbs on the days that are different: entered by hand, or the public holidays of a country."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from recovery.events.services import record
from recovery.kernel.refusals import Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Calendar, CalendarException, Person
from recovery.org.policy.hours import Pairs
from recovery.org.roles import Permission
from recovery.org.selectors.holidays import countries, holidays_of, parts_of
from recovery.org.services.calendars import ask_recomputation, bump, lock_calendar
from recovery.org.services.people import require

YEARS_AHEAD: Final = 1


@transaction.atomic
def add_exception(
    *,
    calendar_id: int,
    day: date,
    name: str,
    intervals: Pairs,
    as_usual: bool = False,
    actor: Person,
    now: datetime,
) -> CalendarException:
    """Close a day (no intervals), give it other hours, or work on a public holiday as usual.

    It takes the place of a public holiday. Raises Invalid, when there is one by hand already.
    """
    require(actor, Permission.SETTINGS)
    calendar = lock_calendar(calendar_id)
    if not name.strip():
        raise Invalid("blank", gettext_noop("Say what day this is."), field="name")
    before = CalendarException.objects.filter(calendar=calendar, date=day).first()
    if before is not None and before.by_hand:
        raise Invalid(
            "day_taken",
            gettext_noop("This day is entered already, as “%(name)s”. Remove that first."),
            field="day",
            name=before.name,
        )
    made, _new = CalendarException.objects.update_or_create(
        calendar=calendar,
        date=day,
        defaults={
            "name": name.strip()[:80],
            "intervals": intervals,
            "as_usual": as_usual,
            "by_hand": True,
        },
    )
    facts = {"day": day.isoformat(), "hours": intervals, "as_usual": as_usual}
    _changed(calendar, "calendar.exception_added", facts, actor=actor, now=now)
    return made


@transaction.atomic
def remove_exception(*, exception_id: int, actor: Person, now: datetime) -> Calendar:
    """Let a day be as the week says; a public holiday is kept, as one worked as usual.

    Where something by hand stood in place of a holiday, the holiday is back.
    """
    require(actor, Permission.SETTINGS)
    found = CalendarException.objects.filter(pk=exception_id).first()
    if found is None:
        raise NotFound("no_exception", gettext_noop("This day is as the week says already."))
    calendar = lock_calendar(found.calendar_id)
    if found.by_hand:
        found.delete()
        _fill(calendar, found.date, found.date)
    else:
        found.as_usual = found.by_hand = True
        found.save(update_fields=["as_usual", "by_hand"])
    facts = {"day": found.date.isoformat(), "name": found.name, "as_usual": found.as_usual}
    _changed(calendar, "calendar.exception_removed", facts, actor=actor, now=now)
    return calendar


@transaction.atomic
def choose_holidays(
    *, calendar_id: int, country: str, subdivision: str = "", actor: Person, now: datetime
) -> int:
    """Close on the public holidays of a country or a part of it; none if it is empty.

    Days to come change at once, those gone by stay as they were. Returns how many are entered.
    Raises Invalid for a country or a part of it that is not known.
    """
    require(actor, Permission.SETTINGS)
    calendar = lock_calendar(calendar_id)
    _check_place(country, subdivision)
    calendar.country, calendar.subdivision = country, subdivision
    bump(calendar, "country", "subdivision")
    first, last = _ahead(calendar, now)
    to_come = CalendarException.objects.filter(
        calendar=calendar, by_hand=False, date__gte=first
    )
    to_come.delete()
    entered = _fill(calendar, first, last)
    facts = {"country": country, "subdivision": subdivision}
    _changed(calendar, "calendar.holidays_chosen", facts, actor=actor, now=now)
    return len(entered)


def fill_holidays(*, actor: Person, now: datetime) -> int:
    """Enter the holidays of this year and the next wherever they are missing; how many were.

    Twice changes nothing, and nothing entered by hand is touched.
    """
    added = 0
    for key in Calendar.objects.exclude(country="").order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            calendar = lock_calendar(key)
            if new := _fill(calendar, *_ahead(calendar, now)):
                days = {"days": [day.isoformat() for day in new]}
                _changed(calendar, "calendar.holidays_filled", days, actor=actor, now=now)
                added += len(new)
    return added


def _fill(calendar: Calendar, first: date, last: date) -> list[date]:
    """Enter the missing holidays from the first to the last day; which they were."""
    if not calendar.country:
        return []
    known = set(calendar.exceptions.values_list("date", flat=True))
    years = range(first.year, last.year + 1)
    found = holidays_of(calendar.country, calendar.subdivision, years)
    rows = [
        CalendarException(calendar=calendar, date=day, name=name[:80], by_hand=False)
        for day, name in sorted(found.items())
        if first <= day <= last and day not in known
    ]
    CalendarException.objects.bulk_create(rows)
    return [row.date for row in rows]


def _ahead(calendar: Calendar, now: datetime) -> tuple[date, date]:
    """From today at the desk to the end of next year: what is gone by is not made different."""
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    return today, date(today.year + YEARS_AHEAD, 12, 31)


def _check_place(country: str, subdivision: str) -> None:
    if country and country not in dict(countries()):
        raise Invalid(
            "unknown_country",
            gettext_noop(
                "No public holidays are known for “%(country)s”. Choose from the list."
            ),
            field="country",
            country=country,
        )
    if subdivision and subdivision not in parts_of(country):
        raise Invalid(
            "unknown_subdivision",
            gettext_noop(
                "“%(part)s” is no part of that country. Take one of %(known)s, or leave it empty."
            ),
            field="subdivision",
            part=subdivision,
            known=tuple(parts_of(country)) or "-",
        )


def _changed(
    calendar: Calendar, verb: str, facts: Mapping[str, object], *, actor: Person, now: datetime
) -> None:
    bump(calendar)
    record(stream=f"calendar:{calendar.pk}", verb=verb, actor_id=actor.pk, at=now, public=facts)
    ask_recomputation(calendar, actor=actor, now=now)
