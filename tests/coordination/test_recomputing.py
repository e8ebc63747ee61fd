"""Running clocks follow their calendar: all of them, once, with progress, whoever is killed."""

import contextlib
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import psycopg2
import pytest
from django.db import OperationalError, connection

from recovery.clocks.models import Clock, ClockEvent, Standard, StandardVersion
from recovery.clocks.states import ClockVerb
from recovery.coordination.services import recompute_clocks, recomputing
from recovery.events.models import Event
from recovery.failures.models import WorkItem
from recovery.kernel import rows
from recovery.local.addresses import CHECKOUT
from recovery.local.processes import wait_until
from recovery.org.models import Recomputation
from recovery.org.roles import Role
from recovery.org.services import add_exception, change_calendar
from tests.factories import (
    NOON,
    make_calendar,
    make_department,
    make_failure,
    make_item,
    make_person,
)

HOUR = timedelta(hours=1)
TARGET = 8 * HOUR
DUE = datetime(2026, 3, 5, 12, tzinfo=UTC)  # four hours on Wednesday, four on Thursday
MOVED = datetime(2026, 3, 5, 16, tzinfo=UTC)
LATER = {day: [["12:00", "20:00"]] for day in range(5)}
SOON = NOON + timedelta(seconds=10)


@pytest.fixture
def admin(db):
    return make_person(Role.ADMIN)


def running(calendar, *, item=None, kind="resolve", **facts):
    """A clock of eight working hours from Wednesday noon."""
    clock = Clock.objects.create(
        item=item or make_item(make_failure(department=make_department(calendar=calendar))),
        kind=kind, calendar=calendar, target_seconds=TARGET.total_seconds(), started_at=NOON,
        due_at=DUE, original_due_at=DUE, next_check_at=NOON, **facts,
    )  # fmt: skip
    ClockEvent.objects.create(
        clock=clock, verb=ClockVerb.START, at=NOON, by=make_person(),
        seconds=TARGET.total_seconds(),
    )  # fmt: skip
    return clock


def open_later(calendar, actor, since=date(2026, 3, 5), week=LATER, now=NOON):
    """From Thursday on the desk opens at noon."""
    return change_calendar(
        calendar_id=calendar.pk, name=calendar.name, zone="UTC", always=False, week=week,
        since=since, actor=actor, now=now,
    )  # fmt: skip


def due_times():
    return set(Clock.objects.values_list("due_at", flat=True))


