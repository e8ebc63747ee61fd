"""Scenario 5: two records of one failure, made one and taken apart again."""

from datetime import timedelta

import pytest

from cases.models import Complaint, CustomerCase
from cases.services import acknowledge
from recovery.events.services import pump
from recovery.failures.models import Failure
from recovery.failures.selectors import notes_of
from recovery.failures.services import add_note
from recovery.failures.states import Whole
from recovery.insight.policy import Period
from recovery.insight.selectors import totals
from recovery.insight.services import fold
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.org.roles import Role
from staff.models import EmployeeCase
from tests.coordination.merging import (
    ANA,
    HOUR,
    MINUTE,
    counts,
    live,
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


@pytest.fixture
def desk():
    return make_merging_desk()


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, lead=True)


class TestScenario5:
    """F-B is logged six minutes after F-A, about another customer; a colleague was hit."""

    @pytest.fixture
    def a(self, lead):
        return logged(lead)

    @pytest.fixture
    def b(self, lead, a):
        return logged(lead, minutes=6, customers=(ANA,), flags=("staff_affected",))

    def test_case_clocks_and_support_move(self, a, b, lead):
        clocks = live(b.case_id)
        acknowledge(
            case_id=a.case_id, words="We know.", channel="phone", actor=lead, now=NOON + HOUR
        )
        merge(a, b, lead)
        case = CustomerCase.objects.select_related("item").get(pk=b.case_id)
        assert case.failure_id == case.item.failure_id == a.failure_id
        assert live(b.case_id) == clocks == dict.fromkeys(clocks, NOON + 6 * MINUTE)
        assert EmployeeCase.objects.get().failure_id == a.failure_id
        assert (status(a), status(b)) == (Whole.RECOVERING, Whole.MERGED)
        assert tracks(a)["customer"][0] == "active"
        assert tracks(a)["employee"][0] == "waiting"

    def test_the_merged_one_is_in_no_count_and_its_people_are(self, a, b, lead):
        merge(a, b, lead)
        pump(NOON + HOUR)
        fold(NOON + HOUR)
        day = NOON.date()
        found = totals(Period(day, day + timedelta(days=1)), None)
        assert (found["failures"], found["affected"]) == (1, 2)

    def test_taken_apart_both_are_as_before(self, a, b, lead):
        before = [(tracks(each), counts(each), status(each)) for each in (a, b)]
        clocks = live(a.case_id), live(b.case_id)
        merge(a, b, lead)
        pump(NOON + HOUR)
        assert part(b, lead) == []
        pump(NOON + 2 * HOUR)
        assert [(tracks(each), counts(each), status(each)) for each in (a, b)] == before
        assert (live(a.case_id), live(b.case_id)) == clocks
        assert CustomerCase.objects.get(pk=b.case_id).failure_id == b.failure_id
        assert EmployeeCase.objects.get().failure_id == b.failure_id

    def test_notes_and_replies_stay_with_their_customer(self, a, b, lead):
        merge(a, b, lead)
        add_note(item_id=b.case_id, words="Ana called again.", actor=lead, now=NOON + HOUR)
        part(b, lead)
        assert not notes_of([a.case_id])
        assert [note.words for note in notes_of([b.case_id])] == ["Ana called again."]

    def test_what_has_moved_on_stays_and_is_named(self, a, b, lead):
        c = logged(lead, minutes=9, customers=(a_customer(email="c@example.org"),))
        merge(a, b, lead)
        merge(c, a, lead)
        assert part(b, lead) == [f"customer_case {b.case_id}"]
        assert CustomerCase.objects.get(pk=b.case_id).failure_id == c.failure_id

    def test_may_be_merged_again_after(self, a, b, lead):
        merge(a, b, lead)
        part(b, lead)
        merge(a, b, lead, at=NOON + 3 * HOUR)
        part(b, lead, at=NOON + 4 * HOUR)
        assert CustomerCase.objects.get(pk=b.case_id).failure_id == b.failure_id


