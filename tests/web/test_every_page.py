"""Every page and every form, as found in the table of addresses, before axe and the console.

Each is seen on a phone in the light and at a desk in the dark; each form also with nothing
filled in.
"""

from collections.abc import Iterator

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import resolve, reverse
from playwright.sync_api import Locator, Page

import cases.presenters.actions as customer
import cases.views.verbs as customer_views
import processes.presenters.actions as process
import processes.views.verbs as process_verbs
from recovery.org.roles import ROLES, Permission, Role
from tests.browsing import faults_everywhere, sign_in
from tests.matrix.house import CAST, FOREIGN, House, address_of, make_house, may, named
from tests.matrix.states import Visit, live_in
from tests.matrix.table import ROUTES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Whoever may do most first, so that a page is seen with all that can be on it.
BY_REACH = ("lead", "process_owner", "supporter", *CAST)
# Answers that are no pages, and pages with a test of their own.
NO_PAGES = {
    "healthz", "readyz", "api:schema", "console:search", "console:outreach_results", "insight:owed",
}  # fmt: skip
# What is done by a press: nothing to fill in, so nothing to fill in wrongly.
PRESSES = {
    "web:theme", "intake:alike", "console:unmerge", "console:take", "processes:pool_review",
    "cases:new_address", "cases:more_time",
    "staff:ask", "staff:finish_action", "staff:press", "messages:read_all", "messages:open",
    "messages:mute", "messages:mute_record", "messages:unmute", "messages:send_again",
    "messages:send_all_again", "messages:try_webhook", "messages:pause_webhook",
    "messages:resume_webhook",
    "console:remove_day", "console:retire_calendar", "console:retire_ladder",
    "cases:end_party", "cases:merge_customers", "cases:part_customers", "console:retire_rule", "console:accept", "console:withdraw_absence",
    "console:stop_outreach", "console:go_on_outreach", "console:approve_outreach",
    "intake:start_list", "intake:stop_list", "intake:drop_list",
    "cases:survey_rate", "console:take_standard", "console:sign_standard", "console:drop_standard", "console:retire_standard",
    "console:retire_offering", "console:sign_limit", "console:drop_limit", "console:end_limit",
    "console:end_budget",
}  # fmt: skip
BLANK = """(form) => {
    form.noValidate = true;
    for (const each of [...form.elements]) {
        if (each.name == "version") each.value = "0";
        else if (each.type != "hidden") each.removeAttribute("name");
    }
    form.requestSubmit();
}"""
# Not form.action: a field of that name would stand in its place.
ACTIONS = """(forms) => forms.map(
    (each) => new URL(each.getAttribute("action") || "", location.href).pathname
)"""
UNFOLD = "document.querySelectorAll('details').forEach((one) => one.open = true)"
FORM = "form[method=post]:has([name=csrfmiddlewaretoken])"
SAID = ".alert[role=alert]"
FILLED_IN = ":is(input:not([type=hidden]), select, textarea)"


class Eye:
    """Goes from page to page, keeps what is wrong and which forms it sent blank."""

    def __init__(self, page: Page, url: str, house: House, console_errors: list[str]) -> None:
        self.page, self.url, self.house = page, url, house
        self.console, self.member = console_errors, ""
        self.wrong: list[str] = []
        self.sent: dict[str, str] = {}

    def see(self, visit: Visit) -> None:
        """The page as it opens, and again for each of its forms sent blank, once for each."""
        self.open(visit)
        self.judge(visit, visit.part, "")
        actions = self.forms(visit).evaluate_all(ACTIONS)
        is_open = True
        for number, action in enumerate(actions):
            match = resolve(action)
            known = match.view_name + match.kwargs.get("verb", "")
            if known not in self.sent:
                self.sent[known] = match.view_name
                if not is_open:
                    self.open(visit)
                self.send_blank(visit, number, action)
                is_open = False

    def open(self, visit: Visit) -> None:
        self.become(visit.member)
        answer = self.page.goto(visit.address)
        if answer is None or answer.status != 200 or self.page.url != self.url + visit.address:
            self.wrong.append(f"{visit} leads to {self.page.url}: {answer and answer.status}")
        self.page.evaluate(UNFOLD)

    def opens(self, visit: Visit) -> bool:
        """Whether an address is a page to this person, and leads nowhere else."""
        self.become(visit.member)
        answer = self.page.goto(visit.address)
        return answer is not None and answer.ok and self.page.url == self.url + visit.address

    def become(self, member: str) -> None:
        """Nobody is somebody who has not signed in."""
        if member and member != self.member:
            sign_in(self.page, self.house.people[member], self.url)
        elif not member:
            self.page.context.clear_cookies()
        self.member = member

    def forms(self, visit: Visit) -> Locator:
        return self.page.locator(f"{visit.part} {FORM}:has({FILLED_IN})")

    def send_blank(self, visit: Visit, number: int, action: str) -> None:
        with self.page.expect_navigation():
            self.forms(visit).nth(number).evaluate(BLANK)
        said = self.page.locator(f"{SAID}:visible")
        if not said.count():
            self.wrong.append(f"{visit}: {action} says nothing about what is missing")
        else:
            self.judge(visit, f":has(> {SAID})", f" after {action}")

    def judge(self, visit: Visit, part: str, when: str) -> None:
        found = faults_everywhere(self.page, part)
        # The browser's own line about an answer of 4xx is no complaint about the page.
        found += [each for each in self.console if "Failed to load resource" not in each]
        self.console.clear()
        self.wrong += [f"{visit.member} {visit.address}{when}: {each}" for each in found]


