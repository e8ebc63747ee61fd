"""Budgets: promised, spent, given back; above them the owner decides; rights never touch them."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cases import services
from cases.models import BudgetAccount
from cases.policy import Standing, next_period, period_start
from cases.presenters.limits import limits_of
from cases.selectors import case_file
from recovery.kernel.refusals import Invalid, NotAllowed
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.cases.casting import make_desk
from tests.cases.giving import give, make_budget, offer, ready
from tests.factories import NOON, make_department, make_person

db = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk(handler_limit=10_000, lead_limit=50_000)


def account():
    return BudgetAccount.objects.values_list("promised_minor", "spent_minor").get()


@pytest.mark.parametrize(
    ("on", "month", "quarter"),
    [
        (date(2026, 3, 31), date(2026, 3, 1), date(2026, 1, 1)),
        (date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 1)),
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 10, 1)),
    ],
)
def test_a_day_lies_in_its_month_and_quarter(on, month, quarter):
    assert (period_start(on, "month"), period_start(on, "quarter")) == (month, quarter)
    assert next_period(date(2026, 10, 1), "quarter") == date(2027, 1, 1)
    assert next_period(date(2026, 12, 1), "month") == date(2027, 1, 1)


def test_it_warns_from_its_percent_on_and_a_budget_of_nothing_is_used_up():
    assert not Standing(1_000, 400, 399).is_short
    assert Standing(1_000, 400, 400).is_short
    assert Standing(0).is_short
    assert Standing(1_000, 900, 300, released=200).left == 0


@db
class TestABudget:
    @pytest.fixture(autouse=True)
    def budget(self, desk):
        return make_budget(desk.department, desk.lead, 10_000)

    def test_an_offer_is_promised_and_what_is_given_is_spent(self, desk):
        made = offer(ready(desk), desk.handler, 4_000)
        assert account() == (4_000, 0)
        services.accept_remedy(remedy_id=made.pk, actor=desk.handler, now=NOON)
        services.deliver_remedy(remedy_id=made.pk, evidence="V-1", actor=desk.handler, now=NOON)
        assert account() == (0, 4_000)

    @pytest.mark.parametrize("answer", ["decline_remedy", "withdraw_remedy"])
    def test_what_is_not_given_goes_back(self, desk, answer):
        made = offer(ready(desk), desk.handler, 4_000)
        words = {"words": "No"}
        getattr(services, answer)(remedy_id=made.pk, actor=desk.handler, now=NOON, **words)
        assert account() == (0, 0)

    def test_above_it_the_owner_decides_and_that_is_counted(self, desk):
        offer(ready(desk), desk.handler, 8_000)
        late = offer(ready(desk), desk.handler, 4_000)
        assert (late.state, late.waits_for) == ("awaiting_approval", "budget")
        assert account() == (8_000, 0)
        services.approve_remedy(remedy_id=late.pk, actor=desk.lead, now=NOON)
        assert account() == (12_000, 0)
        assert BudgetAccount.objects.get().released_minor == 2_000

    def test_a_lead_who_does_not_own_it_cannot_but_who_stands_above_it_can(self, desk):
        offer(ready(desk), desk.handler, 8_000)
        late = offer(ready(desk), desk.handler, 4_000)
        beside = make_person(Role.LEAD, desk.department)
        with pytest.raises(NotAllowed, match="Marta Nunes, who owns it, must decide"):
            services.approve_remedy(remedy_id=late.pk, actor=beside, now=NOON)
        services.approve_remedy(remedy_id=late.pk, actor=desk.manager, now=NOON)
        assert account() == (12_000, 0)

    def test_on_the_spot_nothing_is_given_above_it(self, desk):
        offer(ready(desk), desk.handler, 8_000)
        with pytest.raises(Invalid, match="above the budget"):
            give(ready(desk), desk.handler, 4_000)

    @pytest.mark.parametrize("line", ["entitlement", "care"])
    def test_care_and_rights_never_touch_it(self, desk, line):
        made = offer(ready(desk), desk.handler, 90_000, line=line, kind="payment")
        assert (made.state, made.account) == ("offered", None)
        assert not BudgetAccount.objects.exists()

    def test_its_owner_is_warned_once_near_the_end(self, desk):
        for amount in (7_900, 100, 100):
            offer(ready(desk), desk.handler, amount)
        warned = Message.objects.filter(kind="budget.short", channel="inbox")
        assert [each.recipient for each in warned] == [desk.lead]

    def test_it_bears_the_gifts_of_desks_below_without_one(self, desk):
        below = make_department(parent=desk.department)
        case = ready(desk, department=below)
        assert offer(case, desk.handler, 1_000).account.department == desk.department

    def test_how_it_stands_is_shown_before_anything_is_typed(self, desk):
        offer(ready(desk), desk.handler, 9_000)
        rows = limits_of(case_file(desk.handler, ready(desk).pk), desk.handler, NOON)
        assert rows[-1].left == "€10.00 left, nearly used up"

    def test_the_database_itself_refuses_to_overspend(self, desk):
        offer(ready(desk), desk.handler, 9_000)
        for broken in ({"spent_minor": 1_001}, {"limit_minor": 8_999}):
            with pytest.raises(IntegrityError), transaction.atomic():
                BudgetAccount.objects.update(**broken)


@db
def test_the_nearest_budget_above_bears_it(desk):
    make_budget(desk.department.parent, desk.manager, 1)
    make_budget(desk.department, desk.lead, 10_000)
    assert offer(ready(desk), desk.handler, 9_000).state == "offered"
