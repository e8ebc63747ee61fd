"""The pages of standards: written, tried, signed by two, looked after, retired."""

from datetime import timedelta

import pytest
from django.urls import reverse

from recovery.clocks.models import Standard, StandardVersion
from recovery.clocks.selectors.examples import example_of, examples
from recovery.failures.selectors import item_reference
from recovery.org.roles import Role
from tests.clocks.standing import asks, hold_standard
from tests.factories import (
    NOON,
    make_calendar,
    make_department,
    make_failure,
    make_item,
    make_person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    person = make_person(Role.ADMIN)
    client.force_login(person)
    return person


def page(client, name, *args, **query):
    return client.get(reverse(f"console:{name}", args=args), query)


def typed(admin, **facts):
    return {
        "name": "Social media", "kind": "acknowledge", "words": "Within half an hour.",
        "rank": 50, "basis": "received", "source": "Board", "owner": admin.pk,
        "verify_by": "2099-01-01", "counts": "exact", "shift": "as_is",
        "p1_amount": 15, "p1_unit": "minutes", "p1_always": "on",
        "p2_amount": 30, "p2_unit": "minutes", "p2_always": "on",
        "c0_fact": "channel", "c0_op": "is", "c0_values": "Social media",
    } | facts  # fmt: skip


def write(client, admin, **facts):
    return client.post(reverse("console:new_standard"), typed(admin, **facts))


def test_writes_a_draft_in_the_words_people_know(client, admin):
    answer = write(client, admin)
    made = StandardVersion.objects.get(draft=True)
    assert answer.status_code == 303
    assert made.targets == {"1": 900, "2": 1800}
    assert made.conditions == [asks("channel", "social")]
    shown = page(client, "standard", made.standard_id).content.decode()
    assert "channel is Social media" in shown
    assert "Sign it" in shown


def test_keeps_what_was_typed_and_says_what_is_wrong(client, admin):
    answer = write(client, admin, c0_values="Telex", source="", words="Our words")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "There is no Telex" in text
    assert "Our words" in text
    assert not StandardVersion.objects.filter(draft=True).exists()


def test_takes_two_people_to_put_it_in_force(client, admin):
    write(client, admin)
    made = StandardVersion.objects.get(draft=True)
    address = reverse("console:sign_standard", args=[made.pk])
    assert client.post(address, {"revision": 1}).status_code == 303
    assert client.post(address, {"revision": 1}).status_code == 409
    client.force_login(make_person(Role.ADMIN))
    assert client.post(address, {"revision": 1}).status_code == 303
    made.refresh_from_db()
    assert not made.draft
    assert "In force" in page(client, "standard", made.standard_id).content.decode()


def test_a_draft_starts_from_the_version_it_supersedes(client, admin):
    house = Standard.objects.get(key="house-resolve")
    shown = page(client, "draft_standard", house.pk)
    initial = shown.context["form"].initial
    assert (initial["p3_amount"], initial["p3_unit"]) == (5, "days")
    assert initial["pause_cap_days"] == 10


def test_marks_what_was_to_be_verified_by_now(client, admin):
    own = hold_standard(owner=admin, verify_by=(NOON - timedelta(days=999)).date())
    assert "to verify since" in page(client, "standards").content.decode()
    client.post(
        reverse("console:care_standard", args=[own.pk]),
        {"owner": admin.pk, "verify_by": "2099-01-01"},
    )
    assert "to verify since" not in page(client, "standards").content.decode()


class TestTrying:
    def test_says_which_one_and_why_for_facts(self, client, admin):
        hold_standard("acknowledge", asks("channel", "social"), name="Social", hours=1, rank=5)
        hold_standard("acknowledge", asks("segment", "gold"), name="Gold", rank=6)
        shown = page(
            client, "try_standards", kind="acknowledge", channel="social", priority=3,
            at="2026-03-04T12:00",
        )  # fmt: skip
        rows = [(row.name, row.holds, row.why) for row in shown.context["trial"]]
        assert rows == [
            ("Social", True, "Because channel is Social media."),
            ("Gold", False, "Asks that customer segment is gold."),
            ("Acknowledge", False, "Holds as well, but comes later."),
        ]
        assert "13:00" in shown.context["trial"][0].due

    def test_tries_a_draft_on_a_past_case_before_it_is_signed(self, client, admin):
        write(client, admin)
        made = StandardVersion.objects.get(draft=True)
        desk = make_department(calendar=make_calendar())
        case = make_item(make_failure(department=desk, channel="social", priority=2))
        shown = page(
            client, "standard", made.standard_id, case=item_reference("customer", case.pk)
        )
        first = shown.context["trial"][0]
        assert (first.name, first.is_draft, first.holds) == ("Social media", True, True)
        assert "Due 4 Mar 2026, 12:30" in shown.content.decode()

    def test_refuses_a_case_there_is_not(self, client, admin):
        answer = page(client, "try_standards", kind="resolve", case="C-000000")
        assert answer.status_code == 422


def test_pages_cost_the_same_however_many_there_are(client, admin, django_assert_num_queries):
    page(client, "standards")
    with django_assert_num_queries(6):
        page(client, "standards")
    for _ in range(5):
        hold_standard(owner=admin)
    with django_assert_num_queries(6):
        page(client, "standards")


@pytest.mark.parametrize("key", [each.key for each in examples()])
def test_every_example_makes_a_draft_and_nothing_in_force(client, admin, key):
    assert "to verify" in example_of(key).source.lower()
    answer = client.post(reverse("console:take_standard", args=[key]))
    made = StandardVersion.objects.get(standard__name=example_of(key).name, draft=True)
    assert answer.status_code == 303
    assert (made.owner, made.signed_by) == (admin, None)
    assert client.post(reverse("console:take_standard", args=[key])).status_code == 422


def test_examples_are_of_eight_industries(client, admin):
    shown = page(client, "standard_examples").content.decode()
    assert len({each.industry for each in examples()}) == 8
    assert all(each.name in shown for each in examples())


def test_whole_days_at_any_hour_are_said_in_days(client, admin):
    said = client.get(reverse("console:standards")).content.decode()
    assert "7 days, at any hour" in said
    assert "168 h" not in said
    assert said.count("<thead") == 1