@pytest.mark.django_db
class TestOneByOne:
    def test_a_clock_moves_and_says_so(self, admin):
        clock = running(make_calendar())
        open_later(clock.calendar, admin)
        assert recompute_clocks(now=SOON) == 1
        clock.refresh_from_db()
        assert (clock.due_at, clock.original_due_at) == (MOVED, DUE)
        assert clock.next_check_at == SOON
        item = WorkItem.objects.get(pk=clock.item_id)
        assert (item.next_due_at, item.next_due_kind) == (MOVED, "resolve")
        last = clock.history.latest("id")
        assert (last.verb, last.by) == (ClockVerb.CALENDAR, admin)

    def test_says_how_many_were_looked_at_and_how_many_moved(self, admin):
        calendar = make_calendar()
        running(calendar)
        running(calendar)
        Clock.objects.filter(pk=running(calendar).pk).update(due_at=MOVED)
        running(make_calendar())
        open_later(calendar, admin)
        recompute_clocks(now=SOON)
        run = Recomputation.objects.get()
        assert (run.total, run.done, run.moved, run.failed) == (3, 3, 2, 0)
        assert run.finished_at == SOON
        said = Event.objects.get(verb="calendar.recomputed")
        assert said.public == {"looked_at": 3, "moved": 2, "failed": 0}
        assert said.actor_id == admin.pk

    def test_waits_until_every_process_knows_the_new_hours(self, admin):
        open_later(running(make_calendar()).calendar, admin)
        assert recompute_clocks(now=NOON + timedelta(seconds=2)) == 0
        assert Recomputation.objects.get().total is None

    def test_a_calendar_nobody_runs_by_is_done_at_once(self, admin):
        open_later(make_calendar(), admin)
        assert recompute_clocks(now=SOON) == 0
        assert Recomputation.objects.get().finished_at == SOON

    def test_time_worked_before_the_change_is_kept(self, admin):
        clock = running(make_calendar())
        open_later(clock.calendar, admin, since=date(2026, 3, 6))
        recompute_clocks(now=SOON)
        clock.refresh_from_db()
        assert clock.due_at == DUE

    def test_a_closed_day_moves_clocks_too(self, admin):
        clock = running(make_calendar())
        add_exception(
            calendar_id=clock.calendar_id, day=date(2026, 3, 5), name="Strike", intervals=[],
            actor=admin, now=NOON,
        )  # fmt: skip
        recompute_clocks(now=SOON)
        clock.refresh_from_db()
        assert clock.due_at == DUE + 24 * HOUR

    def test_what_a_law_set_stays(self, admin):
        calendar = make_calendar()
        law = Standard.objects.create(
            key="law", name="Law", words="Two months.", clock_kind="resolve", legal=True,
            law="Regulation 1", authority="The office",
        )  # fmt: skip
        version = StandardVersion.objects.create(
            standard=law, number=1, effective=(None, None), targets={"3": 28800}
        )
        running(calendar, standard=version)
        open_later(calendar, admin)
        assert recompute_clocks(now=SOON) == 0
        assert due_times() == {DUE}

    def test_what_has_ended_stays(self, admin):
        clock = running(make_calendar())
        Clock.objects.update(state="met", met_at=NOON)
        open_later(clock.calendar, admin)
        assert recompute_clocks(now=SOON) == 0
        assert due_times() == {DUE}

    def test_twice_changes_nothing(self, admin):
        open_later(running(make_calendar()).calendar, admin)
        recompute_clocks(now=SOON)
        assert recompute_clocks(now=SOON + HOUR) == 0
        assert ClockEvent.objects.filter(verb=ClockVerb.CALENDAR).count() == 1

    def test_goes_on_where_it_was(self, admin, monkeypatch):
        monkeypatch.setattr(recomputing, "AT_ONCE", 2)
        calendar = make_calendar()
        for _ in range(5):
            running(calendar)
        open_later(calendar, admin)
        seen = []
        while recompute_clocks(now=SOON, chunks=1):
            run = Recomputation.objects.get()
            seen.append((run.done, run.moved, run.total, run.finished_at is not None))
        assert seen == [(2, 2, 5, False), (4, 4, 5, False), (5, 5, 5, True)]

    def test_a_second_change_begins_anew(self, admin, monkeypatch):
        monkeypatch.setattr(recomputing, "AT_ONCE", 2)
        calendar = make_calendar()
        for _ in range(3):
            running(calendar)
        open_later(calendar, admin)
        recompute_clocks(now=SOON, chunks=1)
        week = {day: [["08:00", "16:00"]] for day in range(5)}
        open_later(calendar, admin, week=week, now=SOON)
        recompute_clocks(now=SOON + HOUR)
        first, second = Recomputation.objects.order_by("pk")
        assert (first.superseded, first.done, first.moved) == (True, 2, 2)
        assert (second.done, second.moved) == (3, 2)
        assert due_times() == {DUE}

    def test_one_bad_clock_stops_no_other(self, admin):
        calendar = make_calendar()
        running(calendar)
        bad = running(calendar)
        ClockEvent.objects.filter(clock=bad).delete()
        open_later(calendar, admin)
        recompute_clocks(now=SOON)
        run = Recomputation.objects.get()
        assert (run.done, run.moved, run.failed) == (2, 1, 1)
        assert run.finished_at == SOON

    def test_a_busy_database_is_no_clocks_fault(self, admin, monkeypatch):
        def busy(**_):
            raise OperationalError

        open_later(running(make_calendar()).calendar, admin)
        with monkeypatch.context() as patched:
            patched.setattr(recomputing, "recompute", busy)
            with pytest.raises(OperationalError):
                recompute_clocks(now=SOON)
        assert recompute_clocks(now=SOON) == 1
        assert Recomputation.objects.get().failed == 0

    def test_queries_do_not_grow_with_the_clocks(self, admin, django_assert_max_num_queries):
        calendar = make_calendar()
        for _ in range(12):
            running(calendar)
        open_later(calendar, admin)
        with django_assert_max_num_queries(30):
            recompute_clocks(now=SOON)


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
