"""The two sides of the sweep's benchmark; imported once Django is set up."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from uuid import uuid4

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from recovery.clocks.models import Clock
from recovery.escalation.models import Firing, Rung
from recovery.escalation.services import sweep
from recovery.escalation.services.sweeping import AT_ONCE, MOVE_ON
from recovery.events.models import Event
from recovery.org.models import Department
from recovery.org.selectors import system_person
from tests.benchmarks.serving import say
from tests.escalation.due import QUARTER, make_due_clocks
from tests.factories import NOON

CLOCKS = 20_000
NOW = NOON + timedelta(seconds=QUARTER * 0.8)
LATER = NOON + timedelta(seconds=QUARTER)
FIRINGS = (
    "INSERT INTO escalation_firing (rung_id, clock_id, round, occurrence, fired_at) VALUES"
)
ONCE = "ON CONFLICT (rung_id, clock_id, round, occurrence) DO NOTHING RETURNING id, rung_id, clock_id"
EVENTS = (
    "INSERT INTO events_event (stream, verb, actor_id, failure_id, item_id, at, audience, "
    "public, private, request_id) VALUES"
)


def compare(*, repeats: int) -> None:
    """Sweep clocks of which each has one rung due: one firing, one event, one update a row."""
    found: dict[str, list[float]] = {"floor": [], "sweep": []}
    busy: dict[str, list[float]] = {"floor": [], "sweep": []}
    _prepare()
    for _ in range(repeats):
        for name, side in (("floor", _floor()), ("sweep", _sweep)):
            _wind_back()
            wall, cpu = _timed(side)
            found[name].append(CLOCKS / wall)
            busy[name].append(cpu * 1000 / CLOCKS)
            _check()
    ratios = sorted(ours / base for base, ours in zip(*found.values(), strict=True))
    say(f"Sweep of {CLOCKS} due clocks, batches of {AT_ONCE}, medians of {repeats}")
    say("variant   clocks/s  own CPU ms  to floor")
    for name, rates in found.items():
        ratio = median(rates) / median(found["floor"])
        say(f"{name:8} {median(rates):9.0f} {median(busy[name]):11.3f} {ratio:9.2f}")
    say(f"in pairs {ratios[0]:.2f} to {ratios[-1]:.2f}; target 0.40")


def _prepare() -> None:
    department, _ = Department.objects.get_or_create(slug="sweep", defaults={"name": "Sweep"})
    Clock.objects.filter(item__department=department).update(state="cancelled")
    make_due_clocks(CLOCKS, department=department, reported_by=system_person())


def _wind_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE escalation_firing, events_event")
        cursor.execute(
            "UPDATE clocks_clock SET next_check_at = started_at WHERE state = 'running'"
        )
    connection.commit()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) clocks_clock, escalation_firing, events_event")


def _timed(side: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the wall, and seconds of our own processor time."""
    start, used = time.perf_counter(), time.process_time()
    side()
    return time.perf_counter() - start, time.process_time() - used


def _check() -> None:
    assert Firing.objects.count() == CLOCKS
    assert Event.objects.filter(verb="escalation.fired").count() == CLOCKS
    assert not Clock.objects.filter(state="running", next_check_at__lte=NOW).exists()


def _sweep() -> None:
    assert sweep(NOW) == CLOCKS


def _floor() -> Callable[[], None]:
    """The statements of every batch, with all their values, ready to be sent."""
    lines = list(
        Clock.objects.filter(state="running").values_list("id", "item_id", "item__failure_id")
    )
    rung = Rung.objects.filter(version__ladder__clock_kind="acknowledge").order_by("percent")[0]
    system = system_person().pk
    with connection.cursor() as cursor:
        batches = [
            _batch(cursor, lines[start : start + AT_ONCE], rung=rung.pk, actor=system)
            for start in range(0, len(lines), AT_ONCE)
        ]

    def send() -> None:
        for batch in batches:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in batch:
                    cursor.execute(statement)

    return send


def _batch(
    cursor: CursorWrapper, lines: list[tuple[int, int, int]], *, rung: int, actor: int
) -> list[str]:
    def filled(template: str, values: list[object]) -> str:
        return cursor.mogrify(template, values).decode()

    firings = [filled("(%s,%s,0,1,%s)", [rung, key, NOW]) for key, _, _ in lines]
    facts = json.dumps(
        {"firing": 1, "clock": 1, "kind": "acknowledge", "percent": 75, "level": 0}
    )
    events = [
        filled(
            "(%s,'escalation.fired',%s,%s,%s,%s,'scope',%s,'{}',%s)",
            [f"customer:{item}", actor, failure, item, NOW, facts, str(uuid4())],
        )
        for _, item, failure in lines
    ]
    keys = [key for key, _, _ in lines]
    return [
        f"{FIRINGS} {','.join(firings)} {ONCE}",
        f"{EVENTS} {','.join(events)} RETURNING id",
        filled(MOVE_ON, [keys, [LATER] * len(keys), [None] * len(keys)]),
    ]
