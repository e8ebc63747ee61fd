"""How laws count days: from the day after, to the end of a day, by their own rule for weekends."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from recovery.clocks.states import Counts, Shift

type IsFree = Callable[[date], bool]

MOST_DAYS: Final = 3650
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)


def last_day(first: date, days: int, *, counts: Counts, shift: Shift, is_free: IsFree) -> date:
    """The day a time of `days` ends on that began on `first`, which itself does not count.

    `is_free` says which days are no working days. A shift to the day before never goes back to
    before it began.
    """
    if counts is Counts.WORKING_DAYS:
        return _working(first, days, is_free)
    day = first + days * _DAY
    if shift is Shift.NEXT:
        return _rolled(day, _DAY, is_free)
    if shift is Shift.PREVIOUS:
        earlier = _rolled(day, -_DAY, is_free)
        return earlier if earlier >= first else day
    return day


def seconds_to_end_of(day: date, *, start: datetime, zone: ZoneInfo) -> int:
    """Whole seconds from `start` to within the last second of `day`, as told in `zone`."""
    midnight = datetime.combine(day + _DAY, time.min, zone).astimezone(UTC)
    return -((start.astimezone(UTC) - midnight) // _SECOND) - 1


def _working(day: date, days: int, is_free: IsFree) -> date:
    left = days
    while left:
        day += _DAY
        left -= not is_free(day)
    return day


def _rolled(day: date, step: timedelta, is_free: IsFree) -> date:
    while is_free(day):
        day += step
    return day
