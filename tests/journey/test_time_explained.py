"""One case through a pause, another urgency, a longer day, a closed desk and a reopening: each
time it is due, the page says why, and its sum ends at the time it says."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from recovery.clocks.models import Clock
from recovery.org.models import Calendar
from tests.journey.conftest import Airline, open_airline
from tests.journey.hands import fill, follow, follow_in_menu, press, reads

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LISBON = ZoneInfo("Europe/Lisbon")
WORDS = "First they said a refund, then a voucher, then nothing. Which is it?"


def at(day: int, hour: int) -> datetime:
    """A time of October 2026; summer time ends on Sunday the 25th."""
    return datetime(2026, 10, day, hour, tzinfo=UTC)


@pytest.fixture
def friday(page, live_url, monkeypatch) -> Airline:
    airline = open_airline(page, live_url, monkeypatch, opened=at(1, 9))
    airline.waits_until(at(23, 10))
    return airline


def complain(airline: Airline) -> str:
    """Yara writes down what a caller says; the address of the case."""
    page = airline.sits_down("Yara Lopes", "/log/")
    page.get_by_label("What happened?").fill(WORDS)
    page.get_by_label("Name, booking, phone or e-mail").fill("Kwame Osei kwame@mail.example")
    page.get_by_label("Cost time").check()
    page.get_by_text("Add more now, or later").click()
    page.get_by_label("What kind").select_option(label="Told different things")
    press(page, "Log it")
    page.wait_for_url("**/failures/F-*/")
    airline.works()
    follow(page, "All of the case")
    return page.url


def explained(airline: Airline, *said: str) -> datetime:
    """Open the explanation of the time to put it right; what it says, and when it is due."""
    clock = Clock.objects.filter(kind="resolve").latest("instance")
    page = airline.page
    page.goto(f"/clocks/{clock.pk}/")
    for words in said:
        reads(page, words)
    steps = page.get_by_role("region", name="Day by day")
    drawer = page.locator("details", has=steps)
    if drawer.count():
        drawer.locator("summary").click()
    last = steps.locator("tbody tr").last.locator("td").first.inner_text()
    ends = re.findall(r"\d\d:\d\d", last)[-1]
    assert ends == f"{clock.due_at.astimezone(LISBON):%H:%M}"
    return clock.due_at


def close_the_desk(airline: Airline, day: str) -> None:
    """Ada enters a day on which nobody answers."""
    contact = Calendar.objects.get(name="Contact")
    page = airline.sits_down("Ada Keller", f"/settings/calendars/{contact.pk}/")
    page.get_by_label("Day", exact=True).fill(day)
    page.get_by_label("What day is it?").fill("Power cut")
    press(page, "Enter the day")
    reads(page, "The clocks that run by it follow")


def reopen(airline: Airline, case: str) -> None:
    """Priya gives a voucher on the spot, hears that it is solved, and later that it is not."""
    page = airline.sits_down("Priya Nair", case)
    follow_in_menu(page, "Give on the spot")
    page.get_by_label("What", exact=True).select_option("refund")
    fill(page, amount="40", words="The refund of the letter", evidence="Bank reference 771")
    page.get_by_label("That was all").check()
    press(page, "Give on the spot")
    follow(page, "Ask if it is solved")
    fill(page, words="Did the refund arrive?")
    press(page, "Ask if it is solved")
    follow(page, "They say it is solved")
    fill(page, words="It did.")
    press(page, "They say it is solved")
    airline.waits_until(at(30, 10))
    page.goto(case)
    follow_in_menu(page, "Reopen")
    fill(page, words="It was taken back again.")
    press(page, "Reopen")


def answer_and_ask_back(airline: Airline, case: str) -> datetime:
    """Priya tells the customer, then waits for a letter over the weekend with the longer Sunday."""
    page = airline.sits_down("Priya Nair", case)
    follow(page, "Tell them")
    fill(page, words="I find out which it is and write to you on Monday.")
    press(page, "Tell them")
    first = explained(airline, "Those of “Contact” (Europe/Lisbon)", "P4 gives")
    airline.picture("as-it-began")
    page.goto(case)
    follow_in_menu(page, "Ask the customer")
    fill(page, words="Please send us the letter with the refund.")
    press(page, "Ask the customer")
    airline.waits_until(at(26, 10))
    page.goto(case)
    follow(page, "Write the answer down")
    fill(page, words="Here it is.")
    press(page, "Write the answer down")
    return first


def make_it_more_urgent(airline: Airline, case: str) -> None:
    page = airline.sits_down("Marta Nunes", case)
    follow(page, re.compile("^F-"))
    page.get_by_text("Make it more urgent").click()
    page.get_by_label("More urgent", exact=True).select_option("2")
    page.locator("[name=raise-reason]").fill("She must travel on Friday")
    press(page, "Raise it")
    airline.works()


def test_every_time_a_case_was_given_can_be_explained(friday, console_errors):
    case = complain(friday)
    first = answer_and_ask_back(friday, case)
    after_pause = explained(friday, "waiting for the customer", "25 h day")
    friday.picture("after-the-pause")
    make_it_more_urgent(friday, case)
    more_urgent = explained(friday, "It became P2", "She must travel on Friday")

    close_the_desk(friday, "2026-10-27")
    friday.waits_until(at(26, 11))
    friday.sits_down("Marta Nunes")
    after_closing = explained(friday, "Working hours changed", "Power cut, closed")
    friday.picture("after-the-closing")

    reopen(friday, case)
    again = explained(friday, "It is number 2 of its kind here")
    friday.picture("reopened")
    assert first < after_pause > more_urgent < after_closing < again
    assert console_errors == []
