"""The log page in a real browser: at a desk and on a telephone."""

import pytest
from django.conf import settings
from django.utils import timezone

from cases.models import CustomerCase
from recovery.coordination.services import report_failures
from recovery.failures.models import Failure
from recovery.org.roles import Role
from recovery.org.selectors import system_person
from tests.browsing import faults, sideways, sign_in
from tests.coordination.reporting import a_report, make_desk
from tests.factories import make_person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
WORDS = "Flight to Lisbon cancelled at the gate, nobody told us why."


@pytest.fixture
def known(live_url):
    desk = make_desk("Disruption desk")
    person = make_person(Role.FRONTLINE, desk, name="Ines Moreau")
    [found] = report_failures(
        [a_report(what_happened=WORDS, service_reference="HA 418")],
        actor=system_person(), now=timezone.now(),
    )  # fmt: skip
    return found, person


@pytest.fixture
def form(page, live_url, known):
    sign_in(page, known[1], live_url)
    page.goto("/log/")
    return page


def say(page, words):
    page.get_by_label("What happened?").fill(words)


def same_thing(page):
    return page.get_by_role("complementary", name="Possible duplicates")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_is_accessible_and_fits_with_suggestions_and_with_errors(form, console_errors, size):
    form.set_viewport_size(size)
    say(form, "flight to lisbon cancelled at the gate")
    same_thing(form).wait_for()
    assert faults(form) == []
    form.get_by_text("Add more now, or later").click()
    form.get_by_label("When it happened").fill("2199-01-01T10:00")
    form.get_by_label("Cost time").check()
    form.get_by_role("button", name="Log it").click()
    form.get_by_text("Not saved yet").wait_for()
    for theme in ("light", "dark"):
        form.emulate_media(color_scheme=theme)
        form.wait_for_timeout(400)  # colours fade over
        assert faults(form) == []
    assert not sideways(form)
    assert [each for each in console_errors if "422" not in each] == []


def test_ctrl_enter_logs_once_and_the_draft_goes(form):
    say(form, "The seat was wet.")
    form.get_by_label("Annoying").check()
    form.get_by_label("What happened?").press("Control+Enter")
    form.get_by_text("Logged as F-").first.wait_for()
    form.goto("/log/")
    assert form.get_by_label("What happened?").input_value() == ""
    assert Failure.objects.count() == 2


def test_enter_in_a_line_logs_and_never_adds_to_another_failure(form):
    say(form, "flight to lisbon cancelled at the gate")
    same_thing(form).wait_for()
    form.get_by_label("Annoying").check()
    form.get_by_text("Add more now, or later").click()
    form.get_by_label("Flight, order or line").press("Enter")
    form.get_by_text("Logged as F-").first.wait_for()
    assert Failure.objects.count() == 2


def test_what_was_typed_survives_a_closed_tab(form, known):
    say(form, "flight to lisbon cancelled at the gate")
    form.get_by_label("Name, booking").fill("Rui Tavares")
    form.get_by_label("Cost time").check()
    form.get_by_text("Draft kept").wait_for()
    context = form.context
    form.close()
    again = context.new_page()
    again.goto("/log/")
    assert again.get_by_label("Name, booking").input_value() == "Rui Tavares"
    assert again.get_by_label("Cost time").is_checked()
    # And what looks the same is looked for again.
    same_thing(again).wait_for()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_same_thing_takes_this_customer(form, known, size):
    form.set_viewport_size(size)
    say(form, "flight to lisbon cancelled at the gate")
    form.get_by_label("Name, booking").fill("Ana Sousa")
    form.get_by_label("Cost time").check()
    button = same_thing(form).get_by_role("button", name="to it")
    button.wait_for()
    # On a telephone it is in sight without scrolling, above the button that logs.
    log_it = form.get_by_role("button", name="Log it")
    if size == PHONE:
        assert button.bounding_box()["y"] < log_it.bounding_box()["y"] < size["height"]
    button.click()
    form.get_by_text(f"Added to {known[0].reference}").first.wait_for()
    assert CustomerCase.objects.filter(failure_id=known[0].failure_id).count() == 2


def test_words_of_risk_tick_until_the_person_decides(form):
    box = form.get_by_label("Somebody is at risk right now")
    say(form, "Her insulin is in the bag")
    form.locator("#risk-why", has_text="you wrote: insulin").wait_for()
    assert box.is_checked()
    box.uncheck()
    with form.expect_response("**/log/alike/"):
        say(form, "Her insulin is in the bag on the belt")
    form.wait_for_timeout(200)
    assert not box.is_checked()


def test_a_text_that_is_too_long_is_said_before_it_is_sent(form):
    say(form, "x" * 20_001)
    form.get_by_label("Cost time").check()
    form.get_by_role("button", name="Log it").click()
    said = form.get_by_label("What happened?").evaluate("field => field.validationMessage")
    assert said == "Shorten it to 20000 characters; these are 20001."
    assert len(form.get_by_label("What happened?").input_value()) == 20_001


def test_a_colleague_is_named_nowhere(form):
    form.get_by_label("A colleague or a team").check()
    assert not form.get_by_label("Name, booking").is_visible()
    assert form.get_by_text("offered to a colleague in private").is_visible()


def test_signed_out_meanwhile_the_page_keeps_what_was_typed(form):
    form.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    with form.expect_response("**/accounts/login/**"):
        say(form, "Flight to Lisbon cancelled at the gate")
    form.wait_for_timeout(200)
    assert form.locator("#alike").inner_text() == ""
    assert form.get_by_label("What happened?").input_value()
