"""What a merge leaves alone: other merges, other tracks, other desks, and the figures."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import CustomerCase
from recovery.escalation.services import sweep
from recovery.events.services import pump
from recovery.failures.models import Failure, Track
from recovery.failures.states import Whole
from recovery.insight.policy import Period
from recovery.insight.selectors import totals
from recovery.insight.services import fold
from recovery.kernel.refusals import NotAllowed
from recovery.org.roles import Role
from staff.models import EmployeeCase
from staff.services import name_person, offer_support
from tests.coordination.merging import (
    ANA,
    HOUR,
    counts,
    logged,
    make_merging_desk,
    merge,
    part,
    status,
    tracks,
)
from tests.coordination.reporting import a_customer
from tests.factories import NOON, make_department, make_person

pytestmark = pytest.mark.django_db
BEN = a_customer(name="Ben Ito", email="ben@example.org")


@pytest.fixture
def desk():
    return make_merging_desk()


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, lead=True)


@pytest.fixture
def a(lead):
    return logged(lead)


@pytest.fixture
def b(lead, a):
    return logged(lead, minutes=6, customers=(ANA,))


def test_two_that_nobody_complained_about_are_merged(lead):
    silent = logged(lead, complaint=False)
    other = logged(lead, minutes=6, complaint=False, customers=(ANA,))
    assert merge(silent, other, lead).received_at is None
    assert part(other, lead) == []
    assert counts(silent) == (1, None)


def test_nobody_hit_makes_no_support_required(a, b, lead):
    merge(a, b, lead)
    assert tracks(a)["employee"] == ("not_required", "", ())


def test_support_offered_before_counts_where_the_case_goes_and_goes_back(a, desk, lead):
    b = logged(lead, minutes=6, customers=(ANA,), flags=("staff_affected",))
    offered(lead)
    before = tracks(b)["employee"]
    assert before[0] == "active"
    merge(a, b, lead)
    assert tracks(a)["employee"][0] == "active"
    part(b, lead)
    assert (tracks(a)["employee"][0], tracks(b)["employee"]) == ("not_required", before)


def test_support_offered_meanwhile_stays_offered_when_taken_apart(a, lead):
    b = logged(lead, minutes=6, customers=(ANA,), flags=("staff_affected",))
    merge(a, b, lead)
    offered(lead)
    part(b, lead)
    assert tracks(b)["employee"][0] == "active"


def offered(lead):
    """The supporter makes the offer to the colleague who was hit."""
    case = EmployeeCase.objects.get()
    given = {"item_id": case.pk, "actor": case.supporter, "now": NOON + HOUR}
    name_person(person_id=lead.pk, **given)
    offer_support(**given)


def test_taking_one_apart_leaves_the_other_merged(a, b, lead):
    c = logged(lead, minutes=9, customers=(BEN,))
    merge(a, b, lead)
    merge(a, c, lead)
    assert part(b, lead) == []
    assert CustomerCase.objects.get(pk=c.case_id).failure_id == a.failure_id
    assert status(c) == Whole.MERGED
    assert part(c, lead) == []
    assert CustomerCase.objects.get(pk=c.case_id).failure_id == c.failure_id


def test_what_was_taken_apart_before_is_not_named_again(a, b, lead):
    merge(a, b, lead)
    part(b, lead)
    merge(a, b, lead, at=NOON + 3 * HOUR)
    assert part(b, lead, at=NOON + 4 * HOUR) == []


def test_only_who_may_merge_takes_apart(a, b, lead):
    merge(a, b, lead)
    with pytest.raises(NotAllowed):
        part(b, make_person(Role.LEAD, make_department()))
    assert status(b) == Whole.MERGED


def test_what_was_required_before_stays_required_when_taken_apart(a, b, lead):
    Track.objects.filter(failure_id=a.failure_id, kind="employee").update(state="waiting")
    merge(a, b, lead)
    part(b, lead)
    assert tracks(a)["employee"][0] == "waiting"


def test_who_was_added_meanwhile_stays_counted_when_taken_apart(a, b, lead):
    merge(a, b, lead)
    earlier = NOON - HOUR
    Failure.objects.filter(pk=a.failure_id).update(affected_count=3, received_at=earlier)
    part(b, lead)
    assert counts(a) == (2, earlier)


def test_a_customer_who_stays_keeps_the_track_required(lead):
    nobody = logged(lead, complaint=False, customers=(), no_reach="Caught in time.")
    b, c = logged(lead, minutes=6, customers=(ANA,)), logged(lead, minutes=9, customers=(BEN,))
    merge(nobody, b, lead)
    merge(nobody, c, lead)
    part(b, lead)
    assert tracks(nobody)["customer"][0] == "waiting"


@pytest.mark.parametrize("turned", [False, True])
def test_locks_the_older_first_whichever_way_round(a, b, lead, turned):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        merge(*((b, a) if turned else (a, b)), lead)
    locks = [each["sql"] for each in seen if "FOR NO KEY UPDATE" in each["sql"]]
    asked = [sql for sql in locks if 'FROM "failures_failure"' in sql]
    assert str(a.failure_id) in asked[0]
    assert str(b.failure_id) in asked[1]


class TestOneCustomerOnBoth:
    """Both reports are of one customer; the clocks of both ran out before it was noticed."""

    @pytest.fixture
    def both(self, lead):
        older, newer = logged(lead), logged(lead, minutes=6)
        sweep(NOON + 80 * HOUR)
        merge(newer, older, lead, at=NOON + 81 * HOUR)
        sweep(NOON + 82 * HOUR)
        return older, newer

    def test_counts_one_clock_of_a_kind(self, both):
        assert due(NOON + 82 * HOUR) == (1, 1)

    def test_counts_two_again_when_taken_apart(self, both, lead):
        older, _ = both
        part(older, lead, at=NOON + 83 * HOUR)
        sweep(NOON + 84 * HOUR)
        assert due(NOON + 84 * HOUR) == (2, 2)


def due(now):
    """Clocks to acknowledge and to resolve that the boards count on the first day."""
    pump(now)
    fold(now)
    day = NOON.date()
    found = totals(Period(day, day + timedelta(days=1)), None)
    return found["acknowledge_due"], found["resolve_due"]
