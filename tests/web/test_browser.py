"""The shell in a real browser: accessible, within the security policy, nothing typed is lost."""

import pytest

from recovery.org.roles import Role
from tests.browsing import faults, sideways, sign_in
from tests.factories import make_person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def ines(page, live_url):
    sign_in(page, make_person(Role.HANDLER, name="Ines Moreau"), live_url)
    page.goto("/gallery/")
    return page


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_gallery_is_accessible_light_and_dark(ines, console_errors, size):
    ines.set_viewport_size(size)
    for theme in ("light", "dark"):
        ines.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert faults(ines) == []
    assert console_errors == []


def test_nothing_sticks_out_sideways(ines):
    for width in (320, 390, 768, 1024, 1440):
        ines.set_viewport_size({"width": width, "height": 800})
        assert not sideways(ines), width


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_login_page_is_accessible(page, console_errors, size):
    page.set_viewport_size(size)
    page.goto("/accounts/login/")
    assert faults(page) == []
    assert console_errors == []


def test_a_draft_survives_a_closed_page_and_goes_when_thrown_away(ines):
    ines.get_by_label("What happened?").fill("Nobody came with the chair.")
    ines.get_by_text("Draft kept on this device").wait_for()
    ines.reload()
    assert ines.get_by_label("What happened?").input_value() == "Nobody came with the chair."
    ines.get_by_role("button", name="Throw it away").click()
    ines.reload()
    assert not ines.get_by_label("What happened?").input_value()


def test_a_draft_is_kept_though_the_page_goes_before_the_pause_is_over(ines):
    ines.get_by_label("What happened?").press_sequentially("Lost?")
    ines.reload()
    assert ines.get_by_label("What happened?").input_value() == "Lost?"


SEND = """(token) => {
    const form = document.getElementById("drafted");
    form.action = "/theme/";
    for (const [name, value] of [["theme", "system"], ["next", "/gallery/"], ["csrfmiddlewaretoken", token]]) {
        form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
    }
    form.requestSubmit();
}"""


def test_a_draft_goes_when_its_form_was_taken(ines):
    ines.get_by_label("What happened?").fill("Taken.")
    token = ines.locator("[name=csrfmiddlewaretoken]").first.input_value()
    # The theme is the one form of the shell that is saved and leads back to this page.
    with ines.expect_navigation():
        ines.evaluate(SEND, token)
    ines.wait_for_url("**/gallery/")
    assert not ines.get_by_label("What happened?").input_value()


def test_a_draft_stays_when_its_form_was_refused(ines):
    ines.get_by_label("What happened?").fill("Refused.")
    with ines.expect_navigation():
        ines.evaluate(SEND, "forged")
    ines.get_by_role("heading", name="That form has expired").wait_for()
    ines.goto("/gallery/")
    assert ines.get_by_label("What happened?").input_value() == "Refused."


def test_keys_move_through_a_list_and_can_be_switched_off(ines):
    ines.locator("h1").click()
    ines.keyboard.press("j")
    ines.keyboard.press("j")
    assert ines.evaluate("document.activeElement.textContent") == "Taxi to Cacilhas"
    ines.keyboard.press("?")
    ines.get_by_label("Single keys work").uncheck()
    ines.keyboard.press("Escape")
    ines.keyboard.press("k")
    assert ines.evaluate("document.activeElement.textContent") != "Boat ticket, repaid"


def test_a_chosen_theme_holds_on_the_next_page(ines):
    ines.get_by_role("button", name="Ines Moreau, your menu").click()
    ines.get_by_role("button", name="Dark", exact=True).click()
    assert ines.evaluate("document.documentElement.dataset.theme") == "dark"
    ines.reload()
    assert ines.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_first_error_is_focused_and_leads_to_its_field(ines):
    assert ines.evaluate("document.activeElement.getAttribute('role')") == "alert"
    ines.get_by_role("link", name="Booking reference").click()
    assert ines.evaluate("document.activeElement.name") == "booking"
