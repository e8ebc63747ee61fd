"""What customers do on their own page: the verbs' own consequences, once, and said as theirs."""

from datetime import timedelta

import pytest

from cases import services
from cases.models import CustomerCase
from cases.presenters.timeline import sentence_of, who_of
from cases.services import by_customer
from recovery.events.models import Event
from recovery.events.selectors import timeline
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.messages.models import Message
from tests.cases.casting import make_case, owe, state_of
from tests.cases.enacting import clock_states
from tests.cases.paging import acknowledge, offer
from tests.factories import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
NO = "I still have no bag."


def given(case, **more):
    return {"case_id": case.pk, "now": LATER, **more}


def told(case_id):
    kinds = Message.objects.filter(channel="inbox").order_by("pk")
    return [(each.kind, each.recipient.name) for each in kinds.select_related("recipient")]


def put_right(case, desk):
    acknowledge(case, desk)
    services.give_remedy(
        case_id=case.pk, line="care", kind="apology", words="An apology", evidence="By phone",
        completes=True, actor=desk.handler, now=NOON,
    )  # fmt: skip
    assert state_of(case) == "remedied"


def end_with_a_no(case, desk):
    acknowledge(case, desk)
    services.final_response(
        case_id=case.pk, words="The law owes nothing here.", outside_body="ENAC, in six weeks",
        channel="letter", actor=desk.lead, now=NOON,
    )  # fmt: skip


class TestOffers:
    def test_taking_one_is_accepting_it_and_tells_whoever_holds_the_case(self, case, desk):
        acknowledge(case, desk)
        remedy = offer(case, desk)
        assert by_customer.accept_offer(**given(case, remedy_id=remedy.pk))
        assert state_of(case) == "accepted"
        assert ("case.answered", desk.handler.name) in told(case)
        assert not by_customer.accept_offer(**given(case, remedy_id=remedy.pk))
        assert Event.objects.filter(verb="remedy.accepted").count() == 1

    def test_turning_one_down_gives_the_limit_back_and_keeps_the_words(self, case, desk):
        acknowledge(case, desk)
        remedy = offer(case, desk)
        by_customer.turn_down_offer(**given(case, remedy_id=remedy.pk, words="Too little."))
        assert state_of(case) == "rejected"
        assert case.contacts.filter(direction="in", words="Too little.").exists()
        with pytest.raises(Conflict):
            by_customer.accept_offer(**given(case, remedy_id=remedy.pk))

    def test_what_waits_for_a_colleague_is_no_offer_yet(self, case, desk):
        acknowledge(case, desk)
        remedy = offer(case, desk, 40_000)
        with pytest.raises(Conflict):
            by_customer.accept_offer(**given(case, remedy_id=remedy.pk))

    def test_rights_and_offers_of_others_are_none_of_this_case(self, case, desk):
        right, other = owe(case, desk), make_case(desk)
        acknowledge(other, desk)
        theirs = offer(other, desk)
        for remedy in (right, theirs):
            with pytest.raises(NotFound):
                by_customer.accept_offer(**given(case, remedy_id=remedy.pk))


class TestSolved:
    def test_their_own_word_ends_it_and_pressing_again_changes_nothing(self, case, desk):
        put_right(case, desk)
        assert by_customer.say_solved(**given(case))
        assert state_of(case) == "recovered"
        assert not by_customer.say_solved(**given(case))
        assert Event.objects.filter(verb="case.recovered").count() == 1

    def test_not_while_a_right_is_unpaid_nor_before_anything_was_given(self, case, desk):
        with pytest.raises(Conflict):
            by_customer.say_solved(**given(case))
        put_right(case, desk)
        owe(case, desk)
        with pytest.raises(Conflict, match="€250"):
            by_customer.say_solved(**given(case))

    def test_not_solved_goes_back_to_work_and_counts_once(self, case, desk):
        put_right(case, desk)
        assert by_customer.say_not_solved(**given(case, words=NO))
        assert not by_customer.say_not_solved(**given(case, words=NO))
        assert state_of(case) == "rejected"
        assert CustomerCase.objects.get(pk=case.pk).rejected_count == 1
        assert ("case.not_solved", desk.handler.name) in told(case)

    def test_after_the_end_it_is_complained_once_more(self, case, desk):
        put_right(case, desk)
        by_customer.say_solved(**given(case))
        by_customer.say_not_solved(**given(case, words=NO))
        assert state_of(case) == "received"
        assert clock_states(case, "acknowledge")[-1] == "running"
        assert not by_customer.say_not_solved(**given(case, words=NO))

    def test_needs_words_and_a_time_at_which_it_can_be_said(self, case, desk):
        with pytest.raises(Conflict):
            by_customer.say_not_solved(**given(case, words=NO))
        put_right(case, desk)
        with pytest.raises(Invalid):
            by_customer.say_not_solved(**given(case, words=" "))


