"""A list of affected people: looked through, worked on in chunks, stopped, gone on with."""

import contextlib
import os
import signal
import subprocess
import sys
from datetime import timedelta

import psycopg2
import pytest
from django.db import connection

from cases.models import AffectedList, AffectedRow, CustomerCase
from cases.services import draft_list, drop_list, forget_lists, start_list, stop_list
from cases.services.foreseeing import ListRow
from recovery.coordination.services import add_affected, report_failures, work_lists
from recovery.events.models import Event
from recovery.failures.models import Failure
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.local.addresses import CHECKOUT
from recovery.local.processes import wait_until
from recovery.org.roles import Role
from recovery.org.selectors import forget_snapshots
from tests.coordination.reporting import a_silent_report, make_desk
from tests.coordination.test_affected import ANA, people
from tests.factories import NOON, make_person

LATER = NOON + timedelta(hours=1)


def rows(customers, *, bad=()):
    found = [ListRow(number, who) for number, who in enumerate(customers, start=1)]
    return [*found, *(ListRow(900 + k, refusal=why) for k, why in enumerate(bad))]


def made(lead):
    (found,) = report_failures([a_silent_report(customers=())], actor=lead, now=NOON)
    return found.failure_id


def draft(failure_id, lead, given):
    return draft_list(
        failure_id=failure_id, rows=given, source="bookings", actor=lead, now=LATER
    )


def counts(held):
    held.refresh_from_db()
    return held.state, held.done, held.added, held.here, held.refused


@pytest.fixture
def lead(db):
    return make_person(Role.LEAD, make_desk())


@pytest.fixture
def failure_id(lead):
    return made(lead)


def test_says_what_it_would_do_before_anybody_has_a_case(lead, failure_id):
    add_affected(failure_id=failure_id, customers=[ANA], actor=lead, now=NOON)
    add_affected(failure_id=made(lead), customers=people(1), actor=lead, now=NOON)
    crowd = people(*range(200, 320))
    given = rows([ANA, *people(1, 2, 2), *crowd, crowd[0]], bad=("Send text here.",))
    held = draft(failure_id, lead, given)
    assert held.foreseen == {"here": 1, "known": 1, "new": 121, "doubled": 2, "bad": 1}
    assert CustomerCase.objects.filter(failure_id=failure_id).count() == 1
    assert work_lists(now=LATER) == 0


def test_adds_in_chunks_says_so_and_forgets_whom_it_named(lead, failure_id):
    held = draft(failure_id, lead, rows(people(*range(150)), bad=("No.",)))
    for _press in range(2):
        start_list(list_id=held.pk, actor=lead, now=LATER)
    assert work_lists(now=LATER, chunks=1) == 100
    assert counts(held) == ("working", 101, 100, 0, 1)
    assert work_lists(now=LATER) == 50
    assert counts(held) == ("done", 151, 150, 0, 1)
    assert not AffectedRow.objects.exclude(name="", email="", external_id="").exists()
    assert AffectedRow.objects.filter(case__isnull=False).count() == 150
    assert Failure.objects.get(pk=failure_id).affected_count == 150
    said = Event.objects.get(verb="failure.people_added")
    assert (said.public["added"], said.public["refused"]) == (150, 1)


def test_is_stopped_and_gone_on_with(lead, failure_id):
    held = draft(failure_id, lead, rows(people(*range(150))))
    with pytest.raises(Conflict):
        stop_list(list_id=held.pk, actor=lead, now=LATER)
    start_list(list_id=held.pk, actor=lead, now=LATER)
    work_lists(now=LATER, chunks=1)
    stop_list(list_id=held.pk, actor=lead, now=LATER)
    assert work_lists(now=LATER) == 0
    start_list(list_id=held.pk, actor=lead, now=LATER)
    assert work_lists(now=LATER) == 50
    assert counts(held)[0] == "done"


def test_stops_by_itself_where_the_record_was_set_aside(lead, failure_id):
    held = draft(failure_id, lead, rows(people(1)))
    start_list(list_id=held.pk, actor=lead, now=LATER)
    Failure.objects.filter(pk=failure_id).update(status="void")
    assert work_lists(now=LATER) == 0
    assert counts(held)[0] == "stopped"
    assert "set aside" in held.why


def test_what_nobody_adds_is_forgotten_with_its_names(lead, failure_id):
    held, kept = (draft(failure_id, lead, rows(people(1))) for _each in range(2))
    AffectedList.objects.filter(pk=held.pk).update(made_at=LATER - timedelta(days=2))
    assert forget_lists(now=LATER) == 1
    assert counts(held)[0] == "dropped"
    assert set(AffectedRow.objects.values_list("list_id", flat=True)) == {kept.pk}
    drop_list(list_id=kept.pk, actor=lead, now=LATER)
    assert not AffectedRow.objects.exists()


def test_is_for_those_who_work_at_the_desk_and_names_somebody(lead, failure_id):
    with pytest.raises(NotAllowed):
        draft(failure_id, make_person(Role.LEAD), rows(people(1)))
    for wrong in ([], rows([], bad=("No.",)), rows(people(*range(5_001)))):
        with pytest.raises(Invalid):
            draft(failure_id, lead, wrong)


PROGRAM = """
import django; django.setup()
from datetime import datetime, UTC
from recovery.coordination.services import work_lists
work_lists(now=datetime(2026, 3, 4, 13, 0, tzinfo=UTC))
"""
STUCK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%cases_customer%'
"""


def is_stuck():
    with connection.cursor() as cursor:
        cursor.execute(STUCK)
        return cursor.fetchone()[0] > 0


@pytest.mark.slow
def test_a_killed_worker_gives_nobody_a_second_case(own_database, program_environment):
    """It is caught in its second chunk, by somebody else's lock on the table of customers."""
    forget_snapshots()
    lead = make_person(Role.LEAD, make_desk())
    failure_id = made(lead)
    held = draft(failure_id, lead, rows(people(*range(150))))
    start_list(list_id=held.pk, actor=lead, now=LATER)
    assert work_lists(now=LATER, chunks=1) == 100
    with contextlib.closing(psycopg2.connect(own_database)) as link, link.cursor() as cursor:
        cursor.execute("LOCK TABLE cases_customer IN ACCESS EXCLUSIVE MODE")
        command = [sys.executable, "-c", PROGRAM]
        process = subprocess.Popen(command, cwd=CHECKOUT, env=program_environment)  # noqa: S603
        assert wait_until(is_stuck, seconds=60, every=0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    assert counts(held)[:3] == ("working", 100, 100)
    assert wait_until(lambda: work_lists(now=LATER) == 50, seconds=20, every=0.05)
    assert counts(held) == ("done", 150, 150, 0, 0)
    assert CustomerCase.objects.filter(failure_id=failure_id).count() == 150
