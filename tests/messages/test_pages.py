"""The page of one's wishes, and the operators' page of deliveries."""

from datetime import time

import pytest
from django.urls import reverse

from recovery.messages import services
from recovery.messages.models import Attempt, Message
from recovery.org.roles import Role
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db
WISHES, DELIVERIES = "/inbox/preferences/", "/settings/deliveries/"
AT_ONCE = dict.fromkeys(("time", "decision", "work", "mention", "private"), "now")


@pytest.fixture
def ana():
    return make_person()


@pytest.fixture
def reader(client, ana):
    client.force_login(ana)
    return client


def test_keeps_what_was_wished_and_shows_it_again(reader, ana):
    wishes = AT_ONCE | {"work": "digest", "digest_hours": ["8", "16"], "quiet_from": "22:00"}
    wishes |= {"quiet_until": "07:00", "working_days_only": "on", "zone": "Europe/Lisbon"}
    answer = reader.post(WISHES, wishes)
    assert (answer.status_code, answer.headers["Location"]) == (303, WISHES)
    kept = ana.preference
    ana.refresh_from_db()
    assert kept.ways == AT_ONCE | {"work": "digest"}
    assert (kept.quiet_from, kept.quiet_until) == (time(22), time(7))
    assert (kept.digest_hours, kept.working_days_only) == ([8, 16], True)
    assert ana.zone == "Europe/Lisbon"
    said = reader.get(WISHES).content.decode()
    assert 'value="22:00"' in said
    assert '<option value="Europe/Lisbon" selected>' in said


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"quiet_from": "08:00", "quiet_until": "08:00"}, "Both ends are the same"),
        ({"quiet_from": "08:00"}, "Give both ends"),
        ({"work": "digest"}, "Choose at least one hour"),
        ({"zone": "Mars/Olympus"}, "no time zone of this name"),
        ({"work": "pigeon"}, "Choose one of the list"),
    ],
)
def test_refuses_with_the_reason_and_keeps_what_was_typed(reader, ana, facts, sentence):
    answer = reader.post(WISHES, AT_ONCE | {"quiet_from": "21:30"} | facts)
    assert answer.status_code == 422
    said = answer.content.decode()
    assert sentence in said
    assert facts.get("quiet_from", "21:30") in said
    assert not hasattr(type(ana).objects.get(pk=ana.pk), "preference")


def test_says_what_comes_through_in_quiet_hours(reader):
    assert "P1 and anybody’s safety, comes through" in reader.get(WISHES).content.decode()


def give_up(person, key="case:1", kind="test"):
    services.tell(
        person_ids=[person.pk], kind=kind, subject="Look", lines=[], path="/",
        dedupe_key=key, at=NOON,
    )  # fmt: skip
    message = Message.objects.filter(recipient=person, channel="email").latest("pk")
    Message.objects.filter(pk=message.pk).update(state="dead", error="SMTPError: full")
    Attempt.objects.create(
        message=message, at=NOON, sent=False, error_class="SMTPError", error="mailbox full"
    )
    return message


@pytest.fixture
def operator(client):
    person = make_person(Role.OPERATOR)
    client.force_login(person)
    return client


def test_operators_see_every_try_and_send_again(operator, ana):
    message = give_up(ana)
    said = operator.get(DELIVERIES, {"state": "dead"}).content.decode()
    assert ana.name in said
    assert "SMTPError" in said
    answer = operator.post(reverse("messages:send_again", args=[message.pk]))
    assert (answer.status_code, answer.headers["Location"]) == (303, DELIVERIES)
    message.refresh_from_db()
    assert message.state == "queued"
    assert ana.name not in operator.get(DELIVERIES, {"state": "dead"}).content.decode()


def test_operators_send_all_of_a_kind_again(operator, ana):
    give_up(ana)
    give_up(make_person(), "case:2")
    answer = operator.post(reverse("messages:send_all_again"), {"kind": "test"}, follow=True)
    assert "2 are sent again" in answer.content.decode()


def test_operators_learn_nothing_of_private_tasks(operator, ana):
    give_up(ana, kind="support.offered")
    said = operator.get(DELIVERIES).content.decode()
    assert "support.offered" in said
    assert ana.name not in said
    assert "mailbox full" not in said


def test_the_page_of_deliveries_costs_the_same_however_many(
    operator, django_assert_max_num_queries
):
    for number in range(35):
        give_up(make_person(), f"case:{number}")
    with django_assert_max_num_queries(11):
        said = operator.get(DELIVERIES, {"state": "dead"}).content.decode()
    assert "before=" in said


def test_nobody_else_sees_deliveries(reader):
    assert reader.get(DELIVERIES).status_code == 403
