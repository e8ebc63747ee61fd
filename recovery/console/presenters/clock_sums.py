"""The sum of a clock day by day, in the zone of its working hours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.translation import gettext as _

from recovery.clocks.policy.explaining import Explanation
from recovery.kernel.hours import ALL_DAY, Hours, Schedule, Span
from recovery.org.policy.hours import hours_words

_ZERO, _DAY = timedelta(0), timedelta(days=1)
_CLOCK = "%H:%M"


@dataclass(frozen=True, slots=True)
class DayRow:
    """One date: when it counted, how much, how much in all so far, and what was special."""

    day: date
    spans: str
    worked: str
    total: str
    note: str


def amount(seconds: float) -> str:
    """Say a length of time to the second: "40 h", "1 h 30 min", "15 min", "2 min 05 s", "6 s"."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    seconds_word = _("%(count)02d s") if whole > rest else _("%(count)d s")
    between = hours and rest  # "11 h 04 s" reads as if something were missing
    parts = [
        _("%(count)d h") % {"count": hours} if hours else "",
        _("%(count)d min") % {"count": minutes} if minutes or between or not whole else "",
        seconds_word % {"count": rest} if rest else "",
    ]
    return " ".join(filter(None, parts))


def rows_of(told: Explanation, schedule: Schedule, names: Mapping[date, str]) -> list[DayRow]:
    """A row for each date from the first to the last that counts; the last total is the target.

    A span over midnight stands on the date it opened on, as the working hours do.
    """
    by_day: dict[date, list[Span]] = {}
    for span in told.spans:
        by_day.setdefault(span[0].astimezone(schedule.zone).date(), []).append(span)
    special, odd = dict(told.special_days), dict(told.odd_days)
    total, found = _ZERO, []
    for day in _dates(min(by_day), max(by_day)):
        spans = by_day.get(day, [])
        worked = sum((ends - begins for begins, ends in spans), _ZERO)
        total += worked
        notes = [
            _special(day, special[day], names) if day in special else "",
            odd_words(odd[day]) if day in odd else "",
            _("paused") if _is_held(told, schedule, day) else "",
            _("closed")
            if not spans and not schedule.hours_on(day) and day not in special
            else "",
        ]
        found.append(
            DayRow(
                day=day,
                spans=", ".join(_span_words(span, schedule) for span in spans),
                worked=amount(worked.total_seconds()) if spans else "",
                total=amount(total.total_seconds()),
                note=", ".join(filter(None, notes)),
            )
        )
    return found


def special_words(told: Explanation, names: Mapping[date, str]) -> list[tuple[date, str]]:
    """The days with hours of their own between start and due, in words."""
    return [(day, _special(day, hours, names)) for day, hours in told.special_days]


def odd_words(length: timedelta) -> str:
    """Say how long a day is that the change of the zone's time cut or lengthened."""
    hours = amount(length.total_seconds())
    return _("%(hours)s day: the clocks are changed") % {"hours": hours}


def _special(day: date, hours: Hours, names: Mapping[date, str]) -> str:
    said = _("closed") if not hours else _hours(hours)
    name = names.get(day, "")
    return f"{name}, {said}" if name else said


def _hours(hours: Hours) -> str:
    if hours == ALL_DAY:
        return _("open all day")
    return hours_words([(a.strftime(_CLOCK), b.strftime(_CLOCK)) for a, b in hours])


def _span_words(span: Span, schedule: Schedule) -> str:
    begins, ends = (each.astimezone(schedule.zone) for each in span)
    closes = ends.strftime(_CLOCK)
    if ends.date() != begins.date():
        closes = (
            "24:00" if ends.time() == time.min else _("%(time)s next day") % {"time": closes}
        )
    return f"{begins.strftime(_CLOCK)}–{closes}"


def _is_held(told: Explanation, schedule: Schedule, day: date) -> bool:
    begins = datetime.combine(day, time.min, schedule.zone).astimezone(UTC)
    ends = datetime.combine(day + _DAY, time.min, schedule.zone).astimezone(UTC)
    return any(
        hold.held and hold.begun.at < ends and (hold.ended_at is None or hold.ended_at > begins)
        for hold in told.holds
        if schedule.between(max(begins, hold.begun.at), min(ends, hold.ended_at or ends))
    )


def _dates(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY


def week_words(week: Mapping[str, Sequence[Sequence[str]]], names: Mapping[int, str]) -> str:
    """Say a week: "Mon–Fri 08:00–16:00, Sat–Sun closed"; `names` are the short weekdays."""
    parts: list[tuple[list[int], str]] = []
    for day in range(7):
        said = hours_words([tuple(pair) for pair in week.get(str(day), [])]) or _("closed")
        if parts and parts[-1][1] == said:
            parts[-1][0].append(day)
        else:
            parts.append(([day], said))
    return "; ".join(
        f"{names[days[0]]}{f'–{names[days[-1]]}' if len(days) > 1 else ''} {said}"
        for days, said in parts
    )
