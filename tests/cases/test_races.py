"""Two at once, in real transactions: nobody overspends and the last case ends the track."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from cases import services
from cases.models import Allowance, BudgetAccount, CustomerCase
from cases.selectors import week_key
from recovery.kernel.refusals import Conflict
from recovery.org.roles import Role
from recovery.org.selectors import forget_snapshots
from tests.cases.casting import begin, make_case, make_customer, make_desk, track_of
from tests.cases.giving import make_budget, offer, per_customer
from tests.cases.giving import ready as giving_to
from tests.factories import NOON


def at_once(act, *things):
    """Run `act` on each thing in a thread of its own, all starting together."""
    start = Barrier(len(things))

    def run(thing):
        start.wait()
        try:
            return act(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(run, things))


def ready(desk, **facts):
    case = make_case(desk, customer=make_customer(), **facts)
    services.acknowledge(
        case_id=case.pk, words="We know.", channel="phone", actor=desk.handler, now=NOON
    )
    return case


def test_two_who_spend_the_last_of_a_week_do_not_overspend(own_database):
    forget_snapshots()
    desk = make_desk(handler_limit=10_000, week=10_000)

    def spend(case):
        return services.offer_remedy(
            case_id=case.pk, line="goodwill", kind="voucher", amount_minor=6_000,
            words="Voucher", actor=desk.handler, now=NOON,
        ).state  # fmt: skip

    states = at_once(spend, ready(desk), ready(desk))
    week = Allowance.objects.get(holder=desk.handler, scope_key=week_key(NOON))
    assert sorted(states) == ["awaiting_approval", "offered"]
    assert week.committed_minor == 6_000


def test_two_who_give_the_same_customer_the_last_of_a_desk_s_limit_do_not_overspend(
    own_database,
):
    forget_snapshots()
    desk, customer = make_desk(handler_limit=10_000), make_customer()
    per_customer(Role.HANDLER, 10_000)

    def give(pair):
        case, person = pair
        return offer(case, person, 6_000).state

    pairs = [
        (giving_to(desk, customer), desk.handler),
        (giving_to(desk, customer), desk.colleague),
    ]
    assert sorted(at_once(give, *pairs)) == ["awaiting_approval", "offered"]
    assert Allowance.objects.get(holder=None).committed_minor == 6_000


def test_two_who_spend_the_last_of_a_budget_do_not_overspend(own_database):
    forget_snapshots()
    desk = make_desk(handler_limit=10_000)
    make_budget(desk.department, desk.lead, 10_000)

    def give(pair):
        case, person = pair
        return offer(case, person, 6_000).waits_for

    pairs = [(ready(desk), desk.handler), (ready(desk), desk.colleague)]
    assert sorted(at_once(give, *pairs)) == ["", "budget"]
    assert BudgetAccount.objects.get().promised_minor == 6_000


def test_the_last_two_cases_that_end_together_end_the_track(own_database):
    forget_snapshots()
    desk = make_desk()
    one = ready(desk)
    two = ready(desk, failure=one.failure)
    begin(one.failure)

    def lose(case):
        services.mark_lost(case_id=case.pk, words="Gone", actor=desk.handler, now=NOON)

    at_once(lose, one, two)
    assert CustomerCase.objects.filter(end="failed").count() == 2
    assert track_of(one.failure_id) == ("ended", "failed")


def test_an_answer_is_written_down_once_however_often_it_is_sent(own_database):
    forget_snapshots()
    desk = make_desk()
    case = make_case(desk)

    def tell(_):
        try:
            services.acknowledge(
                case_id=case.pk, words="We know.", channel="phone", actor=desk.handler,
                now=NOON, expected_version=1,
            )  # fmt: skip
        except Conflict:
            return False
        return True

    assert sorted(at_once(tell, 1, 2, 3)) == [False, False, True]
    assert case.contacts.count() == 1
