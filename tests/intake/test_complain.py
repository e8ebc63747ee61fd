"""The complaint form of the public: what it takes, what it shows again, what is one case."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from cases.models import Complaint, Contact, Customer, CustomerCase
from recovery.failures.models import Failure
from recovery.intake.forms.complain import ComplainForm, stamp
from recovery.intake.services.complaining import take_complaint
from tests.factories import make_department

pytestmark = pytest.mark.django_db

WORDS = "My bag stayed in Lisbon, and nobody can say where it is."


@pytest.fixture(autouse=True)
def desk():
    cache.clear()
    return make_department("Baggage")


def complain(client, words=WORDS, *, ago=timedelta(minutes=2), **more):
    shown = stamp(timezone.now() - ago)
    return client.post(
        reverse("intake:complain"), {"what_happened": words, "stamp": shown, **more}
    )


def said(now):
    form = ComplainForm(
        {"what_happened": WORDS, "stamp": stamp(now - timedelta(minutes=1))}, now=now
    )
    assert form.is_valid()
    return form.report()


def test_needs_nothing_but_what_happened(client, desk):
    answer = complain(client)
    assert answer.status_code == 303
    case = CustomerCase.objects.get()
    assert (case.customer, case.item.state, case.item.department) == (None, "received", desk)
    assert Complaint.objects.get().channel == "web"
    html = client.get(answer.url).content.decode()
    assert "/s/" in html
    assert "C-" in html
    assert "no-store" in client.get(answer.url).headers["Cache-Control"]


def test_takes_who_it_was_when_and_what_would_be_right(client):
    complain(
        client, name="Amara Osei", email="amara@example.org", phone="+351 912 345 678",
        occurred="2026-03-04T14:30", service_reference="HA 418",
        wished_outcome="My bag, tonight.",
    )  # fmt: skip
    case, customer = CustomerCase.objects.get(), Customer.objects.get()
    failure = Failure.objects.get()
    assert (customer.name, customer.email) == ("Amara Osei", "amara@example.org")
    assert case.wished_outcome == "My bag, tonight."
    assert (failure.service_reference, failure.occurred_at.minute) == ("HA 418", 30)
    assert failure.channel == "web"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"words": "  "}, "Tell us in a few words"),
        ({"email": "amara at example"}, "Write an address such as"),
        ({"occurred": "2999-01-01T10:00"}, "This is still to come"),
        ({"website": "https://pills.example"}, "look through it once more"),
        ({"ago": timedelta(seconds=1)}, "look through it once more"),
        ({"ago": timedelta(hours=25)}, "look through it once more"),
        ({"stamp": "forged"}, "look through it once more"),
    ],
)
def test_what_cannot_be_taken_is_shown_again_and_never_lost(client, fields, said):
    answer = complain(client, name="Amara Osei", **fields)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert fields.get("words", WORDS).strip() in html
    assert "Amara Osei" in html
    assert "pills" not in html
    assert not CustomerCase.objects.exists()


def test_what_looked_like_a_program_is_taken_when_it_is_sent_once_more(client):
    again = complain(client, website="https://pills.example", name="Amara Osei").context["form"]
    typed = {field.name: field.value() for field in again}
    assert (typed["what_happened"], typed["name"], typed["email"]) == (WORDS, "Amara Osei", "")
    assert typed["website"] == ""
    shown = stamp(timezone.now() - timedelta(minutes=1))
    answer = client.post(reverse("intake:complain"), typed | {"stamp": shown})
    assert answer.status_code == 303


class TestTheSameText:
    def test_within_a_day_is_the_same_case(self, client):
        first, second = complain(client), complain(client, f" {WORDS.upper()}\n")
        assert first.url == second.url
        assert CustomerCase.objects.count() == 1

    def test_is_the_same_over_midnight_and_another_case_after_a_day(self):
        late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
        cases = [
            take_complaint(report=said(at), sender="203.0.113.9", now=at)
            for at in (late, late + timedelta(hours=23), late + timedelta(hours=25))
        ]
        assert cases[0] == cases[1] != cases[2]

    def test_from_another_address_is_another_case(self, client):
        complain(client)
        client.post(
            reverse("intake:complain"),
            {"what_happened": WORDS, "stamp": stamp(timezone.now() - timedelta(minutes=1))},
            REMOTE_ADDR="203.0.113.9",
        )
        assert CustomerCase.objects.count() == 2

    def test_with_a_name_added_keeps_the_name(self, client):
        complain(client)
        complain(client, name="Amara Osei")
        complain(client, name="Amara Osei")
        assert CustomerCase.objects.count() == 1
        assert "Amara Osei" in Contact.objects.get().words

    def test_of_somebody_else_is_another_case(self, client):
        complain(client, name="Amara Osei")
        complain(client, name="Rui Tavares")
        complain(client, name="Rui Tavares")
        assert CustomerCase.objects.count() == 2


def test_too_many_from_one_address_wait_and_keep_what_was_typed(client):
    answers = [complain(client, f"{WORDS} {n}") for n in range(11)]
    assert {each.status_code for each in answers[:10]} == {303}
    assert answers[10].status_code == 429
    assert f"{WORDS} 10" in answers[10].content.decode()
    assert CustomerCase.objects.count() == 10
