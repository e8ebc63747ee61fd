"""Settings of follow-ups: a rule is made, changed, tried and retired on pages, nothing by code."""

import pytest
from django.utils import timezone

from recovery.escalation.models import Rule, RuleVersion
from recovery.failures.selectors import item_reference
from recovery.org.roles import Role
from tests.escalation.ruling import happens
from tests.factories import make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
PLACE = "/settings/follow-ups/"
GIVEN = {
    "name": "Tell the lead of what is not solved",
    "trigger": "not_solved",
    "wait_amount": "2",
    "wait_unit": "working_days",
    "c0_fact": "priority",
    "c0_op": "at_most",
    "c0_values": "2",
    "c1_fact": "channel",
    "c1_op": "is",
    "c1_values": "Phone, letter",
    "tells": "desk_lead",
    "level": "1",
}


@pytest.fixture
def desk():
    return make_department("Baggage")


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, lead=True, name="Rui Lopes")


@pytest.fixture
def admin(client, desk, lead):
    client.force_login(make_person(Role.ADMIN, desk))
    return client


def test_lists_the_rules_of_the_house_in_words(admin):
    said = admin.get(PLACE).content.decode()
    assert "7 days after a remedy was delivered" in said
    assert "only if priority is at most 2" in said
    assert "when nobody has done anything for 5 working days" in said.lower()
    assert "tells the manager" in said


def test_settings_lead_there(admin):
    assert PLACE in admin.get("/settings/").content.decode()


def test_makes_a_rule_with_conditions_in_words(admin):
    answer = admin.post(f"{PLACE}new/", GIVEN)
    assert answer.status_code == 303
    version = RuleVersion.objects.get(rule__name=GIVEN["name"])
    assert (version.wait_minutes, version.in_hours, version.level) == (960, True, 1)
    assert version.when == [
        {"fact": "priority", "op": "at_most", "values": [2]},
        {"fact": "channel", "op": "is", "values": ["phone", "letter"]},
    ]
    said = admin.get(f"{PLACE}{version.rule_id}/").content.decode()
    assert "priority is at most 2, and channel is Phone or Letter" in said


def test_keeps_what_was_typed_and_says_every_fault(admin):
    answer = admin.post(
        f"{PLACE}new/", GIVEN | {"tells": "", "level": "0", "c1_values": "pigeon"}
    )
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "pigeon" in said
    assert GIVEN["name"] in said
    answer = admin.post(f"{PLACE}new/", GIVEN | {"tells": "", "level": "0"})
    assert "would do nothing" in answer.content.decode()


def test_a_new_version_starts_from_the_last(admin):
    rule = Rule.objects.get(key="call-back")
    said = admin.get(f"{PLACE}{rule.pk}/new/").content.decode()
    assert "Call: does what was given hold" in said
    given = GIVEN | {"task_kind": "call_back", "task_words": "Call", "task_days": "2"}
    assert admin.post(f"{PLACE}{rule.pk}/new/", given).status_code == 303
    assert rule.versions.count() == 2


def test_tries_a_rule_on_a_case_before_and_after_it_is_made(admin, desk, lead):
    item = make_item(make_failure(department=desk, priority=2, channel="phone"))
    happens(item, "case.not_solved", lead, at=timezone.now())
    reference = item_reference("customer", item.pk)
    given = GIVEN | {"try": "1", "case": reference, "wait_amount": "0"}
    said = admin.post(f"{PLACE}new/", given).content.decode()
    assert "On this case it would have" in said
    assert "told</span> Rui Lopes" in said or "told Rui Lopes" in said
    assert not Rule.objects.filter(name=GIVEN["name"]).exists()
    rule = Rule.objects.get(key="at-risk")
    said = admin.get(f"{PLACE}{rule.pk}/?case={reference}").content.decode()
    assert "done nothing" in said


def test_says_which_case_there_is_not(admin):
    rule = Rule.objects.get(key="at-risk")
    assert admin.get(f"{PLACE}{rule.pk}/?case=C-AAAAAA").status_code == 422


def test_retires_a_rule(admin):
    rule = Rule.objects.get(key="survey")
    assert admin.post(f"{PLACE}{rule.pk}/retire/").status_code == 303
    assert "Not in force" in admin.get(f"{PLACE}{rule.pk}/").content.decode()
    assert admin.post(f"{PLACE}{rule.pk}/retire/").status_code == 409
