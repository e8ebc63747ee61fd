"""A track given up by two persons, and taken up again when it turns out that it mattered."""

import pytest
from playwright.sync_api import expect

from tests.journey.conftest import Airline
from tests.journey.hands import fill, follow, follow_in_menu, press, reads

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def log_a_wet_seat(airline: Airline) -> str:
    page = airline.sits_down("Rita Sousa", "/log/")
    page.get_by_label("What happened?").fill("The seat was wet, they moved me to the last row.")
    page.get_by_label("Cost time").check()
    press(page, "Log it")
    page.wait_for_url("**/failures/F-*/")
    airline.works()
    return page.url


def make_it_good_on_the_spot(airline: Airline, failure: str) -> str:
    page = airline.sits_down("Marta Nunes", failure)
    follow(page, "All of the case")
    case = page.url
    follow(page, "Tell them")
    fill(page, words="Sorry. Here is something for the wet hour.")
    press(page, "Tell them")
    follow_in_menu(page, "Give on the spot")
    page.get_by_label("What", exact=True).select_option("voucher")
    fill(page, amount="20", words="A meal voucher", evidence="Handed over at the desk")
    page.get_by_label("That was all").check()
    press(page, "Give on the spot")
    follow(page, "Ask if it is solved")
    fill(page, words="Is it solved for you?")
    press(page, "Ask if it is solved")
    follow(page, "They say it is solved")
    fill(page, words="Yes.")
    press(page, "They say it is solved")
    reads(page, "Recovered")
    return case


def waive_learning_by_two(airline: Airline, failure: str) -> None:
    page = airline.sits_down("Marta Nunes", failure)
    page.get_by_text("Ask to waive a track").click()
    page.get_by_label("Which track").select_option("process")
    page.get_by_role("combobox", name="Why").select_option("disproportionate")
    page.get_by_label("In your words").fill("One wet seat in a year, and the aircraft is sold.")
    airline.picture("waiver")
    press(page, "Ask for the waiver")
    reads(page, "A waiver waits for a decision")
    expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    page = airline.sits_down("Jonas Lindqvist", failure)
    airline.picture("waiver-decision")
    press(page, "Approve")
    expect(page.get_by_role("heading", name="Closed, part waived")).to_be_visible()
    airline.picture("closed-waived")


def test_a_waived_failure_is_not_called_recovered_and_comes_back(airline, console_errors):
    failure = log_a_wet_seat(airline)
    case = make_it_good_on_the_spot(airline, failure)
    waive_learning_by_two(airline, failure)
    page = airline.sits_down("Marta Nunes", case)
    follow_in_menu(page, "Reopen")
    fill(page, words="The suit is ruined as well, with a bill.")
    press(page, "Reopen")
    page.goto(failure)
    expect(page.get_by_role("heading", name="Reopened")).to_be_visible()
    airline.picture("reopened")
    assert console_errors == []
