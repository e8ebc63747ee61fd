"""Whoever is killed while clocks are worked out anew, none is lost or moved twice."""

import contextlib
import os
import signal
import subprocess
import sys

import psycopg2
import pytest
from django.db import connection

from recovery.clocks.models import Clock, ClockEvent
from recovery.clocks.states import ClockVerb
from recovery.coordination.services import recompute_clocks
from recovery.failures.models import WorkItem
from recovery.kernel import rows
from recovery.local.addresses import CHECKOUT
from recovery.local.processes import wait_until
from recovery.org.models import Recomputation
from recovery.org.roles import Role
from tests.coordination.moving_hours import DUE, MOVED, SOON, TARGET, due_times, open_later
from tests.factories import NOON, make_calendar, make_department, make_failure, make_person

MANY = 1_100
PROGRAM = """
import django; django.setup()
from datetime import datetime, UTC
from recovery.coordination.services import recompute_clocks
recompute_clocks(now=datetime(2026, 3, 4, 12, 0, 10, tzinfo=UTC), chunks={chunks})
"""
STUCK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%clockevent%'
"""


def many_clocks(calendar):
    failure, by = make_failure(department=make_department(calendar=calendar)), make_person()
    seconds = int(TARGET.total_seconds())
    with connection.cursor() as cursor:
        keys = rows.next_ids(cursor, {WorkItem: MANY, Clock: MANY})
        rows.insert(cursor, WorkItem, [
            {
                "id": key, "kind": "customer", "failure_id": failure.pk, "headline": "Bag",
                "department_id": failure.owning_department_id, "priority": 3,
                "state": "received", "opened_at": NOON,
            }
            for key in keys[WorkItem]
        ])  # fmt: skip
        rows.insert(cursor, Clock, [
            {
                "id": key, "item_id": item, "kind": "resolve", "target_seconds": seconds,
                "calendar_id": calendar.pk, "started_at": NOON, "due_at": DUE,
                "original_due_at": DUE, "next_check_at": NOON,
            }
            for key, item in zip(keys[Clock], keys[WorkItem], strict=True)
        ])  # fmt: skip
        rows.insert(cursor, ClockEvent, [
            {"clock_id": key, "verb": "start", "at": NOON, "by_id": by.pk, "seconds": seconds}
            for key in keys[Clock]
        ])  # fmt: skip


@pytest.fixture
def changed(own_database):
    """More clocks than two chunks hold, and a calendar that has just changed."""
    calendar = make_calendar()
    many_clocks(calendar)
    open_later(calendar, make_person(Role.ADMIN))
    return own_database


@contextlib.contextmanager
def nobody_writes_history(dsn):
    with contextlib.closing(psycopg2.connect(dsn)) as link, link.cursor() as cursor:
        cursor.execute("LOCK TABLE clocks_clockevent IN SHARE MODE")
        yield


def is_stuck():
    with connection.cursor() as cursor:
        cursor.execute(STUCK)
        return cursor.fetchone()[0] > 0


def begin(environment, chunks):
    program = PROGRAM.format(chunks=chunks)
    return subprocess.Popen([sys.executable, "-c", program], cwd=CHECKOUT, env=environment)  # noqa: S603


@pytest.mark.slow
def test_a_killed_worker_loses_a_chunk_at_most_and_doubles_nothing(
    changed, program_environment
):
    assert recompute_clocks(now=SOON, chunks=1) == 500
    with nobody_writes_history(changed):
        process = begin(program_environment, chunks=20)
        assert wait_until(is_stuck, seconds=60, every=0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    run = Recomputation.objects.get()
    assert (run.done, run.moved, run.total) == (500, 500, MANY)
    assert Clock.objects.filter(due_at=MOVED).count() == 500
    # The server lets go of the row once it notices that nobody is there any more.
    rest = MANY - 500
    assert wait_until(lambda: recompute_clocks(now=SOON) == rest, seconds=20, every=0.05)
    run.refresh_from_db()
    assert (run.done, run.moved, run.failed, run.finished_at) == (MANY, MANY, 0, SOON)
    moves = ClockEvent.objects.filter(verb=ClockVerb.CALENDAR)
    assert moves.count() == moves.values("clock").distinct().count() == MANY
    assert due_times() == {MOVED}


@pytest.mark.slow
def test_a_second_worker_leaves_the_first_alone(changed, program_environment):
    with nobody_writes_history(changed):
        process = begin(program_environment, chunks=20)
        assert wait_until(is_stuck, seconds=60, every=0.05)
        assert recompute_clocks(now=SOON) == 0
    assert process.wait(60) == 0
    run = Recomputation.objects.get()
    assert (run.done, run.moved, run.finished_at) == (MANY, MANY, SOON)
    assert ClockEvent.objects.filter(verb=ClockVerb.CALENDAR).count() == MANY
