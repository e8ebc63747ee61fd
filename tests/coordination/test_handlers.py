"""What one track's news brings about in another."""

from datetime import timedelta

import pytest

from cases.services import mark_lost
from recovery.coordination.models import Submission
from recovery.coordination.services import keep_house, report_failures
from recovery.events.services import pump
from recovery.failures.models import Failure, Track
from recovery.failures.services import decide_waiver, edit_failure, request_waiver
from recovery.failures.states import TrackKind, TrackState, WaiverReason, Whole
from recovery.org.roles import Role
from recovery.org.selectors import forget_snapshots
from staff.models import EmployeeCase
from tests.coordination.reporting import a_report, make_desk
from tests.factories import NOON, make_department, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk():
    desk = make_desk()
    make_person(Role.SUPPORTER, make_department())
    forget_snapshots()
    return desk


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, lead=True)


def logged(lead, **facts):
    (found,) = report_failures([a_report(**facts)], actor=lead, now=NOON)
    pump(NOON)
    return found


def track(found, kind):
    row = Track.objects.get(failure_id=found.failure_id, kind=kind)
    return row.state, row.end


class TestCare:
    def test_a_hostile_contact_asks_to_look_after_who_reported_it(self, lead):
        found = logged(lead, flags=("hostile_contact",))
        case = EmployeeCase.objects.get(failure_id=found.failure_id)
        assert (case.person, case.because) == (lead, "hostile_contact")

    def test_else_somebody_finds_out_who_was_hit(self, lead):
        found = logged(lead, severity={"experience": 3})
        assert EmployeeCase.objects.get(failure_id=found.failure_id).person is None

    def test_nobody_is_screened_for_small_things(self, lead):
        logged(lead)
        assert not EmployeeCase.objects.exists()

    def test_a_worse_grade_asks_later(self, lead):
        found = logged(lead)
        edit_failure(
            failure_id=found.failure_id, changes={"trust": 3}, actor=lead, now=NOON + DAY
        )
        pump(NOON + DAY)
        pump(NOON + DAY)
        assert EmployeeCase.objects.get().failure_id == found.failure_id

    def test_its_time_runs_from_the_news_not_from_when_it_was_read(self, lead):
        (found,) = report_failures([a_report(flags=("hostile_contact",))], actor=lead, now=NOON)
        pump(NOON + DAY)
        case = EmployeeCase.objects.get(failure_id=found.failure_id)
        assert case.item.opened_at == NOON


class TestWaiverEnded:
    """When a waiver ends, the track says again what its own cases say."""

    def waived(self, lead, desk, found, kind):
        waiver = request_waiver(
            failure_id=found.failure_id, kind=kind, reason=WaiverReason.DISPROPORTIONATE,
            words="For a month.", expires_at=NOON + 30 * DAY, actor=lead, now=NOON,
        )  # fmt: skip
        second = make_person(Role.LEAD, desk)
        decide_waiver(waiver_id=waiver.pk, approve=True, actor=second, now=NOON)

    def over(self):
        keep_house(now=NOON + 30 * DAY)
        pump(NOON + 30 * DAY)

    def test_a_case_that_ended_badly_meanwhile_is_not_waited_for(self, lead, desk):
        found = logged(lead)
        self.waived(lead, desk, found, TrackKind.CUSTOMER)
        mark_lost(case_id=found.case_id, words="Gone.", actor=lead, now=NOON + DAY)
        assert track(found, TrackKind.CUSTOMER) == ("ended", "waived")
        self.over()
        assert track(found, TrackKind.CUSTOMER) == ("ended", "failed")
        failure = Failure.objects.get(pk=found.failure_id)
        assert failure.status == Whole.CLOSED_UNRECOVERED

    def test_a_process_case_that_went_on_goes_on(self, lead, desk):
        found = logged(lead, severity={"experience": 2})
        assert track(found, TrackKind.PROCESS)[0] != TrackState.NOT_REQUIRED
        before = track(found, TrackKind.PROCESS)
        self.waived(lead, desk, found, TrackKind.PROCESS)
        self.over()
        assert track(found, TrackKind.PROCESS) == before


class TestHouse:
    def test_forgets_old_answers_and_twice_changes_nothing(self, lead):
        for key, days in (("old", 8), ("new", 6)):
            Submission.objects.create(
                principal=lead, key=key, route="r", body_sha256=b"0" * 32, status=201,
                answer="{}", at=NOON - days * DAY,
            )  # fmt: skip
        assert keep_house(now=NOON) == 1
        assert keep_house(now=NOON) == 0
        assert Submission.objects.get().key == "new"
