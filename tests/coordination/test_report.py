from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Complaint, CustomerCase
from cases.states import CaseState
from recovery.clocks.models import Clock, ClockEvent
from recovery.coordination.models import ExternalRef
from recovery.coordination.services import HistoricCase, report_failures
from recovery.events.models import Event
from recovery.failures.models import Failure, SearchDoc, Track, WorkItem
from recovery.failures.states import Whole
from recovery.kernel.refusals import Conflict, NotAllowed
from recovery.kernel.snapshots import forget_all
from recovery.org.models import Department, Organisation
from recovery.org.roles import Role
from tests.coordination.reporting import (
    a_complaint,
    a_customer,
    a_report,
    a_silent_report,
    make_desk,
)
from tests.factories import NOON, make_department, make_mode, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def reporter(desk):
    return make_person(Role.FRONTLINE, desk)


def report(reporter, *items, **kwargs):
    return report_failures(items, actor=reporter, now=NOON, **kwargs)


def tracks_of(result):
    return {track.kind: (track.state, track.end) for track in result.tracks}


class TestOneComplaint:
    def test_writes_every_part_of_the_record(self, reporter, desk):
        (found,) = report(reporter, a_report())
        failure = Failure.objects.get(pk=found.failure_id)
        case = CustomerCase.objects.get(failure=failure)
        assert failure.owning_department == desk
        assert failure.affected_count == 1
        assert failure.received_at == failure.detected_at == NOON
        assert case.customer.name == "Rui Tavares"
        assert case.complained
        assert case.item.state == CaseState.RECEIVED
        assert case.complaints.get().words == "Nobody told us why."
        assert SearchDoc.objects.get(failure=failure).is_open

    def test_answers_what_was_written(self, reporter):
        (found,) = report(reporter, a_report(severity={"experience": 3}))
        written = {
            (track.kind): (track.state, track.end)
            for track in Track.objects.filter(failure_id=found.failure_id)
        }
        assert found.created
        assert found.status == Failure.objects.get(pk=found.failure_id).status == Whole.OPEN
        assert tracks_of(found) == written
        assert found.case.item_id == WorkItem.objects.get(failure_id=found.failure_id).pk

    def test_starts_acknowledge_and_resolve_from_receipt(self, reporter):
        received = NOON - timedelta(hours=3)
        (found,) = report(reporter, a_report(complaint=a_complaint(received_at=received)))
        assert found.case.clocks == (
            ("acknowledge", received + timedelta(hours=4)),
            ("resolve", received + timedelta(hours=72)),
        )
        item = WorkItem.objects.get(pk=found.case_id)
        assert (item.next_due_kind, item.next_due_at) == found.case.clocks[0]
        assert ClockEvent.objects.filter(clock__item=item, verb="start").count() == 2

    def test_a_small_one_opens_no_three_forms(self, reporter):
        (found,) = report(reporter, a_report(severity={"experience": 1}))
        assert tracks_of(found) == {
            "customer": ("waiting", ""),
            "process": ("ended", "pooled"),
            "employee": ("not_required", ""),
        }
        assert Failure.objects.get(pk=found.failure_id).learning_placed_at == NOON

    def test_a_serious_one_asks_for_all_three(self, reporter):
        (found,) = report(reporter, a_report(severity={"safety": 3}))
        assert {state for state, _ in tracks_of(found).values()} == {"waiting"}

    def test_counts_on_the_day_of_the_organisations_zone(self, reporter):
        Organisation.objects.update(zone="Pacific/Auckland")
        forget_all()
        (found,) = report(reporter, a_report())
        assert Failure.objects.get(pk=found.failure_id).day == date(2026, 3, 5)

    def test_may_be_anonymous(self, reporter):
        (found,) = report(reporter, a_report(customers=()))
        case = CustomerCase.objects.get(pk=found.case_id)
        assert case.customer is None
        assert case.complained
        assert Failure.objects.get(pk=found.failure_id).affected_count == 1

    def test_tells_what_happened_without_personal_data(self, reporter):
        (found,) = report(reporter, a_report())
        events = list(Event.objects.filter(failure_id=found.failure_id).order_by("id"))
        assert [event.verb for event in events] == ["failure.reported", "case.opened"]
        assert events[0].public["required"] == ["customer", "process"]
        assert events[0].public["pooled"]
        assert "Rui" not in str([event.public for event in events])

    def test_needs_few_statements(self, reporter):
        report(reporter, a_report())
        with CaptureQueriesContext(connection) as queries:
            report(reporter, a_report(source="crm", external_id="1"))
        assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) <= 4


class TestSilentFailure:
    def test_starts_the_outreach_clock_for_each_customer(self, reporter):
        people = tuple(a_customer(name=n, email=f"{n}@example.org") for n in "abc")
        (found,) = report(reporter, a_silent_report(customers=people))
        assert {case.state for case in found.cases} == {CaseState.DETECTED}
        assert [case.clocks for case in found.cases] == [
            (("outreach", NOON + timedelta(hours=24)),)
        ] * 3
        assert found.case is None
        assert Failure.objects.get(pk=found.failure_id).affected_count == 3

    def test_without_reach_needs_no_customer_recovery(self, reporter):
        (found,) = report(
            reporter,
            a_silent_report(
                customers=(), no_reach="Caught before departure.", severity={"quality": 2}
            ),
        )
        assert tracks_of(found)["customer"] == ("not_required", "")
        assert not WorkItem.objects.filter(failure_id=found.failure_id).exists()

    def test_small_and_without_reach_is_recovered_at_once(self, reporter):
        (found,) = report(reporter, a_silent_report(customers=(), no_reach="Caught."))
        assert found.status == Whole.RECOVERED
        assert not SearchDoc.objects.get(pk=found.failure_id).is_open

    def test_counts_people_beyond_those_known(self, reporter):
        (found,) = report(reporter, a_silent_report(affected=31))
        assert Failure.objects.get(pk=found.failure_id).affected_count == 31