@pytest.fixture
def eye(page, live_url, console_errors) -> Eye:
    return Eye(page, live_url, make_house(), console_errors)


def pages_of(house: House) -> Iterator[Visit]:
    """Every page of the table, as the first who may open it."""
    for name, route in ROUTES.items():
        if route.get in {None, "key"} or name in NO_PAGES:
            continue
        member = next(each for each in BY_REACH if may(route.get, each, route))
        yield Visit(member, address_of(name, route, house, house.people[member]))


def holder_of(permission: Permission) -> str:
    return next(each for each in BY_REACH if permission in ROLES[Role(each)].permissions)


def customer_verbs(house: House) -> Iterator[Visit]:
    for verb, known in customer_views.VERBS.items():
        address = reverse("cases:verb", args=[house.samples["case"], verb])
        if known.on != "case":
            address += f"?{known.on}={house.samples[known.on]}"
        yield Visit(holder_of(customer.WORDS[verb].permission), address, "#act")


def process_verb_pages(house: House) -> Iterator[Visit]:
    keys = {"action": house.samples["done"], "failure": "1"}
    for verb, known in process_verbs.VERBS.items():
        address = reverse("processes:verb", args=[house.samples["process"], verb])
        if known.on:
            address += f"?{known.on}={keys[known.on]}"
        yield Visit(holder_of(process.WORDS[verb].permission), address, "#act")
    for verb in ("link", "open", "pool"):
        address = reverse("processes:failure_verb", args=[house.samples["failure"], verb])
        yield Visit("process_owner", address)


def test_every_page_of_the_table_and_its_forms(eye):
    more = live_in(eye.house)
    for visit in [*pages_of(eye.house), *more]:
        eye.see(visit)
    assert eye.wrong == []
    asked = {name for name, route in ROUTES.items() if route.post not in {None, "key"}}
    assert asked - PRESSES == set(eye.sent.values())


def test_every_verb_of_a_customer_case(eye):
    live_in(eye.house)
    for visit in customer_verbs(eye.house):
        eye.see(visit)
    assert eye.wrong == []


def test_every_verb_of_a_process_case(eye):
    live_in(eye.house)
    for visit in process_verb_pages(eye.house):
        eye.see(visit)
    assert eye.wrong == []


def doors() -> list[str]:
    """What the library for signing in brings: every address of it that needs no key."""
    return sorted(
        f"/{path}"
        for name, path in named()
        if name.startswith(FOREIGN) and not set("<(^") & set(path) and "download" not in path
    )


@pytest.mark.parametrize("member", ["", "lead"])
def test_every_door(eye, member):
    """Signed in or not, those are seen that do not lead on."""
    seen = []
    for door in doors():
        visit = Visit(member, door)
        if eye.opens(visit):
            seen.append(door)
            eye.see(visit)
    assert eye.wrong == []
    assert ("/accounts/login/" in seen) is not bool(member)
    assert ("/accounts/password/set/" in seen) is bool(member)


def test_every_door_of_who_has_a_password_and_a_second_step(eye):
    lead = eye.house.people["lead"]
    lead.set_password("long enough to be taken")
    lead.save()
    eye.become("lead")
    eye.page.goto("/accounts/reauthenticate/")
    eye.page.get_by_label("Password").fill("long enough to be taken")
    with eye.page.expect_navigation():
        eye.page.keyboard.press("Enter")
    TOTP.activate(lead, generate_totp_secret())
    RecoveryCodes.activate(lead)
    for door in ("email/", "password/change/", "2fa/", "2fa/totp/deactivate/",
                 "2fa/recovery-codes/", "2fa/recovery-codes/generate/"):  # fmt: skip
        eye.see(Visit("lead", f"/accounts/{door}"))
    assert eye.wrong == []


def test_a_wrong_password_and_what_is_refused(eye):
    page = eye.page
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill("nobody@example.org")
    page.get_by_label("Password").fill("wrong")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("[role=alert]").wait_for()
    eye.judge(Visit("", page.url), "", "")
    for member, address, status in (
        ("", "/nowhere/", 404),
        ("lead", "/nowhere/", 404),
        ("frontline", "/boards/", 403),
        ("lead", "/accounts/password/reset/key/1-never/", 200),
    ):
        eye.become(member)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status
        eye.judge(Visit(member, address), "", "")
    assert eye.wrong == []
