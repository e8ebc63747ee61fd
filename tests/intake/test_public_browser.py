"""The public's way on a phone: from what went wrong to an offer taken, seen by axe at each step."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases import services
from cases.models import CustomerCase
from recovery.failures.models import WorkItem
from recovery.intake.forms import complain
from tests.browsing import faults, sideways
from tests.cases.casting import make_desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    return page


def answer_with_an_offer(case, desk):
    WorkItem.objects.filter(pk=case.pk).update(department=desk.department)
    given = {"case_id": case.pk, "actor": desk.handler, "now": timezone.now()}
    services.acknowledge(words="It is on the next flight.", channel="phone", **given)
    services.offer_remedy(
        line="goodwill", kind="voucher", amount_minor=8_000, words="A voucher", **given
    )


def test_a_customer_tells_follows_and_takes_what_is_offered(
    phone, live_url, console_errors, monkeypatch, settings
):
    monkeypatch.setattr(complain, "QUICKEST", timedelta(0))
    settings.PUBLIC_URL = live_url
    desk, wrong = make_desk(), []

    def look(at):
        found = [*faults(phone), *(["sticks out"] if sideways(phone) else [])]
        wrong.extend(f"{at}: {each}" for each in found)

    phone.goto("/complain/")
    look("form")
    phone.get_by_label("What happened?").fill("My bag stayed in Lisbon.")
    phone.get_by_label("Your name").fill("Amara Osei")
    phone.get_by_role("button", name="Tell us").click()
    phone.get_by_role("heading", name="We have it").wait_for()
    look("kept")
    phone.get_by_role("link", name="See how it stands").click()
    phone.get_by_role("heading", name="We have what you wrote").wait_for()
    assert not phone.get_by_text("My bag stayed in Lisbon.").count()
    answer_with_an_offer(CustomerCase.objects.get(), desk)
    phone.reload()
    phone.get_by_label("Your surname").fill("osei")
    phone.get_by_role("button", name="Show what was written").click()
    phone.get_by_text("My bag stayed in Lisbon.").wait_for()
    look("offered")
    phone.get_by_role("button", name="I take it").click()
    phone.get_by_text("You took the offer.").wait_for()
    phone.emulate_media(color_scheme="dark", reduced_motion="reduce")
    look("taken")
    assert wrong == []
    assert console_errors == []