class TestNotTold:
    def test_it_counts_as_never_said_and_the_lead_hears_of_it(self, case, desk):
        acknowledge(case, desk)
        contact = case.contacts.get()
        assert by_customer.say_not_told(**given(case, contact_id=contact.pk))
        assert state_of(case) == "received"
        assert clock_states(case, "acknowledge")[-1] == "running"
        names = {name for kind, name in told(case) if kind == "case.not_told"}
        assert names == {desk.handler.name, desk.lead.name}
        assert not by_customer.say_not_told(**given(case, contact_id=contact.pk))

    def test_only_of_what_we_said_on_this_open_case(self, case, desk):
        by_customer.say_something(**given(case, words="Hello?"))
        with pytest.raises(NotFound):
            by_customer.say_not_told(**given(case, contact_id=case.contacts.get().pk))
        end_with_a_no(case, desk)
        contact = case.contacts.filter(direction="out").first()
        with pytest.raises(Conflict):
            by_customer.say_not_told(**given(case, contact_id=contact.pk))


class TestDisagreeing:
    def test_is_noted_once_told_to_the_lead_and_opens_nothing(self, case, desk):
        end_with_a_no(case, desk)
        assert by_customer.disagree(**given(case, words="The law says 250."))
        assert not by_customer.disagree(**given(case, words="The law says 250."))
        assert state_of(case) == "final_response"
        names = {name for kind, name in told(case) if kind == "case.disagreed"}
        assert desk.lead.name in names

    def test_is_of_a_final_answer_only_and_such_a_one_is_not_undone_otherwise(self, case, desk):
        with pytest.raises(Conflict):
            by_customer.disagree(**given(case, words=NO))
        end_with_a_no(case, desk)
        with pytest.raises(Conflict):
            by_customer.say_not_solved(**given(case, words=NO))

    def test_is_forgotten_when_the_case_is_taken_up_again(self, case, desk):
        end_with_a_no(case, desk)
        by_customer.disagree(**given(case, words=NO))
        services.reopen(case_id=case.pk, words="New receipt", actor=desk.lead, now=LATER)
        assert CustomerCase.objects.get(pk=case.pk).disagreed_at is None


class TestSaying:
    def test_is_words_from_the_customer_once_and_ends_our_waiting(self, case, desk):
        acknowledge(case, desk)
        services.wait_for_customer(
            case_id=case.pk, words="Which bag?", channel="email", actor=desk.handler, now=NOON
        )
        assert by_customer.say_something(**given(case, words="The red one."))
        assert not by_customer.say_something(**given(case, words="The red one."))
        assert state_of(case) == "investigating"
        assert case.contacts.filter(direction="in").count() == 1

    def test_reaches_the_lead_when_nobody_has_the_case(self, case, desk):
        by_customer.say_something(**given(case, words="Hello?"))
        assert told(case) == [("case.said", desk.lead.name)]


def test_the_story_says_that_the_customer_did_it(case, desk):
    acknowledge(case, desk)
    remedy = offer(case, desk)
    by_customer.accept_offer(**given(case, remedy_id=remedy.pk))
    entries = timeline(
        viewer_id=desk.handler.pk, items={case.pk}, streams=[f"customer:{case.pk}"],
        before=None, limit=30,
    ).entries  # fmt: skip
    (entry,) = (each for each in entries if each.verb == "remedy.accepted")
    assert sentence_of(entry).startswith("The customer took the offer on their page: Voucher")
    assert who_of(entry, {entry.actor_id: "System"}) == "the customer, on their page"
