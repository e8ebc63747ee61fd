"""The customer’s part of the acceptance scenarios (practice.md, section G), step by step."""

from datetime import timedelta

import pytest

from cases import services
from cases.states import LineKind, RemedyKind
from recovery.failures.models import Failure
from recovery.failures.states import TrackEnd, TrackKind, TrackState, Whole
from tests.cases.casting import (
    begin,
    complaint,
    make_case,
    make_desk,
    owe,
    state_of,
    status_of,
    track_of,
)
from tests.cases.enacting import acknowledge, clock_states, end_track, others_done
from tests.factories import NOON, make_failure

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class TestSilentCustomer:
    """Scenario 1."""

    @pytest.fixture
    def desk(self):
        return make_desk()

    @pytest.fixture
    def failure(self, desk):
        return make_failure(department=desk.department, affected_count=31)

    @pytest.fixture
    def case(self, desk, failure):
        case = make_case(desk, failure=failure, complained=False)
        owe(case, desk)
        begin(failure)
        return case

    def pay(self, case, desk, at=NOON):
        right = case.remedies.get()
        services.deliver_remedy(
            remedy_id=right.pk, evidence="SEPA 8841, booked", actor=desk.handler, now=at
        )

    def test_waits_and_is_open_until_somebody_reaches_them(self, failure, case):
        assert track_of(failure.pk) == ("waiting", "")
        assert status_of(failure.pk) == Whole.OPEN

    def test_a_message_with_flight_options_and_time_starts_the_recovery(
        self, desk, failure, case
    ):
        acknowledge(case, desk)
        assert track_of(failure.pk) == ("active", "")
        assert status_of(failure.pk) == Whole.RECOVERING
        assert clock_states(case, "outreach") == ["met"]
        assert clock_states(case, "resolve") == ["running"]

    def test_the_payment_of_the_right_with_a_bank_reference_remedies(self, desk, failure, case):
        acknowledge(case, desk)
        self.pay(case, desk)
        assert state_of(case) == "remedied"
        assert clock_states(case, "resolve") == ["met"]
        assert clock_states(case, "follow_up") == ["running"]
        assert Failure.objects.get(pk=failure.pk).cost_minor == 25_000

    def test_ten_silent_working_days_end_it_unconfirmed(self, desk, failure, case):
        others_done(failure)
        acknowledge(case, desk)
        self.pay(case, desk)
        assert services.end_silent(now=NOON + 13 * DAY) == 0
        assert services.end_silent(now=NOON + 14 * DAY) == 1
        assert services.end_silent(now=NOON + 15 * DAY) == 0
        assert track_of(failure.pk) == ("ended", "ok_unconfirmed")
        assert status_of(failure.pk) == Whole.RECOVERED_UNCONFIRMED
        assert clock_states(case, "follow_up") == ["cancelled"]

    def test_not_solved_on_day_25_reopens(self, desk, failure, case):
        others_done(failure)
        acknowledge(case, desk)
        self.pay(case, desk)
        services.end_silent(now=NOON + 14 * DAY)
        services.receive_complaint(
            case_id=case.pk,
            complaint=complaint("It is not solved.", NOON + 25 * DAY),
            actor=desk.handler,
            now=NOON + 25 * DAY,
        )
        assert status_of(failure.pk) == Whole.REOPENED
        assert track_of(failure.pk) == ("active", "")
        assert clock_states(case, "resolve") == ["met", "running"]
        assert clock_states(case, "acknowledge") == ["running"]
        case.refresh_from_db()
        assert (case.ended_at, case.end, case.reopened_count) == (None, "", 1)

    def test_more_people_may_be_affected_than_have_a_case(self, desk, failure, case):
        acknowledge(case, desk)
        found = Failure.objects.get(pk=failure.pk)
        counts = found.affected_count, found.contacted_count, found.made_whole_count
        assert counts == (31, 1, 0)


class TestPooled:
    """Scenario 2."""

    def test_the_customers_own_word_recovers_a_pooled_failure(self):
        desk = make_desk()
        failure = make_failure(
            department=desk.department, tracks={TrackKind.EMPLOYEE: TrackState.NOT_REQUIRED}
        )
        case = make_case(desk, failure=failure)
        begin(failure)
        end_track(failure, TrackKind.PROCESS, TrackEnd.POOLED)
        acknowledge(case, desk)
        assert status_of(failure.pk) == Whole.RECOVERING
        services.give_remedy(
            case_id=case.pk,
            line=LineKind.GOODWILL,
            kind=RemedyKind.APOLOGY,
            words="Sorry that the meal was cold",
            evidence="Said on the phone, she took it well",
            completes=True,
            actor=desk.handler,
            now=NOON,
        )
        services.confirm_solved(
            case_id=case.pk, words="It is all right now.", actor=desk.handler, now=NOON
        )
        assert track_of(failure.pk) == ("ended", "ok")
        assert status_of(failure.pk) == Whole.RECOVERED
        assert Failure.objects.get(pk=failure.pk).made_whole_count == 1
