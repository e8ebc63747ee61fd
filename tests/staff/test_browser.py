"""The private pages in a real browser: accessible, within the security policy, no sideways."""

import pytest
from django.utils import timezone

from recovery.failures.selectors import item_reference, reference_of
from recovery.org.models import Person
from staff import services
from tests.browsing import faults_everywhere, sign_in
from tests.staff.conftest import DAY, House, make_house

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def house(live_url: str) -> House:
    return make_house()


@pytest.fixture
def as_(page, live_url):
    def sign_in_as(person: Person):
        return sign_in(page, person, live_url)

    return sign_in_as


def in_support(house: House) -> str:
    """A case on which everything has happened; returns its address."""
    now = timezone.now()
    case = house.offered(at=now - 4 * DAY)
    services.accept(item_id=case.pk, actor=house.agent, now=now - 3 * DAY)
    words = "Slept badly after the call.\nTalk again on Friday."
    services.write_note(item_id=case.pk, words=words, actor=house.agent, now=now - 2 * DAY)
    return f"/support/{item_reference('employee', case.pk)}/"


def with_action(house: House) -> str:
    """A readiness question answered with yes; returns its address."""
    now = timezone.now()
    services.answer_readiness(
        failure_id=house.failure.pk, made_worse=True, area="authority",
        words="Nobody at the gate may order a taxi.", actor=house.lead, now=now - DAY,
    )  # fmt: skip
    services.add_enablement(
        failure_id=house.failure.pk, words="Give gate agents the right to order a taxi",
        owner_id=house.lead.pk, due_on=(now + DAY).date(), actor=house.lead, now=now - DAY,
    )  # fmt: skip
    return f"/support/readiness/{reference_of(house.failure.pk)}/"


def test_pages_are_accessible_and_fit(as_, house, console_errors):
    private, open_question = in_support(house), f"/failures/{reference_of(house.failure.pk)}/"
    rest = house.screened(house.lead, at=timezone.now() - 4 * DAY)
    seen = [
        (house.lead, open_question),
        (house.lead, f"/support/readiness/{reference_of(house.failure.pk)}/"),
        (house.agent, private),
        (house.agent, f"{private}notes/"),
        (house.agent, "/support/"),
        (house.supporter, private),
        (rest.supporter, f"/support/{item_reference('employee', rest.pk)}/"),
        (house.supporter, "/support/"),
        (house.deputy, "/support/"),
    ]
    for person, path in [*seen, (house.lead, with_action), (house.lead, open_question)]:
        page = as_(person)
        page.goto(path(house) if callable(path) else path)
        assert faults_everywhere(page) == [], (person, path)
    assert console_errors == []


def test_a_person_asks_is_spoken_to_and_says_yes(as_, house, console_errors):
    page = as_(house.agent)
    page.goto(f"/failures/{reference_of(house.failure.pk)}/")
    page.get_by_role("button", name="Ask for support").click()
    page.wait_for_url("**/support/E-*/")
    private = page.url
    page = as_(house.supporter)
    page.goto("/")
    page.get_by_role("link", name="A private task").first.click()
    page.get_by_label("I spoke with them").check()
    page.get_by_role("button", name="I have offered support").click()
    page.get_by_role("heading", name="Support offered").wait_for()
    page = as_(house.agent)
    page.goto(private)
    page.get_by_role("button", name="Yes, I would like that").click()
    page.get_by_role("heading", name="In support").wait_for()
    assert console_errors == []
