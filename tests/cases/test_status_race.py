"""Two presses at once on the customer's page, in real transactions."""

from cases.services import by_customer
from recovery.events.models import Event
from recovery.kernel.refusals import Conflict
from recovery.org.selectors import forget_snapshots
from tests.cases.casting import make_desk, state_of
from tests.cases.paging import offer
from tests.cases.test_races import at_once, ready
from tests.factories import NOON


def test_an_offer_is_taken_once_however_many_press_and_never_turned_down_as_well(own_database):
    forget_snapshots()
    desk = make_desk()
    case = ready(desk)
    remedy = offer(case, desk)
    given = {"case_id": case.pk, "remedy_id": remedy.pk, "now": NOON}

    def press(verb):
        try:
            return verb(**given)
        except Conflict:
            return None

    turn_down, accept = by_customer.turn_down_offer, by_customer.accept_offer
    taken = at_once(press, accept, accept)
    assert sorted(taken) == [False, True]
    assert press(turn_down) is None
    assert Event.objects.filter(verb="remedy.accepted").count() == 1
    assert state_of(case) == "accepted"


def test_the_same_words_twice_at_once_are_said_once(own_database):
    forget_snapshots()
    case = ready(make_desk())

    def say(words):
        return by_customer.say_something(case_id=case.pk, words=words, now=NOON)

    assert sorted(at_once(say, "Hello?", "Hello?")) == [False, True]
    assert case.contacts.filter(direction="in").count() == 1
