"""What rules will do if nothing happens: the same times and people as when they do it."""

import pytest

from recovery.escalation.models import RuleFiring
from recovery.escalation.selectors import foretold
from recovery.failures.models import WorkItem
from recovery.org.roles import Role
from tests.escalation.ruling import DAY, DAYS, SHIFT, happens, only_rule, passes, rule
from tests.factories import (
    NOON,
    make_calendar,
    make_department,
    make_failure,
    make_item,
    make_person,
)

pytestmark = pytest.mark.django_db
URGENT = [{"fact": "priority", "op": "at_most", "values": [2]}]


@pytest.fixture
def desk():
    return make_department("Baggage", calendar=make_calendar())


@pytest.fixture
def handler(desk):
    return make_person(Role.HANDLER, desk)


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, lead=True, name="Rui Lopes")


@pytest.fixture
def item(desk, handler):
    return make_item(make_failure(department=desk, priority=3), owner=handler)


def test_what_is_foretold_comes_true(item, handler, lead):
    only_rule("inactive", tells="desk_lead", wait_minutes=5 * SHIFT, in_hours=True)
    rule("age", tells="owner", wait_minutes=10 * DAYS, every=DAYS, most=2)
    rule("not_solved", tells="desk_lead", wait_minutes=3 * DAYS)
    happens(item, "case.opened", handler)
    happens(item, "case.not_solved", handler, at=NOON)
    passes(NOON)
    said = [(each.at, list(each.people)) for each in foretold(item, NOON)]
    assert len(said) == 4
    for day in range(1, 13):
        passes(NOON + day * DAY)
    done = RuleFiring.objects.filter(item=item, state="done").order_by("due_at")
    assert [(each.due_at, each.told) for each in done] == said
    assert foretold(item, NOON + 20 * DAY) == []


def test_shows_the_condition_that_does_not_hold_now(item, handler, lead, client):
    only_rule("age", tells="desk_lead", wait_minutes=3650 * DAYS, when=URGENT)
    [found] = foretold(item, NOON)
    assert [each.fact for each in found.unmet] == ["priority"]
    client.force_login(handler)
    said = client.get(f"/escalation/{item.pk}/").content.decode()
    assert "only if priority is at most 2: does not hold now" in said
    assert "Rui Lopes" in said


def test_nothing_of_time_while_somebody_else_is_to_act_or_after_the_end(item, handler, lead):
    only_rule("inactive", tells="desk_lead", wait_minutes=5 * SHIFT, in_hours=True)
    WorkItem.objects.filter(pk=item.pk).update(waiting_for="customer")
    item.refresh_from_db()
    assert foretold(item, NOON) == []
    WorkItem.objects.filter(pk=item.pk).update(waiting_for="", closed_at=NOON)
    item.refresh_from_db()
    assert foretold(item, NOON) == []


def test_says_nothing_of_support(lead):
    only_rule("age", tells="desk_lead", wait_minutes=DAYS)
    assert foretold(make_item(kind="employee", owner=lead), NOON) == []
