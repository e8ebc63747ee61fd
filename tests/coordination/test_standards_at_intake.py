"""Standards with conditions and laws at intake: matched in memory, written in the same batch."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recovery.clocks.models import Clock
from recovery.coordination.services import report_failures
from recovery.failures.models import WorkItem
from recovery.failures.states import Channel, Detection
from recovery.org.selectors import system_person
from tests.clocks.standing import asks, hold_law, hold_standard
from tests.coordination.reporting import a_customer, a_report, make_desk
from tests.factories import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def desk():
    return make_desk()


def report(**facts):
    (made,) = report_failures([a_report(**facts)], actor=system_person(), now=NOON)
    return made


def statements(**facts):
    report(**facts)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        report(**facts)
    return len(seen)


def clocks_of(made, place=0):
    found = Clock.objects.filter(item_id=made.cases[place].item_id)
    return {each.kind: each for each in found if each.kind != "regulatory"}


def laws_of(made, place=0):
    found = Clock.objects.filter(item_id=made.cases[place].item_id, kind="regulatory")
    return list(found.order_by("instance"))


def test_takes_the_standard_whose_conditions_hold():
    own = hold_standard("acknowledge", asks("channel", "social"), hours=0.5)
    found = clocks_of(report(channel=Channel.SOCIAL))["acknowledge"]
    assert (found.standard_id, found.due_at) == (own.pk, NOON + DAY / 48)
    assert clocks_of(report())["acknowledge"].standard_id != own.pk


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("channel", "phone"),
        ("segment", "gold"),
        ("department", "customer-desk"),
        ("detection", "complaint"),
        ("track", "customer"),
        ("flag", "hostile_contact"),
        ("complained", 1),
    ],
)
def test_knows_what_later_starts_know(desk, fact, value):
    asked = desk.slug if fact == "department" else value
    own = hold_standard("acknowledge", asks(fact, asked))
    made = report(customers=(a_customer(segment="gold"),), flags=("hostile_contact",))
    assert clocks_of(made)["acknowledge"].standard_id == own.pk
    assert WorkItem.objects.filter(segment="gold").exists()


def test_matching_and_laws_cost_no_statement():
    plain = statements()
    hold_standard("acknowledge", asks("channel", "phone"))
    hold_law("complaint", asks("channel", "social"))
    assert statements() == plain
    hold_law("complaint")
    assert statements() == plain


def test_several_laws_begin_by_themselves_with_the_complaint():
    first = hold_law("complaint", days=15, counts="working_days", zone="Europe/London")
    hold_law("complaint", asks("segment", "gold"))
    second = hold_law("failure", hours=72)
    made = report()
    assert {each.standard_id for each in laws_of(made)} == {first.pk, second.pk}
    assert [each.instance for each in laws_of(made)] == [1, 2]
    assert made.cases[0].item_id


def test_what_only_became_known_begins_no_law_of_complaints():
    hold_law("complaint")
    known = hold_law("failure", hours=72)
    made = report(
        complaint=None,
        detection=Detection.STAFF,
        customers=(a_customer(), a_customer(name="Eva", email="eva@example.org")),
    )
    assert [each.standard_id for each in laws_of(made)] == [known.pk]
    assert laws_of(made, 1) == []


def test_the_header_names_the_soonest_of_all():
    hold_law("complaint", hours=1)
    made = report()
    item = WorkItem.objects.get(pk=made.cases[0].item_id)
    assert (item.next_due_kind, item.next_due_at) == ("regulatory", NOON + DAY / 24)
