"""The verbs of the case page in the browser’s terms: what they do, keep and refuse."""

from typing import Any

import pytest

from cases import services
from cases.models import Contact, Remedy
from recovery.failures.models import WorkItem
from tests.cases.casting import make_case, owe, state_of
from tests.cases.paging import acknowledge, offer, post, url_of
from tests.factories import NOON

pytestmark = pytest.mark.django_db


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
