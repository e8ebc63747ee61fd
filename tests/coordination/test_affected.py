"""A list of people whom a failure affected becomes a case each, in one go and once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Customer, CustomerCase
from cases.services.recognising import CustomerFacts
from recovery.clocks.models import Clock
from recovery.coordination.services import add_affected, merge_failures, report_failures
from recovery.events.models import Event
from recovery.failures.models import Failure, WorkItem
from recovery.failures.states import Whole
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.org.roles import Role
from recovery.org.selectors import forget_snapshots
from tests.clocks.standing import hold_law
from tests.coordination.reporting import a_customer, a_report, a_silent_report, make_desk
from tests.factories import NOON, make_person

LATER = NOON + timedelta(hours=1)
ANA = a_customer(name="Ana Reis", email="ana@example.org")


def people(*numbers):
    return [
        CustomerFacts(
            source="bookings", external_id=f"PAX-{n}", name=f"Person {n}",
            email=f"p{n}@mail.example", segment="business" if n % 2 else "leisure",
        )
        for n in numbers
    ]  # fmt: skip


def logged(actor, make=a_silent_report, **facts):
    (found,) = report_failures([make(**facts)], actor=actor, now=NOON)
    return found.failure_id


def add(failure_id, customers, actor):
    return add_affected(failure_id=failure_id, customers=customers, actor=actor, now=LATER)


@pytest.fixture
def lead(db):
    return make_person(Role.LEAD, make_desk())


@pytest.fixture
def failure_id(lead):
    return logged(lead, customers=(), affected=31)


def test_each_waits_as_detected_with_the_outreach_clock_alone(lead, failure_id):
    found = add(failure_id, people(1, 2, 3), lead)
    assert [each.is_new for each in found] == [True, True, True]
    items = WorkItem.objects.filter(pk__in=[each.case_id for each in found])
    assert set(items.values_list("state", "next_due_kind")) == {("detected", "outreach")}
    assert set(items.values_list("segment", flat=True)) == {"business", "leisure"}
    clocks = Clock.objects.filter(item__failure_id=failure_id)
    assert {(each.kind, each.started_at, each.history.count()) for each in clocks} == {
        ("outreach", LATER, 1)
    }
    assert set(CustomerCase.objects.values_list("complained", "received_at")) == {(False, None)}
    assert Event.objects.filter(verb="case.opened", failure_id=failure_id).count() == 3


def test_more_may_be_known_affected_than_have_a_case(lead, failure_id):
    add(failure_id, people(1, 2), lead)
    assert Failure.objects.get(pk=failure_id).affected_count == 31


def test_answers_in_order_and_gives_nobody_two_cases(lead):
    failure_id = logged(lead, a_report)
    rui = a_customer()
    first = add(failure_id, [ANA, rui, ANA], lead)
    assert [each.is_new for each in first] == [True, False, False]
    assert first[0].case_id == first[2].case_id
    assert [each.is_new for each in add(failure_id, [rui, ANA], lead)] == [False, False]
    assert CustomerCase.objects.filter(failure_id=failure_id).count() == 2
    assert Customer.objects.count() == 2


def test_a_hundred_cost_no_more_statements_than_two(lead, failure_id):
    def cost(*numbers):
        with CaptureQueriesContext(connection) as queries:
            add(failure_id, people(*numbers), lead)
        return len(queries)

    cost(1, 2)
    assert cost(*range(100, 200)) == cost(3, 4) <= 22


def test_reopens_what_had_reached_nobody(lead):
    failure_id = logged(lead, customers=(), no_reach="Caught.")
    assert Failure.objects.get(pk=failure_id).status == Whole.RECOVERED
    add(failure_id, [ANA], lead)
    assert Failure.objects.get(pk=failure_id).status == Whole.REOPENED


def test_what_the_failure_itself_begins_is_owed_by_its_first_case_alone(lead, failure_id):
    hold_law("failure")
    first, *_rest = add(failure_id, people(1, 2), lead)
    add(failure_id, people(3), lead)
    laws = Clock.objects.filter(kind="regulatory", item__failure_id=failure_id)
    assert [each.item_id for each in laws] == [first.case_id]
    assert laws[0].started_at == NOON


def test_follows_a_merge_and_refuses_strangers_crowds_and_what_was_set_aside(lead, failure_id):
    into = logged(lead, a_report)
    merge_failures(merged_id=failure_id, into_id=into, actor=lead, now=NOON)
    (found,) = add(failure_id, [ANA], lead)
    assert CustomerCase.objects.get(pk=found.case_id).failure_id == into
    with pytest.raises(NotAllowed):
        add(into, [ANA], make_person())
    with pytest.raises(Invalid):
        add(into, people(*range(101)), lead)
    Failure.objects.filter(pk=into).update(status=Whole.VOID)
    with pytest.raises(Conflict):
        add(into, people(9), lead)


def test_two_lists_at_once_give_each_person_one_case(own_database):
    forget_snapshots()
    lead = make_person(Role.LEAD, make_desk())
    failures = [logged(lead, customers=()), logged(lead, customers=())]
    start = threading.Barrier(4)

    def send(place):
        start.wait()
        try:
            return add(failures[place % 2], people(*range(20)), lead)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(send, range(4)))
    assert sum(each.is_new for answers in found for each in answers) == 40
    assert CustomerCase.objects.count() == 40
    assert Customer.objects.count() == 20
