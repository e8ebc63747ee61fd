"""Dates and times as the files of the world write them."""

import re
from datetime import datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

NOON: Final = time(12)

_DATE = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?:[T\s]+(.+))?", re.ASCII)
_TIME = re.compile(
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AaPp])?\.?[Mm]?\.?(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)


@lru_cache(maxsize=20_000)
def moment(said: str, order: str, zone: ZoneInfo) -> datetime | None:
    """A day or a time as files write it; a day alone is noon, so that it is the same day nearly
    everywhere. A year of four digits in front is read as such whatever the `order`. None for
    what is neither.
    """
    match = _DATE.fullmatch(said)
    if match is None:
        return None
    numbers = match.group(1, 2, 3)
    by = "ymd" if len(numbers[0]) == 4 else order
    year, month, day = (int(numbers[by.index(part)]) for part in "ymd")
    try:
        at = _time_of(match.group(4))
        if at is None:
            return None
        year += 2000 if year < 69 else 1900 if year < 100 else 0
        return datetime.combine(
            datetime(year, month, day, tzinfo=zone).date(), at, at.tzinfo or zone
        )
    except (ValueError, OverflowError):
        return None


def _time_of(said: str | None) -> time | None:
    if said is None:
        return NOON
    match = _TIME.fullmatch(said.strip())
    if match is None:
        return None
    hour, minute, second, half, offset = match.groups()
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half in "Pp" else 0)
    at = time(hours, int(minute), int(second or 0))
    if not offset:
        return at
    return at.replace(tzinfo=datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo)
