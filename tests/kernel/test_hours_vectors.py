"""The vectors of twelve other projects (../shared/data/business_hours/INDEX.md names them)."""

import csv
import json
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from recovery.kernel.hours import ALL_DAY, Schedule

FILE = Path(__file__).parents[3] / "shared/data/business_hours/business_hours_vectors.csv"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = {"s": "seconds", "min": "minutes", "h": "hours"}
ROLLS_FIRST = "counting business days from a closed day first rolls to the next open one"
CONTRADICTIONS = {"BH271": ROLLS_FIRST, "BH272": ROLLS_FIRST}

VECTORS = (
    list(csv.DictReader(StringIO(FILE.read_text(encoding="utf-8")))) if FILE.exists() else []
)
pytestmark = pytest.mark.skipif(not VECTORS, reason=f"no data at {FILE}")


def clock(text):
    return time.min if text == "24:00" else time.fromisoformat(text)


def pairs(rows):
    return tuple((clock(opens), clock(closes)) for opens, closes in rows)


def without(hours, breaks):
    for starts, stops in breaks:
        pieces = []
        for opens, closes in hours:
            pieces += [(opens, min(closes, starts)), (max(opens, stops), closes)]
        hours = tuple((opens, closes) for opens, closes in pieces if opens < closes)
    return hours


def schedule(vector):
    zone = ZoneInfo("UTC" if vector["timezone"] in {"naive", "date"} else vector["timezone"])
    week = {
        WEEKDAYS.index(name): pairs(rows)
        for name, rows in json.loads(vector["weekly_hours_json"]).items()
    }
    special = {date.fromisoformat(day): () for day in vector["holidays"].split()}
    special |= {
        date.fromisoformat(day): ALL_DAY for day in vector["extra_working_dates"].split()
    }
    for day, rows in json.loads(vector["shifts_json"] or "{}").items():
        special[date.fromisoformat(day)] = pairs(rows)
    regular = Schedule(zone, week, special)
    for day, rows in json.loads(vector["breaks_json"] or "{}").items():
        on = date.fromisoformat(day)
        special[on] = without(regular.hours_on(on), pairs(rows))
    return Schedule(zone, week, special)


def instant(text, zone):
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=zone)


def day(text):
    return date.fromisoformat(text[:10])


def amount(text):
    number, unit = text.split()
    return int(number) if unit == "d" else timedelta(**{UNITS[unit]: float(number)})


def first_intervals(hours, vector):
    spans = hours.intervals(instant(vector["start"], hours.zone))
    return [next(spans) for _ in range(int(vector["amount"].split()[0]))]


def start(hours, vector):
    return instant(vector["start"], hours.zone)


def counted(hours, vector, *, inclusive):
    last = day(vector["end"]) + timedelta(days=inclusive)
    return hours.business_days_between(day(vector["start"]), last)


OPERATIONS = {
    "add": lambda h, v: h.add(start(h, v), amount(v["amount"])),
    "sub": lambda h, v: h.subtract(start(h, v), amount(v["amount"])),
    "elapsed": lambda h, v: h.between(start(h, v), instant(v["end"], h.zone)),
    "is_open": lambda h, v: h.is_open(start(h, v)),
    "next_open": lambda h, v: h.next_opening(start(h, v)),
    "prev_open": lambda h, v: h.previous_closing(start(h, v)),
    "open_intervals": first_intervals,
    "local_to_utc": lambda h, v: Schedule.always(h.zone).add(start(h, v), timedelta(0)),
    "add_days": lambda h, v: h.add_days(start(h, v), amount(v["amount"])),
    "sub_days": lambda h, v: h.add_days(start(h, v), -amount(v["amount"])),
    "add_business_days": lambda h, v: h.add_business_days(day(v["start"]), amount(v["amount"])),
    "sub_business_days": lambda h, v: h.add_business_days(
        day(v["start"]), -amount(v["amount"])
    ),
    "roll_forward_day": lambda h, v: h.roll_forward(day(v["start"])),
    "roll_backward_day": lambda h, v: h.roll_backward(day(v["start"])),
    "days_between": partial(counted, inclusive=False),
    "days_between_inclusive": partial(counted, inclusive=True),
}


def answer(vector):
    return OPERATIONS[vector["op"]](schedule(vector), vector)


def expected(vector):
    text, op = vector["expected"], vector["op"]
    zone = schedule(vector).zone
    if op == "elapsed":
        number, unit = text.split()
        return pytest.approx(
            timedelta(**{UNITS[unit]: float(number)}), abs=timedelta(seconds=1e-3)
        )
    if op == "is_open":
        return text == "true"
    if op.startswith("days_between"):
        return int(text)
    if op == "open_intervals":
        return [(instant(a, zone), instant(b, zone)) for a, b in json.loads(text)]
    return date.fromisoformat(text) if len(text) == 10 else instant(text, zone)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_agrees_with_other_projects(vector):
    if vector["id"] in CONTRADICTIONS:
        assert answer(vector) != expected(vector), "listed as a contradiction, but agrees"
    else:
        assert answer(vector) == expected(vector)


def test_answers_come_in_utc():
    hours = Schedule(ZoneInfo("Europe/Lisbon"), {0: pairs([("09:00", "17:00")])})
    assert hours.add(datetime(2026, 3, 1, tzinfo=UTC), timedelta(hours=1)).tzinfo is UTC