class TestKnownReference:
    def test_answers_the_existing_record_and_writes_nothing(self, reporter):
        item = a_report(source="crm", external_id="4711")
        (first,) = report(reporter, item)
        (again,) = report(reporter, item)
        assert not again.created
        assert (again.failure_id, again.case_id) == (first.failure_id, first.case_id)
        assert again.case.clocks == first.case.clocks
        assert again.tracks == first.tracks
        assert Failure.objects.count() == ExternalRef.objects.count() == 1

    def test_twice_in_one_batch_is_known_the_second_time(self, reporter):
        item = a_report(source="crm", external_id="4711")
        first, again, other = report(
            reporter, item, item, a_report(source="crm", external_id="1")
        )
        assert (first.created, again.created, other.created) == (True, False, True)
        assert first.failure_id == again.failure_id
        assert Failure.objects.count() == 2

    def test_a_batch_mixes_known_and_new_in_its_order(self, reporter):
        (known,) = report(reporter, a_report(source="crm", external_id="b"))
        found = report(
            reporter,
            *(a_report(source="crm", external_id=number) for number in "cba"),
        )
        assert [each.created for each in found] == [True, False, True]
        assert found[1].failure_id == known.failure_id


class TestHistory:
    def history(self, reporter, state, **facts):
        item = a_report(historic=HistoricCase(state, NOON - timedelta(days=900)), **facts)
        operator = make_person(Role.OPERATOR)
        return report_failures([item], actor=operator, now=NOON, mode="history")[0]

    def test_starts_no_clock_and_asks_for_no_care(self, reporter):
        found = self.history(reporter, CaseState.INVESTIGATING, severity={"money": 4})
        assert not Clock.objects.filter(item__failure_id=found.failure_id).exists()
        assert tracks_of(found) == {
            "customer": ("active", ""),
            "process": ("ended", "pooled"),
            "employee": ("not_required", ""),
        }
        assert Failure.objects.get(pk=found.failure_id).history

    @pytest.mark.parametrize(
        ("state", "status"),
        [
            (CaseState.RECOVERED, Whole.RECOVERED),
            (CaseState.REMEDIED_UNCONFIRMED, Whole.RECOVERED_UNCONFIRMED),
            (CaseState.FINAL_RESPONSE, Whole.CLOSED_UNRECOVERED),
        ],
    )
    def test_ends_as_the_file_says(self, reporter, state, status):
        found = self.history(reporter, state)
        failure = Failure.objects.get(pk=found.failure_id)
        case = CustomerCase.objects.get(pk=found.case_id)
        assert failure.status == found.status == status
        assert case.ended_at == case.item.closed_at == NOON - timedelta(days=900)

    def test_without_an_end_it_stays_open_from_its_receipt(self, reporter):
        found = self.plain(reporter, a_report())
        assert CustomerCase.objects.get(pk=found.case_id).item.state == CaseState.INVESTIGATING
        assert tracks_of(found)["customer"] == ("active", "")

    def test_needs_a_time(self, reporter):
        with pytest.raises(ValueError, match="needs the time"):
            self.plain(reporter, a_silent_report())

    def plain(self, reporter, item):
        operator = make_person(Role.OPERATOR)
        return report_failures([item], actor=operator, now=NOON, mode="history")[0]

    def test_is_refused_to_who_may_not_import(self, reporter):
        with pytest.raises(NotAllowed):
            report(reporter, a_report(), mode="history")


def test_live_reports_take_no_history(reporter):
    item = a_report(historic=HistoricCase(CaseState.RECOVERED, NOON))
    (found,) = report(reporter, item)
    assert found.case.state == CaseState.RECEIVED
    assert found.case.clocks


class TestOwnership:
    def test_the_named_desk_comes_before_that_of_the_mode(self, reporter):
        of_mode, named = make_department(), make_department()
        mode = make_mode(department=of_mode)
        (first,) = report(reporter, a_report(mode_id=mode.pk))
        (second,) = report(reporter, a_report(mode_id=mode.pk, department_id=named.pk))
        owners = Failure.objects.in_bulk([first.failure_id, second.failure_id])
        assert owners[first.failure_id].owning_department == of_mode
        assert owners[first.failure_id].category == mode.category
        assert owners[second.failure_id].owning_department == named

    def test_knows_a_mode_made_a_moment_ago(self, reporter):
        report(reporter, a_report(mode_id=make_mode("First").pk))
        (found,) = report(reporter, a_report(mode_id=make_mode("Second").pk))
        assert found.title == "Second"

    def test_the_title_names_the_mode_and_nobody(self, reporter):
        mode = make_mode("Assistance not met")
        (found,) = report(reporter, a_report(mode_id=mode.pk, service_reference="HA 418"))
        assert found.title == "Assistance not met, HA 418"

    def test_an_outsider_may_not_report(self, desk):
        with pytest.raises(NotAllowed):
            report(make_person(), a_report())


def test_without_any_department_says_what_to_do(reporter):
    Department.objects.update(retired_at=NOON)
    forget_all()
    with pytest.raises(Conflict, match="Set one up"):
        report(reporter, a_report())


def test_a_big_batch_is_written_whole(reporter):
    items = [a_report(customers=(a_customer(email=f"{n}@x.org"),)) for n in range(600)]
    found = report(reporter, *items)
    assert len({each.failure_id for each in found}) == 600
    assert Complaint.objects.count() == 600
    assert Track.objects.count() == 1800
