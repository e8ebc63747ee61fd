"""A short play with all its tales. The demo shows every state there is: no page, filter or chart
for one is ever empty."""

from io import StringIO

import pytest
from django.core.management import call_command

from cases.models import Complaint, Outreach, Remedy
from cases.states import CaseState, RemedyState
from processes.models import Look, ProcessLink
from processes.states import LinkState, ProcessState, Result
from recovery.clocks.models import Clock
from recovery.clocks.states import ClockState
from recovery.demo import customers
from recovery.demo.management.commands import load_demo
from recovery.events.models import ParkedEvent
from recovery.failures.models import Failure, MergeEntry, Track, Waiver, WorkItem
from recovery.failures.states import TrackEnd, TrackKind, TrackState, Whole
from recovery.insight.models import Fact
from recovery.messages.models import Message
from recovery.org.models import Person
from staff.models import EmployeeCase
from staff.states import EmployeeState
from tests.conftest import switched_to

pytestmark = pytest.mark.slow

# Without any required track a failure is noted; but learning is always required or pooled, and
# pooled is an end, so the verbs of today never leave one behind.
NEVER_NOTED = {Whole.NOTED}


@pytest.fixture(scope="module")
def played(template, run_name, django_db_setup, django_db_blocker):
    """Played once, in the shortest time that holds the longest tale, with commits as in life."""
    printed = StringIO()
    with (
        django_db_blocker.unblock(),
        switched_to(f"{run_name}_demo", template),
        pytest.MonkeyPatch.context() as changed,
    ):
        changed.setattr(customers, "FAILURES", 6)
        changed.setattr(load_demo, "DAYS", 100)
        call_command("load_demo", stdout=printed)
        yield printed.getvalue()


def shown(rows, name):
    return set(rows.values_list(name, flat=True).distinct())


def test_shows_every_state_there_is(played):
    items = WorkItem.objects.all()
    missing = {
        "failure": set(Whole) - NEVER_NOTED - shown(Failure.objects, "status"),
        "track": set(TrackState) - shown(Track.objects, "state"),
        "track end": set(TrackEnd) - shown(Track.objects, "end"),
        "customer": set(CaseState) - shown(items.filter(kind=TrackKind.CUSTOMER), "state"),
        "remedy": set(RemedyState) - shown(Remedy.objects, "state"),
        "process": set(ProcessState) - shown(items.filter(kind=TrackKind.PROCESS), "state"),
        "evidence": set(LinkState) - shown(ProcessLink.objects, "state"),
        "look": set(Result) - shown(Look.objects, "result"),
        "employee": set(EmployeeState) - shown(EmployeeCase.objects, "state"),
        "clock": set(ClockState) - shown(Clock.objects, "state"),
    }
    assert {kind: states for kind, states in missing.items() if states} == {}


def test_shows_silent_passengers_named_by_a_list_and_told_by_one_message(played):
    outreach = Outreach.objects.get()
    assert (outreach.state, outreach.told, outreach.no_address) == ("done", 28, 3)
    assert outreach.failure.affected_count == 31
    assert not Message.objects.filter(channel="letter").exclude(state="sent").exists()


def test_shows_waivers_asked_for_refused_approved_and_over(played):
    found = {(each.approved, each.ended_at is not None) for each in Waiver.objects.all()}
    assert found == {(None, False), (False, True), (True, False), (True, True)}


def test_shows_a_merge_one_taken_apart_and_somebody_who_joined(played):
    undone = {each.undone_at is not None for each in MergeEntry.objects.all()}
    assert undone == {True, False}
    joined = Complaint.objects.get(words__startswith="The same with us")
    assert joined.case.failure.customer_cases.count() == 2


def test_says_in_one_sentence_what_it_played(played):
    assert played.startswith(f"Played {Failure.objects.count()} failures in ")
    assert played.endswith("as in life.\n")


def test_counts_what_it_plays_and_mails_nobody(played):
    assert Fact.objects.count() == Failure.objects.count() > 6 + 7  # chance, and today
    assert not ParkedEvent.objects.exists()
    assert not Message.objects.filter(channel="email", state="queued").exists()
    ines = Person.objects.get(email="ines.moreau@halden.example")
    assert ines.check_password("halden-air-demo")
