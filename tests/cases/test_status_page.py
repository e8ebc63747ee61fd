"""The customer's page over HTTP: what it says to whom, and what is pressed there."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases import services
from cases.policy import asks_of
from cases.presenters.status import _GIFT, _RIGHT, HIDDEN
from cases.presenters.status_words import SAID, stages_of
from cases.selectors.links import status_token
from cases.services.links import status_url
from cases.states import CASE, CaseState, RemedyState
from recovery.failures.models import WorkItem
from recovery.org.roles import Role
from recovery.web.logs import without_keys
from tests.cases.casting import WORDS, make_case, owe, state_of
from tests.cases.paging import acknowledge, offer, url_of
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uncounted():
    cache.clear()


def page_of(case, verb=""):
    return f"/s/{status_token(case.pk)}/" + (f"{verb}/" if verb else "")


def read(client, case):
    answer = client.get(page_of(case))
    assert answer.status_code == 200
    return answer.content.decode()


class TestWords:
    @pytest.mark.parametrize("state", CaseState)
    def test_every_state_is_said_in_plain_words(self, state):
        heading, after = map(str, SAID[state])
        assert heading != CaseState(state).word
        assert after.endswith((".", "?"))
        assert "_" not in heading + after
        stages = [word for _name, word in stages_of(state)]
        assert stages == [] or sorted(stages, key=("done", "now", "todo").index) == stages

    def test_every_remedy_has_its_words_or_is_kept_back_on_purpose(self):
        sayable = {*_GIFT, *_RIGHT, RemedyState.WITHDRAWN}
        assert sayable | HIDDEN == set(RemedyState)
        assert not sayable & HIDDEN

    def test_what_may_be_done_is_possible_there(self):
        for state in CaseState:
            found = asks_of(state, (), disagreed=False)
            known = {move.verb for move in CASE.available(state)}
            assert ("solved" in found) == ("confirm_solved" in known)
            if "not-solved" in found:
                assert {"confirm_not_solved", "complain_again"} & known
        assert asks_of(CaseState.MERGED, (), disagreed=False) == frozenset()


class TestReading:
    def test_needs_no_login_keeps_words_back_and_leaves_no_trace(self, case, client):
        answer = client.get(page_of(case))
        html = answer.content.decode()
        assert WORDS not in html
        assert "Kwame" not in html
        assert "Osei" not in html
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "sessionid" not in client.cookies

    def test_names_who_answers_by_first_name_and_the_amounts(self, case, desk, client):
        acknowledge(case, desk)
        offer(case, desk, 8_000)
        owe(case, desk)
        html = read(client, case)
        assert "<b>Ines</b>" in html
        assert "We know." not in html
        assert "Moreau" not in html
        assert "€80.00" in html
        assert "€250.00" in html
        assert "Owed to you, not yet paid" in html

    def test_puts_first_the_answer_it_waits_for(self, case, desk, client):
        acknowledge(case, desk)
        services.wait_for_customer(
            case_id=case.pk, words="Which bag?", channel="phone", actor=desk.handler, now=NOON
        )
        html = read(client, case)
        assert "Your answer" in html
        assert '<details class="drawer" open>' in html
        assert html.index("Your answer") < html.index("What passed between us")

    def test_shows_nothing_of_what_waits_for_a_colleague(self, case, desk, client):
        acknowledge(case, desk)
        offer(case, desk, 40_000)
        html = read(client, case)
        assert "€400" not in html
        assert "approv" not in html.lower()

    def test_reads_the_same_however_much_there_is(self, case, desk, client):
        acknowledge(case, desk)
        owe(case, desk)
        read(client, case)
        with CaptureQueriesContext(connection) as little:
            read(client, case)
        for _ in range(3):
            owe(case, desk)
        with CaptureQueriesContext(connection) as much:
            read(client, case)
        assert len(much) == len(little)
        assert len(little) == 9

    def test_a_colleague_sees_it_and_presses_nothing(self, case, desk, client):
        client.force_login(desk.handler)
        html = read(client, case)
        assert "This is what the customer sees" in html
        assert "<form" not in html
        assert client.post(page_of(case, "say"), {"words": "I am well"}).status_code == 403
        assert not case.contacts.exists()


class TestTheSurname:
    def test_opens_the_words_for_this_page_alone(self, case, desk, client):
        answer = client.post(page_of(case, "name"), {"surname": "osei"})
        assert answer.status_code == 303
        assert WORDS in read(client, case)
        cookie = client.cookies["status_name"]
        assert (cookie["httponly"], cookie["path"]) == (True, page_of(case))
        other = make_case(desk, words="Other words")
        client.cookies["status_name"] = cookie.value
        client.cookies["status_name"]["path"] = "/"
        assert "Other words" not in read(client, other)

    def test_a_wrong_one_opens_nothing_and_five_are_enough(self, case, client):
        codes = [
            client.post(page_of(case, "name"), {"surname": f"No {n}"}).status_code
            for n in range(6)
        ]
        assert codes == [422] * 5 + [429]
        assert client.post(page_of(case, "name"), {"surname": "Osei"}).status_code == 429
        assert WORDS not in read(client, case)

    def test_is_not_asked_for_where_no_name_is_known(self, case, client):
        case.customer.name = ""
        case.customer.save()
        assert "surname" not in read(client, case)
        assert client.post(page_of(case, "name"), {"surname": ""}).status_code == 422


class TestPressing:
    def test_needs_its_token_against_forged_forms(self, case):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(page_of(case, "say"), {"words": "x"}).status_code == 403

    def test_says_thank_you_and_shows_it(self, case, desk, client):
        acknowledge(case, desk)
        remedy = offer(case, desk)
        answer = client.post(page_of(case, "accept"), {"on": remedy.pk}, follow=True)
        assert "You took the offer." in answer.content.decode()
        assert state_of(case) == "accepted"

    def test_keeps_what_was_typed_when_it_cannot_be_done(self, case, client):
        answer = client.post(page_of(case, "not-solved"), {"words": "Still no bag"})
        assert answer.status_code == 409
        html = answer.content.decode()
        assert "That cannot be done as things stand now" in html
        assert "Still no bag" in html

    def test_its_address_is_in_no_line_of_the_log(self, case, client, caplog):
        client.post(page_of(case, "solved"))
        for record in caplog.records:
            line = without_keys(None, "", {"event": record.getMessage(), "request": "/s/A-b/"})
            assert status_token(case.pk) not in line["event"]
            assert line["request"] == "/s/A-…/"
        assert caplog.records

    @pytest.mark.parametrize(
        ("verb", "fields", "status"),
        [
            ("say", {}, 422),
            ("accept", {"on": "999999"}, 404),
            ("accept", {"on": "nonsense"}, 404),
            ("not-told", {}, 404),
            ("solved", {}, 409),
            ("disagree", {"words": "No."}, 409),
            ("explode", {}, 404),
        ],
    )
    def test_what_is_impossible_is_answered_by_a_sentence(
        self, case, client, verb, fields, status
    ):
        before = WorkItem.objects.get(pk=case.pk).version
        answer = client.post(page_of(case, verb), fields)
        assert answer.status_code == status
        assert "<h1>" in answer.content.decode()
        assert WorkItem.objects.get(pk=case.pk).version == before


class TestTheCasePage:
    def test_gives_the_address_to_those_who_work_the_case_alone(self, case, desk, client):
        client.force_login(desk.handler)
        assert status_url(case.pk) in client.get(url_of(case)).content.decode()
        client.force_login(make_person(Role.AUDITOR, desk.department))
        assert "/s/" not in client.get(url_of(case)).content.decode()

    def test_makes_a_new_address(self, case, desk, client):
        old = page_of(case)
        client.force_login(desk.handler)
        assert client.post(f"{url_of(case)}page/new/").status_code == 303
        client.logout()
        assert client.get(old).status_code == 404
        assert client.get(page_of(case)).status_code == 200
