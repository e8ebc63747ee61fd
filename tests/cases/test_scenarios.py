"""The customer's part of the acceptance scenarios (practice.md, section G), step by step."""

from datetime import timedelta

import pytest

from cases import services
from cases.models import Complaint, CustomerCase
from cases.states import LineKind, RemedyKind
from recovery.clocks.models import Clock
from recovery.failures.models import Failure
from recovery.failures.services import report_track, request_waiver
from recovery.failures.states import TrackEnd, TrackKind, TrackState, WaiverReason, Whole
from recovery.kernel.refusals import Conflict, Invalid
from tests.cases.casting import (
    begin,
    complaint,
    make_case,
    make_customer,
    make_desk,
    owe,
    state_of,
    status_of,
    track_of,
)
from tests.factories import NOON, make_failure

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def end_track(failure, kind, end=TrackEnd.OK):
    report_track(
        failure_id=failure.pk,
        kind=kind,
        state=TrackState.ENDED,
        end=end,
        at=NOON,
        actor_id=failure.reported_by_id,
    )


def others_done(failure):
    end_track(failure, TrackKind.PROCESS, TrackEnd.POOLED)
    end_track(failure, TrackKind.EMPLOYEE)


def acknowledge(case, desk, at=NOON, channel="phone"):
    services.acknowledge(
        case_id=case.pk,
        words="Your flight is cancelled. The next one leaves at 18:40 and has your seat.",
        channel=channel,
        actor=desk.handler,
        now=at,
    )


def clock_states(case, kind):
    clocks = Clock.objects.filter(item_id=case.pk, kind=kind).order_by("instance")
    return list(clocks.values_list("state", flat=True))


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


class TestUnreachable:
    """Scenario 6."""

    @pytest.fixture
    def desk(self):
        return make_desk()

    @pytest.fixture
    def failure(self, desk):
        failure = make_failure(department=desk.department)
        others_done(failure)
        return failure

    @pytest.fixture
    def case(self, desk, failure):
        case = make_case(desk, failure=failure, complained=False)
        owe(case, desk)
        begin(failure)
        return case

    def try_in_vain(self, case, desk, *tries):
        for days, channel in tries:
            services.log_contact(
                case_id=case.pk,
                direction="out",
                channel=channel,
                delivered=False,
                actor=desk.handler,
                now=NOON + days * DAY,
            )

    def give_up(self, case, desk, days):
        return services.mark_unreachable(
            case_id=case.pk, actor=desk.handler, now=NOON + days * DAY
        )

    @pytest.mark.parametrize(
        ("tries", "days"),
        [
            ([(0, "email"), (1, "phone")], 20),
            ([(0, "email"), (1, "email"), (2, "email")], 20),
            ([(0, "email"), (1, "phone"), (2, "phone")], 13),
        ],
    )
    def test_too_little_was_tried(self, desk, case, tries, days):
        self.try_in_vain(case, desk, *tries)
        with pytest.raises(Conflict, match="3 tries by 2 channels over 10 working days"):
            self.give_up(case, desk, days)

    def test_what_bounced_never_met_the_clock(self, desk, case):
        self.try_in_vain(case, desk, (0, "email"))
        assert clock_states(case, "outreach") == ["running"]

    def test_paid_by_a_route_we_have_ends_unconfirmed(self, desk, failure, case):
        self.try_in_vain(case, desk, (0, "email"), (1, "phone"), (2, "phone"))
        services.deliver_remedy(
            remedy_id=case.remedies.get().pk,
            evidence="Refunded to the booking card, 5521",
            actor=desk.handler,
            now=NOON + 13 * DAY,
        )
        self.give_up(case, desk, 14)
        assert state_of(case) == "remedied_unconfirmed"
        assert status_of(failure.pk) == Whole.RECOVERED_UNCONFIRMED

    @pytest.fixture
    def given_up(self, desk, case):
        self.try_in_vain(case, desk, (0, "email"), (1, "phone"), (2, "phone"))
        return self.give_up(case, desk, 14)

    def test_without_a_route_it_fails_and_what_is_owed_stays_owed(self, failure, given_up):
        assert status_of(failure.pk) == Whole.CLOSED_UNRECOVERED
        assert given_up.remedies.get().state == "offered"

    def test_an_outside_body_is_no_waiver(self, desk, failure, given_up):
        with pytest.raises(Invalid, match="does not take the customer off our hands"):
            request_waiver(
                failure_id=failure.pk,
                kind=TrackKind.CUSTOMER,
                reason=WaiverReason.EXTERNAL_BODY,
                words="The authority has it",
                actor=desk.handler,
                now=NOON,
            )

    def test_words_on_day_200_open_the_same_case_with_a_new_clock(
        self, desk, failure, given_up
    ):
        services.receive_complaint(
            case_id=given_up.pk,
            complaint=complaint("I never got my money", NOON + 200 * DAY),
            actor=desk.handler,
            now=NOON + 200 * DAY,
        )
        assert status_of(failure.pk) == Whole.REOPENED
        assert CustomerCase.objects.count() == Failure.objects.count() == 1
        assert Complaint.objects.get().case_id == given_up.pk
        assert clock_states(given_up, "acknowledge") == ["running"]


