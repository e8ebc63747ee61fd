"""A real worker on a real broker, killed with -9 in the middle: none lost, none doubled."""

import contextlib
import os
import signal
import subprocess
from collections import Counter
from datetime import timedelta

import celery
import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from recovery.celery import broker_url
from recovery.clocks.models import Clock
from recovery.escalation.models import Firing
from recovery.events.models import Consumer, Event, ParkedEvent
from recovery.failures.models import WorkItem
from recovery.local.addresses import CHECKOUT
from recovery.local.processes import wait_until
from recovery.local.programs import worker
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.escalation.due import make_due_clocks
from tests.factories import make_department, make_person

OVER, FRESH = 400, 2_000
FIRINGS = 2 * OVER
PATIENCE = 100
BELLS = ("recovery.escalation.tasks.sweep", "recovery.events.tasks.pump")
STUCK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE %s
"""


class Worker:
    """A Celery worker with its children, in a process group of its own."""

    def __init__(self, environment, log) -> None:
        self.log = log
        with log.open("a") as out:
            self.process = subprocess.Popen(  # noqa: S603  (our own command line)
                worker(), env=environment, cwd=CHECKOUT, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture
def start(program_environment, tmp_path):
    running: list[Worker] = []

    def begin() -> Worker:
        running.append(Worker(program_environment, tmp_path / "worker.log"))
        return running[-1]

    yield begin
    for each in running:
        if each.process.poll() is None:
            each.kill()


@pytest.fixture
def ring(broker):
    """Ring as beat does, whether or not anybody hears."""
    with celery.Celery(broker=broker_url(broker)) as app:

        def publish() -> None:
            for bell in BELLS:
                app.send_task(bell, queue="urgent", ignore_result=True)

        yield publish


@contextlib.contextmanager
def nobody_writes(dsn, table):
    """Hold a table against writing; yields a function that counts those who wait for it."""

    def waiting() -> int:
        with connection.cursor() as cursor:
            cursor.execute(STUCK, [f'%"{table}"%'])
            return cursor.fetchone()[0]

    with contextlib.closing(psycopg2.connect(dsn)) as link, link.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield waiting


def until(test, *, ring, worker) -> None:
    """Ring until the test comes true, or say what the worker said."""

    def rung() -> bool:
        ring()
        return bool(test())

    assert wait_until(rung, seconds=PATIENCE, every=0.2), worker.log.read_text()[-5_000:]


@pytest.fixture
def lead(own_database):
    """The lead of a desk with many clocks over and many more not yet looked at."""
    desk = make_department()
    now = timezone.now()
    make_due_clocks(OVER, department=desk, started_at=now - timedelta(hours=1))
    make_due_clocks(FRESH, department=desk, started_at=now)
    return make_person(Role.LEAD, desk, lead=True)


def told() -> Counter[tuple[int, str]]:
    return Counter(Message.objects.values_list("recipient_id", "channel"))


@pytest.mark.slow
def test_a_killed_worker_loses_nothing_and_doubles_nothing(own_database, lead, ring, start):
    # Killed after the firings of a batch were written and before their events were.
    with nobody_writes(own_database, "events_event") as waiting:
        sweeping = start()
        until(waiting, ring=ring, worker=sweeping)
        sweeping.kill()
    assert not Firing.objects.exists()

    # Killed after a case had risen and before its lead was told.
    with nobody_writes(own_database, "deliveries_message") as waiting:
        telling = start()
        until(waiting, ring=ring, worker=telling)
        telling.kill()
    assert told() == {}
    assert Consumer.objects.get(pk="escalation-tell").position == 0
    assert not WorkItem.objects.filter(level=1).exists()

    # Killed somewhere on the way, and then left to finish.
    hurrying = start()
    until(Message.objects.exists, ring=ring, worker=hurrying)
    hurrying.kill()
    finishing = start()
    all_told = {(lead.pk, "inbox"): FIRINGS, (lead.pk, "email"): FIRINGS}
    until(lambda: told() == all_told, ring=ring, worker=finishing)
    finishing.kill()

    fired = Counter(Firing.objects.values_list("rung_id", "clock_id"))
    assert (len(fired), set(fired.values())) == (FIRINGS, {1})
    verbs = Counter(Event.objects.values_list("verb", flat=True))
    assert (verbs["escalation.fired"], verbs["clock.breached"]) == (FIRINGS, OVER)
    assert Clock.objects.filter(breached_at__isnull=False).count() == OVER
    assert WorkItem.objects.filter(level=1).count() == OVER
    assert not Clock.objects.filter(next_check_at__lt=timezone.now()).exists()
    assert not ParkedEvent.objects.exists()
