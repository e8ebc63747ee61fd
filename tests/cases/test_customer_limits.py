"""No splitting around a limit: what one customer got counts together, where the limit says so."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.models import Allowance, Remedy
from cases.presenters.limits import limits_of
from cases.selectors import case_file
from cases.services import decline_remedy
from recovery.org.roles import Role
from tests.cases.casting import make_customer, make_desk
from tests.cases.giving import offer, per_customer, ready
from tests.factories import NOON, make_department

pytestmark = pytest.mark.django_db
HANDLER = Role.HANDLER


@pytest.fixture
def desk():
    return make_desk(handler_limit=10_000)


@pytest.fixture
def customer():
    return make_customer()


def test_gifts_of_colleagues_in_other_cases_count_together(desk, customer):
    per_customer(HANDLER, 8_000, department=desk.department)
    assert offer(ready(desk, customer), desk.handler, 5_000).state == "offered"
    late = offer(ready(desk, customer), desk.colleague, 5_000)
    assert (late.state, late.waits_for) == ("awaiting_approval", "limit")
    assert offer(ready(desk, customer), desk.colleague, 3_000).state == "offered"


def test_where_the_limit_is_each_person_s_a_colleague_s_gift_leaves_it_alone(desk, customer):
    per_customer(HANDLER, 8_000, together=False)
    assert offer(ready(desk, customer), desk.handler, 5_000).state == "offered"
    assert offer(ready(desk, customer), desk.colleague, 5_000).state == "offered"
    assert offer(ready(desk, customer), desk.handler, 5_000).state == "awaiting_approval"


def test_another_customer_and_another_desk_do_not_count(desk, customer):
    per_customer(HANDLER, 8_000, department=desk.department)
    elsewhere = offer(ready(desk, customer), desk.handler, 5_000)
    Remedy.objects.filter(pk=elsewhere.pk).update(desk=make_department())
    offer(ready(desk, make_customer("Rui")), desk.handler, 8_000)
    assert offer(ready(desk, customer), desk.handler, 8_000).state == "offered"


def test_a_gift_falls_out_after_its_days(desk, customer):
    per_customer(HANDLER, 8_000, days=30)
    offer(ready(desk, customer), desk.handler, 8_000)
    again = ready(desk, customer)
    later = {"now": NOON + timedelta(days=29)}
    refused = offer(again, desk.handler, 8_000, **later)
    assert refused.state == "awaiting_approval"
    assert (
        offer(ready(desk, customer), desk.handler, 8_000, now=NOON + timedelta(days=30)).state
        == "offered"
    )


def test_what_was_turned_down_is_free_again(desk, customer):
    per_customer(HANDLER, 8_000)
    made = offer(ready(desk, customer), desk.handler, 8_000)
    decline_remedy(remedy_id=made.pk, actor=desk.handler, now=NOON)
    assert offer(ready(desk, customer), desk.colleague, 8_000).state == "offered"


def test_when_it_is_refused_the_other_limits_keep_nothing_of_it(desk, customer):
    per_customer(HANDLER, 8_000)
    offer(ready(desk, customer), desk.handler, 8_000)
    before = Allowance.objects.get(scope_key__startswith="week").committed_minor
    offer(ready(desk, customer), desk.handler, 5_000)
    assert Allowance.objects.get(scope_key__startswith="week").committed_minor == before


def test_it_is_shown_before_anything_is_typed(desk, customer):
    per_customer(HANDLER, 8_000)
    offer(ready(desk, customer), desk.colleague, 5_000)
    case = ready(desk, customer)
    rows = limits_of(case_file(desk.handler, case.pk), desk.handler, NOON)
    said = {row.label: row.left for row in rows}
    label = "The desk’s limit for this customer in 365 days, €80.00"
    assert said[label] == "€30.00 left"


def test_the_database_knows_one_row_for_all_of_a_desk(desk, customer):
    per_customer(HANDLER, 8_000)
    offer(ready(desk, customer), desk.handler, 5_000)
    row = Allowance.objects.get(holder=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Allowance.objects.create(holder=None, scope_key=row.scope_key, limit_minor=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Allowance.objects.filter(pk=row.pk).update(committed_minor=8_001)
