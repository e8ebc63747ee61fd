"""One failure through all three tracks to recovered, by its people, in a real browser."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from recovery.demo.cast import PASSWORD
from tests.journey.conftest import Airline
from tests.journey.hands import fill, follow, follow_in_menu, press, reads

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORDS = "My mother sat at the gate for forty minutes, every person said somebody is coming."


def log_it(airline: Airline) -> str:
    """Rita writes down what happened at her gate; returns the address of the failure."""
    page = airline.sits_down("Rita Sousa", "/log/")
    page.get_by_label("What happened?").fill(WORDS)
    page.get_by_label("Name, booking, phone or e-mail").fill("Kwame Osei kwame@mail.example")
    page.get_by_label("Missed something").check()
    page.get_by_text("Add more now, or later").click()
    page.get_by_label("What kind").select_option(label="Assistance not met")
    page.get_by_label("The contact was hostile").check()
    airline.picture("log")
    press(page, "Log it")
    page.get_by_text("Logged as F-").first.wait_for()
    page.wait_for_url("**/failures/F-*/")
    airline.works()
    page.reload()
    airline.picture("failure-new")
    return page.url


def make_the_customer_whole(airline: Airline, failure: str) -> None:
    """Ines tells, looks, offers within and above her limit; Marta approves; Kwame is asked."""
    page = airline.sits_down("Ines Moreau")
    airline.picture("work-of-ines")
    page.goto(failure)
    follow(page, re.compile("^C-|All of the case"))
    case = page.url
    airline.picture("case-received")
    follow(page, "Tell them")
    fill(page, words="We were late for your mother. I look into it and call at four.")
    airline.picture("tell-them")
    press(page, "Tell them")
    follow(page, "Look at it")
    fill(page, words="Forty minutes alone; she missed her connection.")
    press(page, "Look at it")
    follow(page, "Make an offer")
    offer(page, what="voucher", worth="80", words="A voucher for the next flight")
    take_and_give(airline, evidence="Voucher HV-2231", completes=False)
    follow_in_menu(page, "Make an offer")
    offer(page, what="refund", worth="400", words="The hotel and the new ticket, repaid")
    reads(page, "Waits for approval")
    airline.picture("waits-for-approval")
    page = airline.sits_down("Marta Nunes", case)
    airline.picture("marta-decides")
    press(page, "Approve")
    page = airline.sits_down("Ines Moreau", case)
    take_and_give(airline, evidence="Bank reference 55102")
    hear_that_it_is_solved(airline)


def hear_that_it_is_solved(airline: Airline) -> None:
    page = airline.page
    follow(page, "Ask if it is solved")
    fill(page, words="Is it made good for you and your mother?")
    press(page, "Ask if it is solved")
    airline.waits(1)
    page.reload()
    follow(page, "They say it is solved")
    fill(page, words="Yes, thank you. She has the voucher.")
    press(page, "They say it is solved")
    reads(page, "Recovered")
    airline.picture("case-recovered")


def offer(page: Page, *, what: str, worth: str, words: str) -> None:
    page.get_by_label("What", exact=True).select_option(what)
    fill(page, amount=worth, words=words)
    press(page, "Make an offer")


def take_and_give(airline: Airline, *, evidence: str, completes: bool = True) -> None:
    page = airline.page
    follow(page, "They accept")
    airline.picture("they-accept")
    press(page, "They accept")
    follow(page, "It was given")
    fill(page, evidence=evidence)
    page.get_by_label("That was all").set_checked(completes)
    airline.picture("it-was-given")
    press(page, "It was given")
    airline.picture("given")


def fix_the_process(airline: Airline, failure: str) -> None:
    """Tomasz opens, contains, finds the cause, plans; Jonas approves; the watch proves it."""
    page = airline.sits_down("Tomasz Wilk", failure)
    airline.picture("failure-of-tomasz")
    follow(page, "Open a case")
    page.get_by_label("What is the problem?").fill("Assistance asked for late is not seen.")
    press(page, "Open it")
    follow(page, "All of the case")
    case = page.url
    airline.picture("process-open")
    follow(page, "Spread stopped")
    fill(page, words="Late requests are read out at each shift change", evidence="Shift log")
    press(page, "Spread stopped")
    add_a_why(page, "Why it happened", "Late requests come by e-mail, not by the feed")
    add_a_why(
        page, "Why it was not caught", "Nobody counts what was asked against what was met"
    )
    press(page, "Cause found")
    choose_an_action(page, due=airline.now() + timedelta(days=20))
    plan_the_proof(airline, case)
    airline.waits(121)
    page = airline.sits_down("Tomasz Wilk", case)
    airline.picture("look-due")
    follow(page, "Look now")
    press(page, "Look now")
    reads(page, "Proven to target")
    airline.picture("proven")


def plan_the_proof(airline: Airline, case: str) -> None:
    """Before anything is changed, approved by another; then the change, and the watch begins."""
    page = airline.page
    follow(page, "Write the plan")
    airline.picture("plan-form")
    fill(page, metric="Requests not met", baseline_count="40", baseline_days="180")
    press(page, "Write the plan")
    airline.picture("plan-written")
    page = airline.sits_down("Jonas Lindqvist", case)
    press(page, "Approve the plan")
    page = airline.sits_down("Tomasz Wilk", case)
    page.get_by_role("link", name="Done", exact=True).click()
    fill(page, evidence="Released to all stations")
    press(page, "Done")
    follow(page, "It is in place")
    press(page, "It is in place")
    press(page, "Begin the watch")
    airline.picture("watching")


def add_a_why(page: Page, kind: str, words: str) -> None:
    follow_in_menu(page, "Add a why")
    page.get_by_label(kind).check()
    fill(page, words=words, evidence="14 of 15 looked at")
    press(page, "Add a why")


def choose_an_action(page: Page, *, due: datetime) -> None:
    follow_in_menu(page, "Add an action")
    page.get_by_label("How strong is it?").select_option("strong")
    fill(page, words="Late requests join the feed", due_on=f"{due:%Y-%m-%d}")
    press(page, "Add an action")
    press(page, "These actions it is")


def stand_by_the_colleague(airline: Airline, failure: str) -> None:
    """Hanna offers, Rita says yes."""
    page = airline.sits_down("Hanna Berg")
    airline.picture("work-of-hanna")
    follow(page, re.compile("A private task"))
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "It is me")
    airline.picture("support-new")
    private = page.url
    reads(page, "Rita Sousa")
    page.get_by_label("I spoke with them").check()
    press(page, "I have offered support")
    reads(page, "Support offered")
    airline.picture("support-offered")
    page = airline.sits_down("Rita Sousa", failure)
    airline.picture("failure-of-rita")
    follow(page, "Your private page")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "It is me")
    assert page.url == private
    press(page, "Yes, I would like that")
    reads(page, "In support")
    airline.picture("in-support")


def answer_for_the_desk(airline: Airline, failure: str) -> None:
    """Marta says what was missing, and sees to it."""
    page = airline.sits_down("Marta Nunes", failure)
    airline.picture("failure-of-marta")
    follow(page, "Yes, and say which")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("If yes, which?").select_option("authority")
    airline.picture("readiness")
    press(page, "Answer it")
    page.get_by_label("What will be done?").fill("Gate agents may order a taxi themselves")
    page.get_by_label("Who sees to it?").fill("marta.nunes@halden.example")
    page.get_by_label("By when?").fill(f"{airline.now() + timedelta(days=30):%Y-%m-%d}")
    airline.picture("enablement")
    press(page, "Agree on it")
    airline.picture("agreed")
    page.get_by_role("button", name=re.compile("^Done")).click()
    reads(page, "done")


def test_a_failure_is_recovered_on_all_three_tracks(airline, console_errors):
    failure = log_it(airline)
    make_the_customer_whole(airline, failure)
    stand_by_the_colleague(airline, failure)
    answer_for_the_desk(airline, failure)
    fix_the_process(airline, failure)
    airline.works()
    page = airline.sits_down("Marta Nunes", failure)
    expect(page.get_by_role("heading", name="Recovered", exact=True)).to_be_visible()
    reads(page, "Every required track has ended well.")
    airline.picture("recovered")
    assert console_errors == []
