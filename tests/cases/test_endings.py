"""Answers to offers, delivery with evidence, and every end there is."""

from datetime import timedelta

import pytest

from cases import services
from cases.models import Contact, CustomerCase, Remedy
from cases.states import CASE, CaseState
from recovery.clocks.models import Clock
from recovery.failures.models import Failure, WorkItem
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.messages.models import Message
from tests.cases.casting import begin, complaint, make_case, make_desk, owe, state_of, track_of
from tests.factories import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def by(desk):
    return {"actor": desk.handler, "now": NOON}


@pytest.fixture
def case(desk, by):
    case = make_case(desk)
    begin(case.failure)
    services.acknowledge(case_id=case.pk, words="We know.", channel="phone", **by)
    return case


def offer(case, by, amount_minor=8_000, kind="voucher"):
    return services.offer_remedy(
        case_id=case.pk, line="goodwill", kind=kind, amount_minor=amount_minor, words="Voucher",
        **by,
    )  # fmt: skip


def give(case, by, **facts):
    facts = {"kind": "apology", "words": "Sorry", "evidence": "By phone"} | facts
    return services.give_remedy(case_id=case.pk, line="goodwill", **facts, **by)


@pytest.fixture
def remedied(case, by):
    give(case, by, completes=True)
    return case


class TestAnswers:
    def test_accepting_is_not_receiving(self, case, by):
        services.accept_remedy(remedy_id=offer(case, by).pk, words="Thank you", **by)
        assert state_of(case) == "accepted"
        assert Contact.objects.get(direction="in").words == "Thank you"
        case.refresh_from_db()
        assert case.remedied_at is None

    def test_the_second_rejection_goes_up_a_level_and_leads_hear_of_it(self, case, by, desk):
        services.decline_remedy(remedy_id=offer(case, by).pk, **by)
        assert WorkItem.objects.get().level == 0
        services.decline_remedy(remedy_id=offer(case, by).pk, **by)
        case.refresh_from_db()
        item = WorkItem.objects.get()
        assert (case.double_deviation, item.level, item.priority) == (True, 1, 2)
        assert Failure.objects.get().double_deviation
        assert Message.objects.filter(kind="case.double", recipient=desk.lead).exists()

    def test_a_third_one_goes_no_higher(self, case, by):
        for _ in range(3):
            services.decline_remedy(remedy_id=offer(case, by).pk, **by)
        assert WorkItem.objects.get().level == 1

    def test_what_was_accepted_beside_it_still_counts(self, case, by):
        voucher = offer(case, by)
        apology = offer(case, by, 0, kind="apology")
        services.accept_remedy(remedy_id=apology.pk, **by)
        assert state_of(case) == "offered"
        services.decline_remedy(remedy_id=voucher.pk, **by)
        assert state_of(case) == "accepted"


class TestDelivering:
    @pytest.mark.parametrize("evidence", ["", "  ", "x" * 241, "a\x00b"])
    def test_needs_evidence(self, case, by, evidence):
        remedy = offer(case, by)
        with pytest.raises(Invalid) as refusal:
            services.deliver_remedy(remedy_id=remedy.pk, evidence=evidence, **by)
        assert refusal.value.field == "evidence"

    def test_remedies_when_nothing_is_left(self, case, by, desk):
        services.deliver_remedy(remedy_id=offer(case, by).pk, evidence="V-1", **by)
        case.refresh_from_db()
        assert state_of(case) == "remedied"
        assert (case.remedied_at, case.evidence) == (NOON, "V-1")
        assert Failure.objects.get().cost_minor == 8_000

    def test_does_not_while_a_right_is_owed(self, case, by, desk):
        owe(case, desk)
        services.deliver_remedy(remedy_id=offer(case, by).pk, evidence="V-1", **by)
        assert state_of(case) == "accepted"

    def test_does_not_when_more_is_to_come(self, case, by):
        give(case, by)
        assert state_of(case) == "acknowledged"
        services.put_right(case_id=case.pk, **by)
        assert state_of(case) == "remedied"

    def test_nothing_given_is_nothing_put_right(self, case, by):
        with pytest.raises(Conflict, match="Something must have been given"):
            services.put_right(case_id=case.pk, **by)

    def test_a_thing_is_given_once(self, case, by):
        remedy = offer(case, by)
        services.deliver_remedy(remedy_id=remedy.pk, evidence="V-1", **by)
        with pytest.raises(Conflict):
            services.deliver_remedy(remedy_id=remedy.pk, evidence="V-1", **by)

    def test_what_is_owed_may_be_paid_after_the_end(self, case, by, desk):
        right = owe(case, desk)
        services.mark_lost(case_id=case.pk, words="She wrote so", **by)
        services.deliver_remedy(remedy_id=right.pk, evidence="SEPA 1", **by)
        assert (Remedy.objects.get().state, state_of(case)) == ("delivered", "lost")

    def test_a_gift_is_not_settled_otherwise(self, case, by):
        with pytest.raises(Conflict):
            services.deliver_remedy(
                remedy_id=offer(case, by).pk, evidence="x", instead="voucher", **by
            )


