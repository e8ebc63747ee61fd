"""Working hours as people write them, and what makes no sense of them. Plain rules.

Hours are kept as pairs of "HH:MM", as Calendar.week and CalendarException.intervals hold them;
an end at midnight is "00:00", and "00:00" to "00:00" is the whole day.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from zoneinfo import available_timezones

from recovery.kernel.refusals import Invalid
from recovery.kernel.text import Word, gettext_noop

type Pairs = list[list[str]]

WEEKDAYS = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
)
MOST_INTERVALS = 12
_DAY = 24 * 60
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?")
_CLOSED = {"", "-", "–", "—", "closed"}
_ALL_DAY = {"24h", "24 h", "all day", "00:00–24:00"}


def field_of(day: int) -> str:
    """The name of the input of one weekday."""
    return f"day_{day}"


def read_hours(text: str, *, field: str = "hours") -> Pairs:
    """Read "08:00–12:00, 13:00–17:00"; nothing or "closed" is a closed day.

    A second time not later than the first is on the next day. Raises Invalid.
    """
    plain = " ".join(text.lower().split())
    if plain in _CLOSED:
        return []
    if plain in _ALL_DAY:
        return [["00:00", "00:00"]]
    pairs = [_read_pair(part, field) for part in re.split(r"[,;]", plain) if part.strip()]
    if len(pairs) > MOST_INTERVALS:
        raise Invalid(
            "too_many",
            gettext_noop("Write at most %(most)s times of opening a day."),
            field=field,
            most=MOST_INTERVALS,
        )
    pairs.sort()
    check_day(pairs, field=field)
    return pairs


def hours_words(pairs: Iterable[Sequence[str]]) -> str:
    """Write hours as read_hours reads them: "22:00–06:00", to midnight as "08:00–24:00"."""
    return ", ".join(
        f"{opens}–{'24:00' if closes == '00:00' else closes}" for opens, closes in pairs
    )


def check_day(pairs: Sequence[Sequence[str]], *, field: str = "hours") -> None:
    """Refuse hours of one day that overlap, or end when they begin."""
    for opens, closes in pairs:
        if opens == closes != "00:00":
            raise Invalid(
                "no_length",
                gettext_noop(
                    "%(hours)s ends when it begins. Write 00:00–24:00 if it is open all day."
                ),
                field=field,
                hours=hours_words([(opens, closes)]),
            )
    for former, later in pairwise(sorted(map(_span, pairs))):
        if later[0] < former[1]:
            raise Invalid(
                "overlap",
                gettext_noop(
                    "%(later)s begins before %(former)s has ended. Join the two or move one."
                ),
                field=field,
                former=_span_words(former),
                later=_span_words(later),
            )


def check_week(week: Mapping[int, Pairs]) -> None:
    """Refuse a week without hours, and a night that runs into the hours of the next day."""
    if not any(week.values()):
        raise Invalid(
            "no_hours",
            gettext_noop(
                "A calendar that never opens would hold every clock for ever. Write hours for "
                "one day at least, or choose around the clock."
            ),
            field=field_of(0),
        )
    found = []
    for day in range(7):
        check_day(week.get(day, []), field=field_of(day))
        after = (day + 1) % 7
        night = max((_span(pair)[1] for pair in week.get(day, [])), default=0) - _DAY
        morning = min(map(_span, week.get(after, [])), default=(_DAY, _DAY))
        if night > morning[0]:
            found.append(_runs_into(day, after, night=night, morning=morning))
    if found:
        raise Invalid.gather(found)


def check_zone(zone: str) -> None:
    """Refuse a zone that nobody knows."""
    if zone not in zones():
        raise Invalid(
            "unknown_zone",
            gettext_noop(
                "There is no time zone “%(zone)s”. Choose one such as Europe/Lisbon or UTC."
            ),
            field="zone",
            zone=zone or "-",
        )


@cache
def zones() -> tuple[str, ...]:
    """Every zone there is, by place; old spellings left out."""
    known = available_timezones()
    return ("UTC", *sorted(zone for zone in known if "/" in zone and zone[:4] != "Etc/"))


def _runs_into(day: int, after: int, *, night: int, morning: tuple[int, int]) -> Invalid:
    return Invalid(
        "overlap",
        gettext_noop(
            "The night of %(day)s lasts until %(until)s, and %(after)s opens at %(opens)s already. "
            "End the night before it, or open later."
        ),
        field=field_of(after),
        day=Word(WEEKDAYS[day]),
        after=Word(WEEKDAYS[after]),
        until=_clock(night),
        opens=_clock(morning[0]),
    )


def _read_pair(part: str, field: str) -> list[str]:
    ends = re.split(r"\s*(?:-|–|—|\bto\b)\s*", part.strip())
    if len(ends) != 2:
        raise Invalid(
            "bad_hours",
            gettext_noop("Write “%(part)s” as from–to, such as 08:00–12:00."),
            field=field,
            part=part.strip(),
        )
    opens, closes = (_read_time(end, field) for end in ends)
    if opens == "24:00":
        opens = "00:00"
    if closes == "24:00":
        closes = "00:00"
    return [opens, closes]


def _read_time(text: str, field: str) -> str:
    match = _TIME.fullmatch(text)
    hour, minute = (int(part or 0) for part in match.groups()) if match else (99, 0)
    if minute > 59 or hour * 60 + minute > _DAY:
        raise Invalid(
            "bad_time",
            gettext_noop("“%(text)s” is no time of day. Write it as 08:00 or 17:30, to 24:00."),
            field=field,
            text=text,
        )
    return f"{hour:02d}:{minute:02d}"


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _span(pair: Sequence[str]) -> tuple[int, int]:
    opens, closes = map(_minutes, pair)
    return opens, closes if closes > opens else closes + _DAY


def _span_words(span: tuple[int, int]) -> str:
    return hours_words([(_clock(span[0]), _clock(span[1]))])


def _clock(minutes: int) -> str:
    return f"{minutes % _DAY // 60:02d}:{minutes % 60:02d}"
