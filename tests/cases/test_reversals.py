"""What was given and came back; payments that look like one another."""

import pytest

from cases import services
from cases.models import Allowance, BudgetAccount, Remedy, Reversal
from cases.selectors import week_key
from recovery.clocks.models import Clock
from recovery.failures.models import Failure
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from tests.cases.casting import make_customer, make_desk, owe, state_of, track_of
from tests.cases.giving import give, make_budget, ready
from tests.factories import NOON

pytestmark = pytest.mark.django_db
WHY = {"words": "Wrong person", "evidence": "Voucher back in our hands"}


@pytest.fixture
def desk():
    return make_desk(handler_limit=10_000)


def take_back(remedy, actor, **why):
    return services.take_back_remedy(remedy_id=remedy.pk, **(WHY | why), actor=actor, now=NOON)


def bounce(remedy, actor):
    return services.bounce_remedy(
        remedy_id=remedy.pk, words="Account closed", evidence="Bank R-03", actor=actor, now=NOON
    )


def week():
    return Allowance.objects.get(scope_key=week_key(NOON)).committed_minor


def account():
    return BudgetAccount.objects.values_list("promised_minor", "spent_minor").get()


def test_what_is_taken_back_frees_limit_budget_and_cost_and_the_case_is_at_work(desk):
    make_budget(desk.department, desk.lead, 50_000)
    case = ready(desk)
    remedy = give(case, desk.handler, 4_000)
    assert state_of(case) == "remedied"
    take_back(remedy, desk.lead)
    remedy.refresh_from_db()
    assert (remedy.state, week(), account()) == ("reversed", 0, (0, 0))
    assert Failure.objects.get(pk=case.failure_id).cost_minor == 0
    assert state_of(case) == "investigating"
    assert Clock.objects.filter(item_id=case.pk, kind="resolve", state="running").exists()
    assert not Clock.objects.filter(item_id=case.pk, kind="follow_up", state="running").exists()
    kept = Reversal.objects.get()
    assert (kept.was_evidence, kept.by) == ("V-1", desk.lead)


def test_something_else_that_put_it_right_keeps_the_case_where_it_is(desk):
    case = ready(desk)
    give(case, desk.handler, 1_000, completes=False)
    remedy = give(case, desk.handler, 2_000, "V-2")
    take_back(remedy, desk.lead)
    assert state_of(case) == "remedied"


def test_a_payment_that_bounced_is_to_be_given_again_and_stays_promised(desk):
    make_budget(desk.department, desk.lead, 50_000)
    case = ready(desk)
    remedy = give(case, desk.handler, 4_000)
    services.confirm_solved(case_id=case.pk, words="Thanks", actor=desk.handler, now=NOON)
    bounce(remedy, desk.handler)
    remedy.refresh_from_db()
    assert (remedy.state, remedy.evidence, week(), account()) == (
        "accepted", "", 4_000, (4_000, 0),
    )  # fmt: skip
    assert state_of(case) == "investigating"
    assert track_of(case.failure_id)[0] == "active"
    services.deliver_remedy(remedy_id=remedy.pk, evidence="V-9", actor=desk.handler, now=NOON)
    assert (account(), state_of(case)) == ((0, 4_000), "remedied")


def test_a_right_whose_payment_bounced_is_owed_again(desk):
    case = ready(desk)
    right = owe(case, desk)
    services.deliver_remedy(remedy_id=right.pk, evidence="SEPA 1", actor=desk.handler, now=NOON)
    bounce(right, desk.handler)
    assert Remedy.objects.get(pk=right.pk).state == "offered"
    with pytest.raises(Conflict, match="neither paid nor refused"):
        services.put_right(case_id=case.pk, actor=desk.handler, now=NOON)


def test_a_right_is_not_simply_taken_back(desk):
    right = owe(ready(desk), desk)
    services.deliver_remedy(remedy_id=right.pk, evidence="SEPA 1", actor=desk.handler, now=NOON)
    with pytest.raises(Conflict, match="owed by law"):
        take_back(right, desk.lead)


def test_taking_back_is_for_who_approves(desk):
    with pytest.raises(NotAllowed):
        take_back(give(ready(desk), desk.handler), desk.handler)


@pytest.mark.parametrize("blank", ["words", "evidence"])
def test_needs_a_reason_and_proof(desk, blank):
    with pytest.raises(Invalid) as refusal:
        take_back(give(ready(desk), desk.handler), desk.lead, **{blank: " "})
    assert refusal.value.field == blank


def test_words_cannot_come_back(desk):
    with pytest.raises(Conflict, match="nothing was paid"):
        take_back(give(ready(desk), desk.handler, 0, kind="apology"), desk.lead)


def test_it_comes_back_once(desk):
    remedy = give(ready(desk), desk.handler)
    take_back(remedy, desk.lead)
    with pytest.raises(Conflict, match="Given, then taken back"):
        take_back(remedy, desk.lead)


class TestPaidTwice:
    def test_the_same_amount_under_the_same_reference_wants_a_second_look(self, desk):
        customer = make_customer()
        first = ready(desk, customer)
        give(first, desk.handler, 4_000, "SEPA 4711-A")
        with pytest.raises(Invalid, match=r"C-\w+ has the same amount") as refusal:
            give(ready(desk, customer), desk.handler, 4_000, "sepa 4711 a")
        assert refusal.value.field == "looked"
        other = give(ready(desk, customer), desk.handler, 4_000, "SEPA 4711-A", looked=True)
        assert other.state == "delivered"

    @pytest.mark.parametrize(("amount", "reference"), [(4_001, "SEPA 1"), (4_000, "SEPA 2")])
    def test_another_amount_or_reference_is_another_payment(self, desk, amount, reference):
        customer = make_customer()
        give(ready(desk, customer), desk.handler, 4_000, "SEPA 1")
        made = give(ready(desk, customer), desk.handler, amount, reference)
        assert made.state == "delivered"

    def test_another_customer_s_is_as_well(self, desk):
        give(ready(desk), desk.handler, 4_000, "SEPA 1")
        made = give(ready(desk, make_customer("Rui")), desk.handler, 4_000, "SEPA 1")
        assert made.state == "delivered"

    def test_what_came_back_is_no_twin(self, desk):
        customer = make_customer()
        take_back(give(ready(desk, customer), desk.handler, 4_000, "SEPA 1"), desk.lead)
        assert give(ready(desk, customer), desk.handler, 4_000, "SEPA 1").state == "delivered"