class TestIntoOneThatReachedNobody:
    def test_what_came_by_the_merge_leaves_with_it(self, lead):
        a = logged(lead, complaint=False, customers=(), no_reach="Caught in time.")
        b = logged(lead, minutes=6, flags=("staff_affected",))
        before = tracks(a), counts(a), status(a)
        merge(a, b, lead)
        assert tracks(a)["customer"][0] == tracks(a)["employee"][0] == "waiting"
        assert counts(a) == (1, NOON + 6 * MINUTE)
        part(b, lead)
        pump(NOON + 2 * HOUR)
        assert (tracks(a), counts(a), status(a)) == before


class TestSameCustomerOnBoth:
    @pytest.fixture
    def a(self, lead):
        return logged(lead)

    @pytest.fixture
    def b(self, lead, a):
        return logged(lead, minutes=6)

    def test_the_complaint_moves_and_the_second_case_is_absorbed(self, a, b, lead):
        merge(a, b, lead)
        absorbed = CustomerCase.objects.select_related("item").get(pk=b.case_id)
        assert (absorbed.end, absorbed.item.state) == ("merged", "merged")
        assert absorbed.item.closed_at == NOON + HOUR
        assert live(b.case_id) == {}
        assert Complaint.objects.filter(case_id=a.case_id).count() == 2
        assert counts(a) == (1, NOON)

    def test_it_is_revived_with_its_clocks(self, a, b, lead):
        clocks = live(a.case_id), live(b.case_id)
        merge(a, b, lead)
        assert part(b, lead) == []
        revived = CustomerCase.objects.select_related("item").get(pk=b.case_id)
        assert (revived.end, revived.ended_at, revived.item.state) == ("", None, "received")
        assert revived.item.closed_at is None
        assert (live(a.case_id), live(b.case_id)) == clocks
        assert Complaint.objects.get(case_id=b.case_id).received_at == NOON + 6 * MINUTE

    def test_the_earlier_start_stays(self, a, b, lead):
        clocks = live(b.case_id)
        merge(b, a, lead)
        assert set(live(b.case_id).values()) == {NOON}
        assert CustomerCase.objects.get(pk=b.case_id).received_at == NOON
        part(a, lead)
        assert live(b.case_id) == clocks
        assert CustomerCase.objects.get(pk=b.case_id).received_at == NOON + 6 * MINUTE

    def test_a_silent_case_becomes_one_of_a_complaint_and_back(self, lead):
        silent = logged(lead, complaint=False)
        loud = logged(lead, minutes=6)
        case_id = silent.cases[0].item_id
        before = live(case_id)
        merge(silent, loud, lead)
        case = CustomerCase.objects.select_related("item").get(pk=case_id)
        assert (case.complained, case.item.state) == (True, "received")
        assert live(case_id) == dict.fromkeys(("acknowledge", "resolve"), NOON + 6 * MINUTE)
        part(loud, lead)
        case = CustomerCase.objects.select_related("item").get(pk=case_id)
        assert (case.complained, case.item.state, case.received_at) == (False, "detected", None)
        assert live(case_id) == before == {"outreach": NOON}


class TestRefusals:
    @pytest.fixture
    def a(self, lead):
        return logged(lead)

    @pytest.fixture
    def b(self, lead, a):
        return logged(lead, minutes=6, customers=(ANA,))

    def test_not_into_itself(self, a, lead):
        with pytest.raises(Invalid) as refused:
            merge(a, a, lead)
        assert refused.value.field == "into"

    def test_not_twice(self, a, b, lead):
        merge(a, b, lead)
        with pytest.raises(Conflict):
            merge(a, b, lead)
        with pytest.raises(Conflict):
            merge(b, a, lead)

    def test_not_what_was_set_aside(self, a, b, lead):
        Failure.objects.filter(pk=b.failure_id).update(status=Whole.VOID)
        with pytest.raises(Conflict):
            merge(a, b, lead)
        with pytest.raises(Conflict):
            merge(b, a, lead)

    def test_not_apart_what_is_not_merged(self, a, b, lead):
        with pytest.raises(Conflict, match="not merged"):
            part(b, lead)

    def test_only_by_who_may_on_both_desks(self, a, b, desk):
        elsewhere = make_person(Role.LEAD, make_department())
        with pytest.raises(NotAllowed):
            merge(a, b, elsewhere)
        assert status(b) == Whole.OPEN
