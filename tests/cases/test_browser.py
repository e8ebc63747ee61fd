"""The case page in a real browser: accessible, within the security policy, usable on a phone."""

import pytest

from cases import services
from recovery.failures.selectors import item_reference
from tests.browsing import faults, sideways, sign_in
from tests.cases.casting import make_case, make_customer, make_desk, owe
from tests.factories import NOON

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def case(page, live_url):
    desk = make_desk()
    case = make_case(desk, customer=make_customer(phone="+351 555 0100"), owner=desk.handler)
    owe(case, desk)
    services.acknowledge(
        case_id=case.pk, words="We know.", channel="phone", actor=desk.handler, now=NOON
    )
    sign_in(page, desk.handler, live_url)
    return case


def test_an_offer_is_made_by_hand_and_nothing_sticks_out(page, case, console_errors):
    page.emulate_media(reduced_motion="reduce")  # a toast half-way in has half a contrast
    page.goto(f"/cases/{item_reference('customer', case.pk)}/offer/")
    page.get_by_label("What", exact=True).select_option("voucher")
    page.get_by_label("Worth, in EUR").fill("80,50")
    page.get_by_label("In words the customer would use").fill("Voucher for the next flight")
    for width in (320, 390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert not sideways(page), width
    assert faults(page) == []
    page.get_by_role("button", name="Make an offer").click()
    page.get_by_text("Hear whether Kwame Osei takes the offer").wait_for()
    assert page.get_by_role("cell", name="€80.50").is_visible()
    assert faults(page) == []
    assert console_errors == []
