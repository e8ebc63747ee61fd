"""What is owed to a customer who has a case on both records, merged and taken apart."""

import pytest

from cases.services import final_response
from recovery.clocks.models import Clock
from recovery.clocks.selectors import promises_of
from recovery.failures.models import WorkItem
from recovery.org.roles import Role
from tests.clocks.promising import promise
from tests.clocks.standing import hold_law
from tests.coordination.merging import (
    ANA,
    HOUR,
    MINUTE,
    logged,
    make_merging_desk,
    merge,
    part,
)
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return make_person(Role.LEAD, make_merging_desk(), lead=True)


@pytest.fixture
def law():
    return hold_law("complaint", met_by="final")


def two(lead, first, second):
    """Ana complains twice: the record that stays, the one merged into it."""
    return [logged(lead, minutes=each, customers=(ANA,)) for each in (first, second)]


def owed(found):
    clocks = Clock.objects.filter(item_id=found.case_id, kind="regulatory", state="running")
    return [each.started_at for each in clocks]


def test_the_case_that_stays_owes_it_from_the_earlier_receipt(lead, law):
    stays, goes = two(lead, 6, 0)
    merge(stays, goes, lead)
    assert (owed(stays), owed(goes)) == ([NOON], [])


def test_what_it_owed_from_before_stays(lead, law):
    stays, goes = two(lead, 0, 6)
    merge(stays, goes, lead)
    assert (owed(stays), owed(goes)) == ([NOON], [])


@pytest.mark.parametrize(("first", "second"), [(0, 6), (6, 0)])
def test_taken_apart_each_owes_its_own_again(lead, law, first, second):
    stays, goes = two(lead, first, second)
    merge(stays, goes, lead)
    assert part(goes, lead) == []
    assert owed(stays) == [NOON + first * MINUTE]
    assert owed(goes) == [NOON + second * MINUTE]


def test_what_was_answered_for_both_is_not_owed_again(lead, law):
    stays, goes = two(lead, 6, 0)
    merge(stays, goes, lead)
    final_response(
        case_id=stays.case_id, words="No.", outside_body="ADR", channel="email", actor=lead,
        now=NOON + HOUR,
    )  # fmt: skip
    part(goes, lead)
    assert owed(stays) == owed(goes) == []


def test_promises_go_along_and_come_back(lead):
    stays, goes = two(lead, 0, 6)
    kept_there = promise(WorkItem.objects.get(pk=stays.case_id), lead)
    gone = promise(WorkItem.objects.get(pk=goes.case_id), lead)
    merge(stays, goes, lead)
    assert [each.pk for each in promises_of(stays.case_id)] == [kept_there.pk, gone.pk]
    assert promises_of(goes.case_id) == []
    part(goes, lead)
    assert [each.pk for each in promises_of(goes.case_id)] == [gone.pk]
    assert gone.clock_id in Clock.objects.filter(item_id=goes.case_id).values_list(
        "pk", flat=True
    )
