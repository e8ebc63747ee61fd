"""The case page and its verbs in the browser's terms: what is shown, kept, refused."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import services
from cases.models import Contact, CustomerCase, Remedy
from cases.presenters import panel
from cases.presenters.model import model_of
from cases.selectors import case_file
from recovery.failures.models import WorkItem
from recovery.failures.selectors import item_reference
from recovery.failures.services import add_note
from recovery.kernel import snapshots
from recovery.org.roles import Role
from recovery.org.selectors import grants
from tests.cases.casting import (
    WORDS,
    make_case,
    make_customer,
    make_desk,
    owe,
    state_of,
)
from tests.factories import NOON, make_department, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def case(desk):
    return make_case(desk, customer=make_customer(phone="+351 555 0100"))


@pytest.fixture
def agent(client, desk):
    client.force_login(desk.handler)
    return client


def url_of(case, verb=None):
    reference = item_reference("customer", case.pk)
    if verb is None:
        return reverse("cases:case", args=[reference])
    return reverse("cases:verb", args=[reference, verb])


def post(client, case, verb, **fields):
    version = WorkItem.objects.values_list("version", flat=True).get(pk=case.pk)
    return client.post(url_of(case, verb), {"version": version, **fields})


def acknowledge(case, desk):
    services.acknowledge(
        case_id=case.pk, words="We know.", channel="phone", actor=desk.handler, now=NOON
    )


def offer(case, desk, amount_minor=8_000):
    return services.offer_remedy(
        case_id=case.pk,
        line="goodwill",
        kind="voucher",
        amount_minor=amount_minor,
        words="Voucher",
        actor=desk.handler,
        now=NOON,
    )


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


class TestDoing:
    def test_a_case_goes_from_first_answer_to_recovered(self, agent, case):
        said = {"words": "As you told us, nobody came.", "channel": "phone"}
        steps: list[tuple[str, dict[str, Any], str]] = [
            ("acknowledge", said, "acknowledged"),
            ("assess", {"words": "She missed the boat"}, "assessed"),
            ("investigate", {}, "investigating"),
            ("wait", said, "awaiting_customer"),
            ("answered", said, "investigating"),
            ("offer", {"line": "goodwill", "kind": "voucher", "amount": "80,00",
                       "words": "Voucher"}, "offered"),
        ]  # fmt: skip
        for verb, fields, state in steps:
            answer = post(agent, case, verb, **fields)
            assert (verb, answer.status_code) == (verb, 303)
            assert (verb, state_of(case)) == (verb, state)
        voucher = Remedy.objects.get()
        assert voucher.amount_minor == 8_000
        steps = [
            ("accept", {"remedy": voucher.pk, "channel": "phone"}, "accepted"),
            ("deliver", {"remedy": voucher.pk, "evidence": "V-1", "completes": "on"},
             "remedied"),
            ("ask", said, "confirming"),
            ("solved", said, "recovered"),
        ]  # fmt: skip
        for verb, fields, state in steps:
            answer = post(agent, case, verb, **fields)
            assert (verb, answer.status_code) == (verb, 303)
            assert (verb, state_of(case)) == (verb, state)

    def test_the_form_of_every_offered_button_opens(self, agent, case, desk):
        owe(case, desk)
        acknowledge(case, desk)
        offer(case, desk)
        html = agent.get(url_of(case)).content.decode()
        links = {part.split('"')[0] for part in html.split(f'href="{url_of(case)}')[1:]}
        assert len(links) > 8
        for link in links:
            answer = agent.get(url_of(case) + link.replace("&amp;", "&"))
            assert (link, answer.status_code) == (link, 200)

    def test_a_remedy_of_another_case_is_not_acted_on(self, agent, case, desk):
        other = make_case(desk)
        acknowledge(other, desk)
        remedy = offer(other, desk)
        answer = post(agent, case, "accept", remedy=remedy.pk, channel="phone")
        assert answer.status_code == 404
        assert Remedy.objects.get().state == "offered"

    def test_a_bounced_answer_is_noted_with_one_press(self, agent, case, desk):
        acknowledge(case, desk)
        assert post(agent, case, "bounced", contact=Contact.objects.get().pk).status_code == 303
        assert state_of(case) == "received"


class TestBadInput:
    @pytest.mark.parametrize(
        "amount",
        ["-5", "99999999999999999999", "NaN", "1e9", "Infinity", "12.345", "<b>", "\uff10"],
    )
    def test_amounts_that_are_none_are_refused_where_they_stand(
        self, agent, case, desk, amount
    ):
        acknowledge(case, desk)
        fields = {"line": "goodwill", "kind": "voucher", "words": "Kept words"}
        answer = post(agent, case, "offer", amount=amount, **fields)
        assert answer.status_code == 422
        assert "Kept words" in answer.content.decode()
        assert not Remedy.objects.exists()

    @pytest.mark.parametrize("words", ["", "   ", "a\x00b", "x" * 10_001])
    def test_words_that_are_none_are_refused(self, agent, case, words):
        answer = post(agent, case, "acknowledge", words=words, channel="phone")
        assert answer.status_code == 422
        assert state_of(case) == "received"

    def test_ten_megabytes_are_no_server_error(self, agent, case):
        answer = post(agent, case, "acknowledge", words="x" * 10_000_000, channel="phone")
        assert 400 <= answer.status_code < 500

    @pytest.mark.parametrize(
        ("verb", "fields"),
        [
            ("acknowledge", {"words": "x", "channel": "telepathy"}),
            (
                "complaint",
                {"words": "x", "channel": "phone", "received_at": "2999-01-01T10:00"},
            ),
            ("complaint", {"words": "x", "channel": "phone", "wish": "war"}),
            ("contact", {"direction": "sideways", "channel": "phone"}),
            ("deliver", {"remedy": "no number"}),
            ("deliver", {}),
            ("nonsense", {}),
            ("merge", {}),
        ],
    )
    def test_wrong_codes_never_break_it(self, agent, case, verb, fields):
        assert post(agent, case, verb, **fields).status_code in {404, 422}

    def test_a_blank_proof_does_not_deliver(self, agent, case, desk):
        acknowledge(case, desk)
        remedy = offer(case, desk)
        answer = post(agent, case, "deliver", remedy=remedy.pk, evidence="  ")
        assert answer.status_code == 422
        assert Remedy.objects.get().state == "offered"

    def test_a_stale_page_is_told_so_and_keeps_the_words(self, agent, case, desk):
        stale = WorkItem.objects.values_list("version", flat=True).get(pk=case.pk)
        services.log_contact(
            case_id=case.pk,
            direction="in",
            channel="phone",
            words="Mind the boat",
            actor=desk.colleague,
            now=NOON,
        )
        sent = {"version": stale, "words": "My long careful answer", "channel": "email"}
        answer = agent.post(url_of(case, "acknowledge"), sent)
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "My long careful answer" in html
        assert "Mind the boat" in html
        assert f'name="version" value="{stale + 1}"' in html
        assert post(agent, case, "acknowledge", words="x", channel="phone").status_code == 303

    def test_a_move_the_state_does_not_have_says_what_it_has(self, agent, case):
        answer = post(agent, case, "investigate")
        assert answer.status_code == 409
        assert "What can be done now" in answer.content.decode()


@pytest.fixture
def no_time_passes(monkeypatch):
    """What is read again every two seconds must not be counted by chance."""
    monkeypatch.setattr(snapshots, "time", SimpleNamespace(monotonic=lambda: 0.0))


@pytest.mark.usefixtures("no_time_passes")
class TestQueries:
    def test_the_page_reads_the_same_however_much_there_is(self, agent, case, desk):
        acknowledge(case, desk)
        agent.get(url_of(case))
        with CaptureQueriesContext(connection) as little:
            agent.get(url_of(case))
        for _ in range(3):
            owe(case, desk)
            add_note(item_id=case.pk, words="Note", actor=desk.colleague, now=NOON)
        with CaptureQueriesContext(connection) as much:
            agent.get(url_of(case))
        assert len(much) == len(little)

    def test_a_case_is_read_and_shown_by_eight_queries(
        self, case, desk, django_assert_num_queries
    ):
        grants(desk.handler)
        model_of(case_file(desk.handler, case.pk), desk.handler, NOON)
        with django_assert_num_queries(8):
            model = model_of(case_file(desk.handler, case.pk), desk.handler, NOON)
        with django_assert_num_queries(0):
            render_to_string("cases/_remedies.html", {"model": model})
            render_to_string("cases/_aside.html", {"model": model})
            render_to_string("cases/_contacts.html", {"model": model})

    def test_the_panel_reads_the_same_for_one_and_for_many(
        self, desk, case, django_assert_num_queries
    ):
        person = desk.handler
        panel(person, case.failure_id, NOON)
        with django_assert_num_queries(8):
            alone = panel(person, case.failure_id, NOON)
        for number in range(3):
            make_case(desk, failure=case.failure, customer=make_customer(f"Nr {number}"))
        with django_assert_num_queries(9):
            found = panel(person, case.failure_id, NOON)
        assert alone
        assert found
        assert (len(alone.others), len(found.others)) == (0, 3)
        assert found.people == "4 persons"


def test_the_panel_is_missing_for_those_who_may_not_read(case):
    outsider = make_person(Role.HANDLER, make_department())
    assert panel(outsider, case.failure_id, NOON) is None
    assert CustomerCase.objects.count() == 1
