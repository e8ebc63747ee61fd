"""From the public form to the customer's own “solved”, without login and without script."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from cases import services
from cases.models import CustomerCase
from cases.services.links import status_url
from recovery.events.services import pump
from recovery.failures.models import WorkItem
from recovery.intake.forms import complain
from tests.cases.casting import make_desk, state_of

pytestmark = pytest.mark.django_db

WORDS = "My bag stayed in Lisbon, and nobody can say where it is."


class Visitor:
    """A browser without script that sends what stands in the forms it was shown."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.html = ""

    def open(self, address: str) -> str:
        return self.read(self.client.get(address))

    def read(self, answer) -> str:
        if answer.status_code == 303:
            return self.open(answer.url.partition("#")[0])
        assert answer.status_code == 200
        self.html = answer.content.decode()
        assert "sessionid" not in self.client.cookies
        return self.html

    def press(self, button: str, **typed: str) -> str:
        """Fill in the form that has this button and send it."""
        forms = re.findall(r"<form.*?</form>", self.html, re.DOTALL)
        (form,) = (
            each for each in forms if re.search(rf"<button[^>]*>.*?{button}", each, re.DOTALL)
        )
        sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        assert set(typed) <= set(re.findall(r'name="(\w+)"', form))
        (action,) = re.findall(r'action="([^"]*)"', form)
        return self.read(self.client.post(action, sent | typed))


def tell_us(visitor, desk):
    """What happened, by the form; the page that answers names the address to keep."""
    visitor.open("/complain/")
    kept = visitor.press(
        "Tell us", what_happened=WORDS, name="Amara Osei", phone="+351 912345678"
    )
    case = CustomerCase.objects.get()
    assert status_url(case.pk) in kept
    pump(timezone.now())
    WorkItem.objects.filter(pk=case.pk).update(department=desk.department)
    return case, "/s/" + status_url(case.pk).partition("/s/")[2]


def test_a_complaint_is_told_worked_taken_up_again_and_solved(monkeypatch):
    cache.clear()
    monkeypatch.setattr(complain, "QUICKEST", timedelta(0))
    desk, visitor = make_desk(), Visitor()
    case, address = tell_us(visitor, desk)
    assert "We have what you wrote" in visitor.open(address)
    assert WORDS not in visitor.html
    assert WORDS in visitor.press("Show what was written", surname="Osei")

    given = {"case_id": case.pk, "actor": desk.handler, "now": timezone.now()}
    services.acknowledge(words="It is on the next flight.", channel="phone", **given)
    assert "It is on the next flight." in visitor.open(address)
    visitor.press("I was not told this")
    assert state_of(case) == "received"
    services.acknowledge(words="It lands at nine.", channel="phone", **given)
    services.offer_remedy(
        line="goodwill", kind="voucher", amount_minor=8_000, words="A voucher", **given
    )
    assert "€80.00" in visitor.open(address)
    visitor.press("I take it")
    assert state_of(case) == "accepted"
    remedy = case.remedies.get()
    services.deliver_remedy(
        remedy_id=remedy.pk, evidence="Voucher 4711", completes=True, actor=desk.handler,
        now=timezone.now(),
    )  # fmt: skip
    visitor.open(address)
    assert "We are looking into it again" in visitor.press(
        "Take it up again", words="The bag is broken."
    )
    services.put_right(**given)
    visitor.open(address)
    assert "You told us that it is solved" in visitor.press("It is solved", words="Thank you.")
    assert state_of(case) == "recovered"
