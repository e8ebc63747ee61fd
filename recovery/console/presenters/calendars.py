"""Calendars in words: when a desk is open, what was planned, why a time is due then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from recovery.kernel.hours import ALL_DAY, Hours, NeverOpen, Schedule, Week
from recovery.org.policy.hours import WEEKDAYS, hours_words
from recovery.web.words import duration

if TYPE_CHECKING:
    from recovery.org.models import Calendar, CalendarException, Recomputation

MOST_STEPS = 40


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One line of the list; `busy` while clocks are being worked out anew."""

    id: int
    name: str
    zone: str
    week: str
    is_open: bool
    now: str
    users: str
    clocks: int
    busy: bool
    retired: bool


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day that is different; `kind` says how, `by_hand` whether a person entered it."""

    id: int
    day: date
    name: str
    hours: str
    by_hand: bool
    as_usual: bool


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """How far the clocks are: `state` is waiting, working, done or superseded."""

    state: str
    done: int
    total: int
    moved: int
    failed: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """A span of working time that was used: `so_far` counts from the start."""

    day: str
    span: str
    used: str
    so_far: str


@dataclass(frozen=True, slots=True)
class Trial:
    """When a sum of working time is reached, and by which spans."""

    due: str
    steps: Sequence[Step]
    skipped: int


def row_of(
    calendar: "Calendar",
    hours: Schedule,
    *,
    users: Iterable[str],
    clocks: int,
    busy: bool,
    now: datetime,
) -> CalendarRow:
    """What the list says of one calendar."""
    return CalendarRow(
        id=calendar.pk,
        name=calendar.name,
        zone=calendar.zone,
        week=week_words(hours.week_on(now.astimezone(hours.zone).date())),
        is_open=hours.is_open(now),
        now=open_words(hours, now),
        users=", ".join(users),
        clocks=clocks,
        busy=busy,
        retired=calendar.retired_at is not None,
    )


def hours_said(hours: Hours) -> str:
    """Hours of a day: "08:00–12:00, 13:00–17:00", or that it is closed."""
    if hours == ALL_DAY:
        return _("all day")
    said = hours_words((f"{opens:%H:%M}", f"{closes:%H:%M}") for opens, closes in hours)
    return said or _("closed")


def week_words(week: Week) -> str:
    """A week in one line, equal days together: "Mon–Fri 08:00–16:00, Sat 09:00–12:00"."""
    if all(week.get(day) == ALL_DAY for day in range(7)):
        return _("around the clock")
    parts = []
    for hours, group in groupby(range(7), key=lambda day: tuple(week.get(day, ()))):
        days = [_(WEEKDAYS[day])[:3] for day in group]
        if hours:
            name = days[0] if len(days) == 1 else f"{days[0]}–{days[-1]}"
            parts.append(f"{name} {hours_said(hours)}")
    return "; ".join(parts)


def week_rows(week: Week) -> list[tuple[str, str]]:
    """Each weekday with its hours."""
    return [
        (_(word), hours_said(tuple(week.get(day, ())))) for day, word in enumerate(WEEKDAYS)
    ]


def open_words(hours: Schedule, now: datetime) -> str:
    """Until when it is open, or when it opens."""
    if hours.is_open(now):
        if all(hours.hours_on(now.date() + timedelta(days=day)) == ALL_DAY for day in range(3)):
            return _("Open day and night")
        closes = next(hours.intervals(now))[1]
        return _("Open until %(when)s") % {"when": moment(closes, hours.zone)}
    try:
        opens = hours.next_opening(now)
    except NeverOpen:
        return _("Closed, and no opening within four years")
    return _("Closed until %(when)s") % {"when": moment(opens, hours.zone)}


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A point in time as the clock on the desk's wall shows it: "Thu 5 Mar 2026, 16:00"."""
    local = at.astimezone(zone)
    return f"{formats.date_format(local, 'D j M Y')}, {formats.time_format(local, 'H:i')}"


def day_row(each: "CalendarException") -> DayRow:
    """One of the days that are different."""
    said = hours_words(each.intervals) or _("closed")
    return DayRow(
        id=each.pk,
        day=each.date,
        name=each.name,
        hours=_("as usual") if each.as_usual else said,
        by_hand=each.by_hand,
        as_usual=each.as_usual,
    )


def progress_of(run: "Recomputation | None") -> ProgressRow | None:
    """How far the clocks are after the last change, if there was one."""
    if run is None:
        return None
    if run.finished_at is not None:
        state = "superseded" if run.superseded else "done"
    else:
        state = "waiting" if run.total is None else "working"
    return ProgressRow(
        state, run.done, run.total or 0, moved=run.moved, failed=run.failed,
        finished_at=run.finished_at,
    )  # fmt: skip


def trial_of(
    hours: Schedule, start: datetime, working: timedelta, *, names: Mapping[date, str]
) -> Trial:
    """Add working time to a start and show each span it takes. Raises NeverOpen."""
    due = hours.add(start, working)
    steps, so_far = [], timedelta(0)
    for opens, closes in hours.intervals(start):
        if opens >= due:
            break
        used = min(closes, due) - opens
        so_far += used
        local = opens.astimezone(hours.zone)
        name = names.get(local.date())
        day = formats.date_format(local, "D j M Y")
        steps.append(
            Step(
                day=f"{day} ({name})" if name else day,
                span=f"{local:%H:%M}–{min(closes, due).astimezone(hours.zone):%H:%M}",
                used=duration(used.total_seconds()),
                so_far=duration(so_far.total_seconds()),
            )
        )
    shown = steps if len(steps) <= MOST_STEPS else [*steps[: MOST_STEPS - 1], steps[-1]]
    return Trial(moment(due, hours.zone), shown, len(steps) - len(shown))
