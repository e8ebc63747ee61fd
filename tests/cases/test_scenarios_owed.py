"""Scenarios of what is owed: nobody to be reached, a voucher for a right (practice.md, G 6 and 12)."""

from datetime import timedelta

import pytest

from cases import services
from cases.models import Complaint, CustomerCase
from cases.states import LineKind, RemedyKind
from recovery.failures.models import Failure
from recovery.failures.services import request_waiver
from recovery.failures.states import TrackKind, WaiverReason, Whole
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
from tests.cases.enacting import acknowledge, clock_states, others_done
from tests.factories import NOON, make_failure

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


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