class TestVoucherForARight:
    """Scenario 12."""

    @pytest.fixture
    def desk(self):
        return make_desk()

    @pytest.fixture
    def case(self, desk):
        failure = make_failure(department=desk.department)
        others_done(failure)
        case = make_case(desk, failure=failure, customer=make_customer("Rui Tavares"))
        owe(case, desk)
        begin(failure)
        acknowledge(case, desk)
        return case

    def accept_and_hand_out_voucher(self, case, desk):
        voucher = services.offer_remedy(
            case_id=case.pk,
            line=LineKind.GOODWILL,
            kind=RemedyKind.VOUCHER,
            amount_minor=8_000,
            words="Voucher for the next flight",
            actor=desk.handler,
            now=NOON,
        )
        services.accept_remedy(
            remedy_id=voucher.pk, words="Fine.", actor=desk.handler, now=NOON
        )
        services.deliver_remedy(
            remedy_id=voucher.pk, evidence="Voucher V-1201", actor=desk.handler, now=NOON
        )

    def say_solved(self, case, desk):
        services.confirm_solved(case_id=case.pk, words="Fine.", actor=desk.handler, now=NOON)

    def test_a_voucher_does_not_settle_what_the_law_owes(self, desk, case):
        self.accept_and_hand_out_voucher(case, desk)
        with pytest.raises(Conflict, match=r"€250\.00 by law is neither paid nor refused"):
            self.say_solved(case, desk)
        assert track_of(case.failure_id) == ("active", "")
        assert services.end_silent(now=NOON + 60 * DAY) == 0

    def test_a_signed_voucher_for_the_full_right_does(self, desk, case):
        self.accept_and_hand_out_voucher(case, desk)
        services.deliver_remedy(
            remedy_id=case.remedies.get(line="entitlement").pk,
            evidence="Agreement signed 4 March, voucher V-1202",
            instead=RemedyKind.VOUCHER,
            actor=desk.handler,
            now=NOON,
        )
        self.say_solved(case, desk)
        assert status_of(case.failure_id) == Whole.RECOVERED

    def test_paying_it_does(self, desk, case):
        services.deliver_remedy(
            remedy_id=case.remedies.get().pk, evidence="SEPA 77", actor=desk.handler, now=NOON
        )
        self.say_solved(case, desk)
        assert status_of(case.failure_id) == Whole.RECOVERED

    def test_refusing_it_lawfully_takes_two(self, desk, case):
        self.accept_and_hand_out_voucher(case, desk)
        right = case.remedies.get(line="entitlement")
        services.ask_to_refuse_entitlement(
            remedy_id=right.pk,
            words="Storm closed the airport: extraordinary circumstances",
            evidence="METAR LPPT 4 March",
            actor=desk.handler,
            now=NOON,
        )
        with pytest.raises(Conflict, match="neither paid nor refused"):
            self.say_solved(case, desk)
        services.refuse_entitlement(remedy_id=right.pk, actor=desk.lead, now=NOON)
        services.put_right(case_id=case.pk, actor=desk.handler, now=NOON)
        self.say_solved(case, desk)
        assert status_of(case.failure_id) == Whole.RECOVERED
