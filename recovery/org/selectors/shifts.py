"""When somebody goes home: there are no rosters, so their desk's hours say it."""

from datetime import datetime, timedelta
from typing import Final

from recovery.kernel.hours import NeverOpen, Schedule
from recovery.org.models import Person
from recovery.org.selectors.absences import next_absence
from recovery.org.selectors.calendars import calendar_of, schedule_of
from recovery.org.selectors.people import grants

LONGEST_SHIFT: Final = timedelta(hours=8)


def shift_end_of(person: Person, at: datetime) -> datetime | None:
    """When the shift of somebody who works at `at` ends: as their desk closes, in 8 hours at most.

    It ends at an absence as well. None when they are away or no desk of theirs is open. Of several desks the last one to close counts.
    """
    ends = [
        end
        for home in grants(person).homes
        if (end := _closes(schedule_of(calendar_of(home)), at))
    ]
    end, away = max(ends, default=None), next_absence(person, at)
    if end is None or away is None:
        return end
    return min(end, away) if away > at else None


def _closes(schedule: Schedule, at: datetime) -> datetime | None:
    """When a desk that is open closes; hours that go on over midnight are one opening."""
    if not schedule.is_open(at):
        return None
    latest, end = at + LONGEST_SHIFT, at
    try:
        for opens, closes in schedule.intervals(at):
            if opens > end or end >= latest:
                break
            end = closes
    except NeverOpen:
        return min(end, latest)  # it closes for good
    return min(end, latest)
