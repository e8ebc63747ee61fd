"""Verbs on calendars. Each asks for the running clocks to be worked out anew if hours moved."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from recovery.events.services import record
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Calendar, CalendarVersion, Department, Person, Recomputation
from recovery.org.policy.hours import Pairs, check_week, check_zone
from recovery.org.roles import Permission
from recovery.org.selectors import forget_snapshots
from recovery.org.services.people import require


@transaction.atomic
def add_calendar(
    *,
    name: str,
    zone: str,
    always: bool,
    week: Mapping[int, Pairs],
    actor: Person,
    now: datetime,
) -> Calendar:
    """A calendar whose hours hold from the beginning. Raises Invalid."""
    require(actor, Permission.SETTINGS)
    _check(None, name=name, zone=zone, always=always, week=week)
    calendar = Calendar.objects.create(
        name=name.strip(), zone=zone, always=always, week=_kept(week)
    )
    _add_version(calendar, since=None, actor=actor, now=now)
    _say(
        calendar, "calendar.added", {"name": calendar.name, "zone": zone}, actor=actor, now=now
    )
    forget_snapshots()
    return calendar


@transaction.atomic
def change_calendar(
    *,
    calendar_id: int,
    name: str,
    zone: str,
    always: bool,
    week: Mapping[int, Pairs],
    since: date,
    actor: Person,
    now: datetime,
    expected_revision: int | None = None,
) -> Calendar:
    """Give a calendar another name, zone or week; other hours hold from `since` on.

    A zone is corrected for all time, for it was never another. Raises Invalid, Conflict.
    """
    require(actor, Permission.SETTINGS)
    calendar = lock_calendar(calendar_id, expected_revision=expected_revision)
    _check(calendar, name=name, zone=zone, always=always, week=week)
    before = (calendar.always, calendar.week)
    has_moved = calendar.zone != zone
    changed: dict[str, Any] = {
        key: [getattr(calendar, key), value]
        for key, value in (("name", name.strip()), ("zone", zone))
        if getattr(calendar, key) != value
    }
    if not calendar.versions.exists():
        _add_version(calendar, since=None, actor=actor, now=now)
    calendar.name, calendar.zone, calendar.always = name.strip(), zone, always
    calendar.week = _kept(week)
    if (calendar.always, calendar.week) != before:
        version = _add_version(calendar, since=since, actor=actor, now=now)
        changed |= {"version": [version.number - 1, version.number], "since": since.isoformat()}
        has_moved = True
    if changed:
        bump(calendar, "name", "zone", "always", "week")
        _say(calendar, "calendar.changed", changed, actor=actor, now=now)
    if has_moved:
        ask_recomputation(calendar, actor=actor, now=now)
    return calendar


@transaction.atomic
def retire_calendar(*, calendar_id: int, actor: Person, now: datetime) -> None:
    """Take a calendar out of use; clocks that still run by it run on. Refused while a desk uses it."""
    require(actor, Permission.SETTINGS)
    calendar = lock_calendar(calendar_id)
    users = Department.objects.filter(calendar=calendar, retired_at__isnull=True)
    if names := list(users.order_by("name").values_list("name", flat=True)):
        raise Conflict(
            "in_use",
            gettext_noop("Give another calendar to %(users)s first: they work by this one."),
            users=tuple(names),
        )
    if calendar.retired_at is None:
        calendar.retired_at = now
        bump(calendar, "retired_at")
        _say(calendar, "calendar.retired", {}, actor=actor, now=now)


@transaction.atomic
def use_calendar(
    *, calendar_id: int, department_id: int, actor: Person, now: datetime
) -> Department:
    """Let a desk work by a calendar. Its running clocks keep theirs, new ones take this."""
    require(actor, Permission.SETTINGS)
    calendar = lock_calendar(calendar_id)
    if calendar.retired_at is not None:
        raise Conflict("retired", gettext_noop("This calendar is retired. Choose another one."))
    live = Department.objects.select_for_update(no_key=True).filter(retired_at__isnull=True)
    department = live.filter(pk=department_id).first()
    if department is None:
        raise NotFound("no_department", gettext_noop("There is no such department."))
    before = department.calendar_id
    department.calendar = calendar
    department.save(update_fields=["calendar"])
    facts = {"department": department.pk, "before": before, "after": calendar.pk}
    _say(calendar, "calendar.given", facts, actor=actor, now=now)
    forget_snapshots()
    return department


def lock_calendar(calendar_id: int, *, expected_revision: int | None = None) -> Calendar:
    """The calendar, locked until the end of the transaction. Raises NotFound, Conflict."""
    found = Calendar.objects.select_for_update(no_key=True).filter(pk=calendar_id).first()
    if found is None:
        raise NotFound("no_calendar", gettext_noop("There is no such calendar."))
    if expected_revision is not None and found.revision != expected_revision:
        raise Conflict(
            "changed",
            gettext_noop(
                "Somebody changed this calendar while you wrote. Open it again in another window, "
                "compare, and save once more."
            ),
        )
    return found


def bump(calendar: Calendar, *fields: str) -> None:
    """Save these fields as the next revision, seen at once in this process."""
    calendar.revision += 1
    calendar.save(update_fields=[*fields, "revision"])
    forget_snapshots()


def ask_recomputation(calendar: Calendar, *, actor: Person, now: datetime) -> Recomputation:
    """Have the clocks that run by this calendar worked out anew, from the first on.

    One that has not begun yet serves this change too; one under way ends where it is.
    """
    waiting = (
        Recomputation.objects.select_for_update(no_key=True)
        .filter(calendar=calendar, finished_at__isnull=True)
        .first()
    )
    if waiting is not None and waiting.total is None:
        waiting.wanted_at, waiting.wanted_by = now, actor
        waiting.save(update_fields=["wanted_at", "wanted_by"])
        return waiting
    if waiting is not None:
        waiting.finished_at, waiting.superseded = now, True
        waiting.save(update_fields=["finished_at", "superseded"])
    return Recomputation.objects.create(calendar=calendar, wanted_by=actor, wanted_at=now)


def _check(
    calendar: Calendar | None, *, name: str, zone: str, always: bool, week: Mapping[int, Pairs]
) -> None:
    wrong: list[Invalid] = []
    others = Calendar.objects.filter(name__iexact=name.strip())
    if calendar is not None:
        others = others.exclude(pk=calendar.pk)
    if not name.strip():
        wrong.append(Invalid("blank", gettext_noop("Give the calendar a name."), field="name"))
    elif others.exists():
        wrong.append(
            Invalid(
                "name_taken",
                gettext_noop("Another calendar has this name. Choose a different one."),
                field="name",
            )
        )
    wrong += _refusals(check_zone, zone)
    if not always:
        wrong += _refusals(check_week, week)
    if wrong:
        raise Invalid.gather(wrong)


def _refusals[Given](check: Callable[[Given], None], given: Given) -> list[Invalid]:
    try:
        check(given)
    except Invalid as refused:
        return [refused]
    return []


def _kept(week: Mapping[int, Pairs]) -> dict[str, Pairs]:
    return {str(day): pairs for day, pairs in sorted(week.items()) if pairs}


def _add_version(
    calendar: Calendar, *, since: date | None, actor: Person, now: datetime
) -> CalendarVersion:
    return CalendarVersion.objects.create(
        calendar=calendar,
        number=calendar.versions.count() + 1,
        since=since,
        always=calendar.always,
        week=calendar.week,
        by=actor,
        at=now,
    )


def _say(
    calendar: Calendar, verb: str, facts: Mapping[str, Any], *, actor: Person, now: datetime
) -> None:
    record(stream=f"calendar:{calendar.pk}", verb=verb, actor_id=actor.pk, at=now, public=facts)