class TestTheCustomersWord:
    def test_silence_after_asking_counts_from_the_question(self, remedied, desk):
        later = NOON + 5 * DAY
        services.ask_if_solved(
            case_id=remedied.pk, words="Solved?", channel="email", actor=desk.handler, now=later
        )
        assert state_of(remedied) == "confirming"
        assert Clock.objects.get(kind="follow_up").state == "met"
        assert services.end_silent(now=NOON + 14 * DAY) == 0
        assert services.end_silent(now=NOON + 21 * DAY) == 1

    def test_a_word_is_no_silence(self, remedied, desk):
        services.log_contact(
            case_id=remedied.pk, direction="in", channel="phone", words="Hm",
            actor=desk.handler, now=NOON + 13 * DAY,
        )  # fmt: skip
        assert services.end_silent(now=NOON + 14 * DAY) == 0
        with pytest.raises(Conflict, match="not been silent"):
            services.end_unconfirmed(case_id=remedied.pk, now=NOON + 14 * DAY)

    def test_not_solved_goes_back_to_work_with_a_new_clock(self, remedied, by):
        services.confirm_not_solved(case_id=remedied.pk, words="Still wrong", **by)
        remedied.refresh_from_db()
        assert (state_of(remedied), remedied.remedied_at) == ("rejected", None)
        states = Clock.objects.filter(kind="resolve").order_by("instance")
        assert [each.state for each in states] == ["met", "running"]

    def test_solved_needs_their_own_words(self, remedied, by):
        with pytest.raises(Invalid):
            services.confirm_solved(case_id=remedied.pk, words=" ", **by)

    def test_solved_is_not_said_before_anything_was_given(self, case, by):
        with pytest.raises(Conflict):
            services.confirm_solved(case_id=case.pk, words="Fine", **by)

    def test_a_right_found_late_keeps_silence_from_ending_it(self, remedied, desk):
        owe(remedied, desk)
        assert services.end_silent(now=NOON + 30 * DAY) == 0


class TestFinalNo:
    def say_no(self, case, actor, **facts):
        facts = {"words": "Not ours", "outside_body": "ENAC, within a year"} | facts
        return services.final_response(
            case_id=case.pk, **facts, channel="letter", actor=actor, now=NOON
        )

    def test_counts_as_not_recovered_and_names_the_way_out(self, case, desk):
        self.say_no(case, desk.lead)
        case.refresh_from_db()
        assert track_of(case.failure_id) == ("ended", "failed")
        assert (case.end, case.outside_body) == ("failed", "ENAC, within a year")
        assert not Clock.objects.filter(item_id=case.pk, state="running").exists()

    @pytest.mark.parametrize("blank", ["words", "outside_body"])
    def test_needs_reasons_and_a_way_out(self, case, desk, blank):
        with pytest.raises(Invalid) as refusal:
            self.say_no(case, desk.lead, **{blank: ""})
        assert refusal.value.field == blank

    def test_is_not_for_handlers(self, case, desk):
        with pytest.raises(NotAllowed):
            self.say_no(case, desk.handler)

    def test_an_authority_reopens_it_and_a_ruling_ends_it_apart(self, case, desk, by):
        self.say_no(case, desk.lead)
        services.outside_body_takes_it(case_id=case.pk, outside_body="ENAC", **by)
        assert track_of(case.failure_id) == ("active", "")
        right = owe(case, desk)
        with pytest.raises(Conflict, match="neither paid nor refused"):
            services.ruled_for_customer(case_id=case.pk, evidence="Paid", **by)
        services.deliver_remedy(remedy_id=right.pk, evidence="SEPA 9", **by)
        services.ruled_for_customer(case_id=case.pk, evidence="Ruling 12, SEPA 9", **by)
        assert (state_of(case), track_of(case.failure_id)) == (
            "ruled_recovered", ("ended", "ok"),
        )  # fmt: skip

    def test_a_ruling_against_lets_the_no_stand(self, case, desk, by):
        services.outside_body_takes_it(case_id=case.pk, outside_body="ENAC", **by)
        services.ruled_against_customer(case_id=case.pk, words="No more is owed", **by)
        assert track_of(case.failure_id) == ("ended", "failed")


class TestReopening:
    def test_colleagues_reopen_with_what_is_new(self, remedied, by):
        services.confirm_solved(case_id=remedied.pk, words="Fine", **by)
        with pytest.raises(Invalid):
            services.reopen(case_id=remedied.pk, words="", **by)
        services.reopen(case_id=remedied.pk, words="The bank returned it", **by)
        assert state_of(remedied) == "investigating"
        assert WorkItem.objects.get().notes.get().words == "The bank returned it"
        assert Failure.objects.get().made_whole_count == 0

    def test_an_open_case_has_nothing_to_reopen(self, case, by):
        with pytest.raises(Conflict):
            services.reopen(case_id=case.pk, words="New", **by)

    def test_nothing_happens_to_a_merged_case(self, case, by):
        WorkItem.objects.filter(pk=case.pk).update(state=CaseState.MERGED)
        with pytest.raises(Conflict, match="part of another one"):
            services.receive_complaint(case_id=case.pk, complaint=complaint(), **by)


def test_of_two_customers_one_lost_closes_it_partly(case, by, desk):
    other = make_case(desk, failure=case.failure)
    give(case, by, completes=True)
    services.confirm_solved(case_id=case.pk, words="Fine", **by)
    assert track_of(case.failure_id) == ("active", "")
    services.mark_lost(case_id=other.pk, words="Took a lawyer", **by)
    assert track_of(case.failure_id) == ("ended", "partly")


def test_every_end_has_its_time_and_every_open_case_none(case, by, desk):
    services.mark_lost(case_id=case.pk, words="Gone", **by)
    ended = CustomerCase.objects.get()
    assert ended.ended_at == ended.item.closed_at == NOON
    assert CASE.is_end(ended.item.state)
