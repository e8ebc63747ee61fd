"""The case page: what is shown, to whom, by how many queries."""

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from cases import services
from cases.models import CustomerCase
from cases.presenters import panel
from cases.presenters.model import model_of
from cases.selectors import case_file
from recovery.failures.models import WorkItem
from recovery.failures.services import add_note
from recovery.org.roles import Role
from recovery.org.selectors import grants
from tests.cases.casting import WORDS, make_case, make_customer, owe
from tests.cases.paging import acknowledge, offer, post, url_of
from tests.factories import NOON, make_department, make_person

pytestmark = pytest.mark.django_db


class TestReading:
    def test_begins_with_the_customers_words_and_one_primary_button(self, agent, case):
        html = agent.get(url_of(case)).content.decode()
        assert html.index(WORDS) < html.index("Where it stands")
        assert html.count('class="btn primary"') == 1
        assert "Tell Kwame Osei what you know" in html
        assert "+351 555 0100" in html

    def test_shows_my_limit_before_anything_is_typed(self, agent, case):
        html = agent.get(url_of(case)).content.decode()
        assert "My limit for this case, €100.00" in html
        assert "€100.00 left" in html

    def test_hides_further_offers_while_one_waits(self, agent, case, desk):
        acknowledge(case, desk)
        assert url_of(case, "offer") in agent.get(url_of(case)).content.decode()
        offer(case, desk)
        assert url_of(case, "offer") not in agent.get(url_of(case)).content.decode()

    def test_nothing_looks_done_before_it_is_given(self, agent, case, desk):
        owe(case, desk)
        acknowledge(case, desk)
        offer(case, desk)
        assert 'data-kind="ok"' not in agent.get(url_of(case)).content.decode()

    def test_says_why_an_approval_was_refused(self, agent, case, desk):
        acknowledge(case, desk)
        remedy = offer(case, desk, 40_000)
        services.refuse_remedy(
            remedy_id=remedy.pk, words="Ask what she wants first", actor=desk.lead, now=NOON
        )
        assert (
            "Marta Nunes: Ask what she wants first" in agent.get(url_of(case)).content.decode()
        )

    def test_another_reference_of_the_same_leads_to_the_right_one(self, agent, case):
        answer = agent.get(url_of(case).lower().replace("/cases/", "/cases/"))
        assert answer.status_code == 302
        assert answer.url == url_of(case)

    def test_what_customers_write_is_never_markup(self, agent, desk):
        case = make_case(desk, words="<script>alert(1)</script>")
        html = agent.get(url_of(case)).content.decode()
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert(1)" not in html

    @pytest.mark.parametrize("reference", ["C-00000", "F-7K3Q9X", "nonsense", "C-7K3Q9X"])
    def test_unknown_references_are_not_found(self, agent, reference):
        assert agent.get(f"/cases/{reference}/").status_code == 404


class TestScope:
    def test_other_desks_find_nothing(self, client, case):
        client.force_login(make_person(Role.HANDLER, make_department()))
        assert client.get(url_of(case)).status_code == 404
        assert post(client, case, "acknowledge", words="x", channel="phone").status_code == 404

    def test_signed_out_people_are_led_to_the_door(self, client, case):
        assert client.get(url_of(case)).status_code == 302
        assert client.post(url_of(case, "acknowledge")).status_code == 302

    def test_auditors_read_without_the_name_and_without_buttons(self, client, case, desk):
        client.force_login(make_person(Role.AUDITOR, desk.department))
        html = client.get(url_of(case)).content.decode()
        assert WORDS in html
        assert "Kwame" not in html
        assert "555 0100" not in html
        assert 'class="btn primary"' not in html
        answer = post(client, case, "acknowledge", words="x", channel="phone")
        assert answer.status_code == 403
        assert client.get(url_of(case, "acknowledge")).status_code == 403

    def test_an_owner_keeps_a_case_that_went_to_another_desk(self, agent, desk, case):
        WorkItem.objects.filter(pk=case.pk).update(
            department=make_department(), owner=desk.handler
        )
        assert agent.get(url_of(case)).status_code == 200
        assert post(agent, case, "acknowledge", words="x", channel="phone").status_code == 303


@pytest.mark.usefixtures("no_time_passes")
class TestQueries:
    def test_the_page_reads_the_same_however_much_there_is(self, agent, case, desk):
        acknowledge(case, desk)
        owe(case, desk)
        agent.get(url_of(case))
        with CaptureQueriesContext(connection) as little:
            agent.get(url_of(case))
        for _ in range(3):
            owe(case, desk)
            add_note(item_id=case.pk, words="Note", actor=desk.colleague, now=NOON)
        with CaptureQueriesContext(connection) as much:
            agent.get(url_of(case))
        assert len(much) == len(little)

    def test_a_case_is_read_and_shown_by_eleven_queries(
        self, case, desk, django_assert_num_queries
    ):
        grants(desk.handler)
        model_of(case_file(desk.handler, case.pk), desk.handler, NOON)
        with django_assert_num_queries(11):
            model = model_of(case_file(desk.handler, case.pk), desk.handler, NOON)
        with django_assert_num_queries(0):
            render_to_string("cases/_remedies.html", {"model": model})
            render_to_string("cases/_aside.html", {"model": model})
            render_to_string("cases/_contacts.html", {"model": model})
            render_to_string("cases/_promises.html", {"model": model})

    def test_the_panel_reads_the_same_for_one_and_for_many(
        self, desk, case, django_assert_num_queries
    ):
        person = desk.handler
        panel(person, case.failure_id, NOON)
        with django_assert_num_queries(10):
            alone = panel(person, case.failure_id, NOON)
        for number in range(3):
            make_case(desk, failure=case.failure, customer=make_customer(f"Nr {number}"))
        with django_assert_num_queries(11):
            found = panel(person, case.failure_id, NOON)
        assert alone
        assert found
        assert (len(alone.others), len(found.others)) == (0, 3)
        assert found.people == "4 persons"


def test_the_panel_is_missing_for_those_who_may_not_read(case):
    outsider = make_person(Role.HANDLER, make_department())
    assert panel(outsider, case.failure_id, NOON) is None
    assert CustomerCase.objects.count() == 1
