"""Due clocks in a heap, two beats and a worker of which somebody is always killed with -9.

Real processes on real engines. Whatever dies, each rung of each clock fires once and each person
hears of it once on each channel; the run stops with the difference where that is not so.
"""

import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from recovery.clocks.models import Clock
from recovery.escalation.models import Firing
from recovery.events.models import Event, ParkedEvent
from recovery.local.addresses import CHECKOUT
from recovery.local.holding import leave_on_sigterm
from recovery.local.programs import beat, worker
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.benchmarks.serving import say
from tests.escalation.due import make_due_clocks
from tests.factories import make_department, make_person

CLOCKS: Final = int(os.environ.get("RECOVERY_DRAIN_CLOCKS", "10000"))
DESKS: Final = 10
ACCIDENTS: Final = 12
APART: Final = (
    15.0  # seconds: a worker needs some to start, and shall do something before it dies
)
RUNGS: Final = 2
PATIENCE: Final = 3600
DOUBLED: Final = (
    "SELECT count(*) FROM (SELECT 1 FROM deliveries_message WHERE kind = 'escalation.fired' "
    "GROUP BY dedupe_key HAVING count(*) > 1) AS twice"
)


class Crew:
    """One worker and two beats, each in a process group of its own, started again when killed."""

    def __init__(self) -> None:
        self.commands: dict[str, list[str]] = {
            "worker": worker(), "beat": beat(), "second beat": beat(),
        }  # fmt: skip
        self.running = {name: self._start(name) for name in self.commands}

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  (our own command lines)
            self.commands[name],
            cwd=CHECKOUT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        """End it as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running[name].wait(10)

    def replace(self, name: str) -> None:
        self.kill(name)
        self.running[name] = self._start(name)


@contextlib.contextmanager
def crew() -> Iterator[Crew]:
    found = Crew()
    try:
        yield found
    finally:
        for name in found.commands:
            found.kill(name)


def drain() -> None:
    """Make the heap, let it be drained among accidents, and count."""
    leave_on_sigterm()  # or the crew would go on without its database
    firings = _make_heap()
    began = time.monotonic()
    dice = random.Random(20_090)  # noqa: S311  (which accident comes next)
    with crew() as people, tqdm(total=2 * firings, unit="step", desc="Draining") as bar:
        accidents = _accidents(people, dice)
        swept_after, last = 0.0, began
        while time.monotonic() - began < PATIENCE:
            time.sleep(1)
            fired, told = Firing.objects.count(), _told()
            bar.update(fired + told - bar.n)
            if fired >= firings and not swept_after:
                swept_after = time.monotonic() - began
            if fired >= firings and told >= firings:
                break
            if time.monotonic() - last > APART:
                last = time.monotonic()
                next(accidents, lambda: None)()
        took = time.monotonic() - began
    _judge(firings)
    _print(firings, swept_after, took)


def _print(firings: int, swept_after: float, took: float) -> None:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    say(f"{CLOCKS:,} clocks due at once; one worker, two beats, {ACCIDENTS} accidents")
    say("what                  count   after s     a second")
    for what, count, after in (
        ("clocks swept", CLOCKS, swept_after),
        ("firings written", firings, swept_after),
        ("notices told", firings, took),
    ):
        say(f"{what:16} {count:10,} {after:9.0f} {count / after:12.0f}")
    say(f"lost 0, doubled 0; load {load}")


def _make_heap() -> int:
    """Clocks that ran over an hour ago, at ten desks with a lead each; how many must fire."""
    now = timezone.now()
    for _ in range(DESKS):
        desk = make_department()
        make_person(Role.LEAD, desk, lead=True)
        make_due_clocks(CLOCKS // DESKS, department=desk, started_at=now - timedelta(hours=1))
    return RUNGS * CLOCKS // DESKS * DESKS


def _accidents(people: Crew, dice: random.Random) -> Iterator[Callable[[], None]]:
    """What happens to the crew: the worker dies most often, else a beat, or the broker forgets."""

    def flush() -> None:
        with redis.Redis.from_url(settings.REDIS_URL) as broker:
            broker.flushall()

    def lose(name: str) -> Callable[[], None]:
        return lambda: people.replace(name)

    kinds = [lose("worker"), lose("worker"), lose("beat"), lose("second beat"), flush]
    for _ in range(ACCIDENTS):
        yield dice.choice(kinds)


def _told() -> int:
    """How many firings somebody's inbox knows of."""
    return Message.objects.filter(
        kind="escalation.fired", channel=Message.Channel.INBOX
    ).count()


def _judge(firings: int) -> None:
    """Stop the run where anything was lost or doubled."""
    with connection.cursor() as cursor:
        cursor.execute(DOUBLED)
        doubled = cursor.fetchone()
    found = {
        "firings": (Firing.objects.count(), firings),
        "told": (_told(), firings),
        "told twice": (doubled[0] if doubled else None, 0),
        "fired in the log": (Event.objects.filter(verb="escalation.fired").count(), firings),
        "over in the log": (
            Event.objects.filter(verb="clock.breached").count(),
            firings // RUNGS,
        ),
        "over": (Clock.objects.filter(breached_at__isnull=False).count(), firings // RUNGS),
        "set aside": (ParkedEvent.objects.count(), 0),
    }
    wrong = {name: pair for name, pair in found.items() if pair[0] != pair[1]}
    if wrong:
        message = f"found and expected differ: {wrong}"
        raise SystemExit(message)
