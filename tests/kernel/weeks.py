"""Weeks of working hours that several tests read."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from recovery.kernel.hours import Schedule

LISBON, SANTIAGO = ZoneInfo("Europe/Lisbon"), ZoneInfo("America/Santiago")
NEW_YORK, APIA = ZoneInfo("America/New_York"), ZoneInfo("Pacific/Apia")
HOUR = timedelta(hours=1)


def hours(*pairs):
    return tuple(
        (time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs
    )


def every_day(zone, *pairs, exceptions=None):
    return Schedule(zone, dict.fromkeys(range(7), hours(*pairs)), exceptions or {})


OFFICE = Schedule(LISBON, dict.fromkeys(range(5), hours(("09:00", "17:00"))))
NIGHT = every_day(LISBON, ("22:00", "06:00"))


def at(text, zone=LISBON):
    return datetime.fromisoformat(text).replace(tzinfo=zone)
