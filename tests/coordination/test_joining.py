"""The same thing happened to somebody else: they join the failure that is known."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from cases.models import Complaint, CustomerCase
from recovery.clocks.models import Clock
from recovery.coordination.models import Submission
from recovery.coordination.services import (
    add_customers,
    merge_failures,
    report_failures,
    submit_customers,
)
from recovery.coordination.services.report import Submitted
from recovery.failures.models import Failure, Track
from recovery.failures.states import TrackKind, Whole
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.org.roles import Role
from recovery.org.selectors import forget_snapshots
from tests.coordination.reporting import (
    a_complaint,
    a_customer,
    a_report,
    a_silent_report,
    make_desk,
)
from tests.factories import NOON, make_person

LATER = NOON + timedelta(hours=1)
ANA = a_customer(name="Ana Reis", email="ana@example.org")
EVA = a_customer(name="Eva Lund", email="eva@example.org")


def logged(reporter, make=a_report, **facts):
    (found,) = report_failures([make(**facts)], actor=reporter, now=NOON)
    return found


def join(found, actor, *customers, complaint=None):
    return add_customers(
        failure_id=found.failure_id, customers=customers, complaint=complaint, actor=actor,
        now=LATER,
    )  # fmt: skip


def clocks(case_id):
    return set(Clock.objects.filter(item_id=case_id).values_list("kind", flat=True))


def facts(found):
    return Failure.objects.get(pk=found.failure_id)


@pytest.mark.django_db
class TestAdd:
    @pytest.fixture
    def lead(self):
        return make_person(Role.LEAD, make_desk())

    def test_each_gets_a_case_and_the_clock_that_fits(self, lead):
        found = logged(lead)
        said = a_complaint(received_at=LATER)
        ana, eva = join(found, lead, ANA, EVA, complaint=said)
        assert clocks(ana) == {"acknowledge", "resolve"}
        assert clocks(eva) == {"outreach"}
        assert facts(found).affected_count == 3
        assert Complaint.objects.filter(case_id=ana).count() == 1

    def test_who_has_a_case_keeps_it_and_the_complaint_goes_there(self, lead):
        found = logged(lead)
        said = a_complaint("Still waiting.", received_at=LATER)
        assert join(found, lead, a_customer(), complaint=said) == [found.case_id]
        assert Complaint.objects.filter(case_id=found.case_id).count() == 2
        assert facts(found).affected_count == 1

    def test_a_complaint_of_nobody_known_opens_a_case(self, lead):
        found = logged(lead)
        (case_id,) = join(found, lead, complaint=a_complaint(received_at=LATER))
        assert CustomerCase.objects.get(pk=case_id).customer is None

    def test_one_that_had_reached_nobody_is_opened_again(self, lead):
        found = logged(lead, a_silent_report, customers=(), no_reach="Caught.")
        assert facts(found).status == Whole.RECOVERED
        join(found, lead, ANA)
        assert (facts(found).status, facts(found).affected_count) == (Whole.REOPENED, 1)
        track = Track.objects.get(failure_id=found.failure_id, kind=TrackKind.CUSTOMER)
        assert track.state == "waiting"

    @pytest.mark.parametrize("merges", [1, 2])
    def test_follows_merges_to_where_the_work_is(self, lead, merges):
        found = into = logged(lead)
        for number in range(merges):
            gone, into = into, logged(lead, customers=(a_customer(email=f"{number}@x.org"),))
            merge_failures(
                merged_id=gone.failure_id, into_id=into.failure_id, actor=lead, now=NOON
            )
        (case_id,) = join(found, lead, ANA)
        assert CustomerCase.objects.get(pk=case_id).failure_id == into.failure_id

    def test_refuses_what_was_set_aside_nobody_and_outsiders(self, lead):
        found = logged(lead)
        with pytest.raises(Invalid):
            join(found, lead)
        with pytest.raises(NotAllowed):
            join(found, make_person(), ANA)
        Failure.objects.filter(pk=found.failure_id).update(status=Whole.VOID)
        with pytest.raises(Conflict):
            join(found, lead, ANA)


def submit(found, actor, *customers, key="k1", body=b"1" * 32):
    return submit_customers(
        failure_id=found.failure_id, customers=customers, complaint=None,
        submitted=Submitted(key=key, route="join", body_sha256=body), actor=actor, now=LATER,
    )  # fmt: skip


def test_the_same_key_at_once_adds_once(own_database):
    forget_snapshots()
    lead = make_person(Role.LEAD, make_desk())
    found = logged(lead)
    start = threading.Barrier(3)

    def send(_):
        start.wait()
        try:
            return submit(found, lead, ANA)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(send, range(3)))
    assert len({answer.text for answer in answers}) == 1
    assert CustomerCase.objects.count() == 2
    assert Submission.objects.count() == 1
