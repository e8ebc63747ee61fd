"""Until the next word while it is our turn, and until the answer in full."""

from datetime import timedelta

import pytest

from cases import services
from cases.models import Contact
from cases.states import ContactMark
from recovery.clocks.models import Clock
from tests.cases.casting import make_case, make_customer
from tests.factories import NOON, make_failure

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def case(desk):
    failure = make_failure(department=desk.department, priority=3)
    return make_case(desk, failure=failure, priority=3)


@pytest.fixture
def do(case, desk):
    """Carry out a verb of the case, `days` after noon."""

    def act(verb, days=0.0, **facts):
        person = facts.pop("actor", desk.handler)
        given = {} if {"remedy_id", "contact_id"} & facts.keys() else {"case_id": case.pk}
        return getattr(services, verb)(**given, **facts, actor=person, now=NOON + days * DAY)

    return act


@pytest.fixture
def answered(do):
    do("acknowledge", words="We look into it.", channel="phone")


def clocks(case, kind):
    found = Clock.objects.filter(item_id=case.pk, kind=kind).order_by("instance")
    return [(each.state, each.started_at) for each in found]


def tell(do, days, **facts):
    said = {"direction": "out", "channel": "email", "words": "Still on it."} | facts
    return do("log_contact", days, **said)


def offer(do, days=0.0):
    return do(
        "offer_remedy", days, line="goodwill", kind="voucher", amount_minor=2_000,
        words="A voucher",
    )  # fmt: skip


def test_nothing_but_the_first_answer_is_owed_before_it(case):
    assert clocks(case, "respond") == clocks(case, "next_update") == []


def test_the_first_answer_owes_the_next_word_and_the_one_in_full(case, answered):
    assert clocks(case, "respond") == [("running", NOON)]
    assert clocks(case, "next_update") == [("running", NOON)]


def test_every_word_of_a_person_owes_the_next_one_anew(case, answered, do):
    tell(do, 1)
    assert clocks(case, "next_update") == [("met", NOON), ("running", NOON + DAY)]
    assert clocks(case, "respond") == [("running", NOON)]


@pytest.mark.parametrize("facts", [{"mark": ContactMark.AUTOMATIC}, {"delivered": False}])
def test_what_is_automatic_or_did_not_arrive_is_no_word(case, answered, do, facts):
    tell(do, 1, **facts)
    assert clocks(case, "next_update") == [("running", NOON)]


def test_a_step_without_a_word_changes_nothing(case, answered, do):
    do("assess", 1, words="Serious")
    do("investigate", 1)
    assert clocks(case, "next_update") == [("running", NOON)]


def test_nobody_owes_a_word_while_the_customer_is_to_act(case, answered, do):
    do("wait_for_customer", 1, words="Which flight?", channel="email")
    assert clocks(case, "next_update") == [("met", NOON)]
    assert clocks(case, "respond") == [("paused", NOON)]
    do("customer_answered", 2, words="HA 421")
    assert clocks(case, "next_update")[1:] == [("running", NOON + 2 * DAY)]
    assert clocks(case, "respond") == [("running", NOON)]


def test_an_offer_is_the_answer_in_full(case, answered, do):
    remedy = offer(do, 1)
    assert clocks(case, "respond") == [("met", NOON)]
    assert clocks(case, "next_update") == [("met", NOON)]
    do("decline_remedy", 2, remedy_id=remedy.pk, words="Too little")
    assert clocks(case, "respond") == [("met", NOON)]
    assert clocks(case, "next_update")[1:] == [("running", NOON + 2 * DAY)]


def test_a_final_no_with_reasons_is_one_too(case, answered, do, desk):
    do(
        "final_response", 1, words="Because", outside_body="The authority", channel="letter",
        actor=desk.lead,
    )  # fmt: skip
    assert clocks(case, "respond") == [("met", NOON)]
    assert clocks(case, "next_update") == [("cancelled", NOON)]


def test_what_never_arrived_owes_the_next_word_since_the_one_before(case, answered, do):
    tell(do, 1)
    late = Contact.objects.latest("pk")
    do("mark_bounced", 2, contact_id=late.pk)
    assert clocks(case, "next_update")[1:] == [
        ("cancelled", NOON + DAY), ("running", NOON),
    ]  # fmt: skip


def test_an_only_answer_that_comes_back_late_owes_the_word_since_it_was_sent(
    case, answered, do
):
    do("investigate", 1)
    do("mark_bounced", 2, contact_id=Contact.objects.get().pk)
    assert clocks(case, "next_update") == [("cancelled", NOON), ("running", NOON)]
    assert clocks(case, "respond") == [("running", NOON)]


def test_a_first_answer_that_never_arrived_owes_nothing_but_itself(case, answered, do):
    do("mark_bounced", 1, contact_id=Contact.objects.get().pk)
    assert clocks(case, "respond") == clocks(case, "next_update") == [("cancelled", NOON)]
    assert clocks(case, "acknowledge")[-1] == ("running", NOON + DAY)


def test_an_offer_once_made_is_not_undone_by_a_letter_that_comes_back(case, answered, do):
    offer(do, 1)
    do("mark_bounced", 2, contact_id=Contact.objects.earliest("pk").pk)
    assert clocks(case, "respond") == [("met", NOON)]


def test_small_things_go_without_words_in_between(desk):
    small = make_case(desk, customer=make_customer("Mia Brandt"), priority=4)
    services.acknowledge(
        case_id=small.pk, words="Sorry.", channel="phone", actor=desk.handler, now=NOON
    )
    assert clocks(small, "next_update") == []
    assert clocks(small, "respond") == [("running", NOON)]
