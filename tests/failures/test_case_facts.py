"""What rules may ask about a case, read from the database."""

import pytest

from recovery.failures.policy import FACTS
from recovery.failures.selectors import facts_of_item, items_with_facts
from recovery.kernel.conditions import Condition, Op
from tests.factories import make_department, make_failure, make_item, make_mode

pytestmark = pytest.mark.django_db


def facts_of(item):
    return facts_of_item(items_with_facts([item.pk])[item.pk])


def test_says_every_fact_of_a_customer_case(django_assert_num_queries):
    mode = make_mode()
    above = make_department()
    desk = make_department(parent=above)
    failure = make_failure(
        department=desk, mode=mode, category=mode.category, flags=["hostile_contact"]
    )
    item = make_item(failure, segment="gold", level=2)
    facts_of(item)
    with django_assert_num_queries(1):
        facts = facts_of(item)
    assert facts.keys() == FACTS.keys()
    assert facts["department"] == (desk.slug, above.slug)
    assert facts["category"] == mode.category.slug
    assert facts["mode"] == f"{mode.category.slug}/{mode.slug}"
    assert facts["flag"] == ("hostile_contact",)
    assert (facts["segment"], facts["level"], facts["severity"]) == ("gold", 2, 3)
    assert facts["complained"] is False


def test_knows_of_a_support_case_only_what_its_header_says():
    facts = facts_of(make_item(kind="employee"))
    assert not Condition("channel", Op.IS, ("phone",)).holds(facts)
    assert not Condition("severity", Op.AT_LEAST, (0,)).holds(facts)
    assert Condition("track", Op.IS, ("employee",)).holds(facts)
