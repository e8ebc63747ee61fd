"""The private page of a support case: who gets it, what it does, its notes."""

import pytest
from django.urls import reverse

from recovery.failures.selectors import item_reference
from recovery.org.roles import Role
from staff import services
from staff.models import SupportNote
from tests.factories import NOON, make_person
from tests.staff.paging import url_of

INSIDERS = ["agent", "supporter"]
VERBS = ["name", "offer", "note", "none-affected", "accept", "decline", "follow-up", "refer",
         "pass-on"]  # fmt: skip


class TestReaders:
    @pytest.mark.parametrize("who", INSIDERS)
    @pytest.mark.parametrize("verb", ["", "notes"])
    def test_the_two_readers_get_the_page_and_nothing_keeps_it(
        self, house, case, as_, who, verb
    ):
        answer = as_(getattr(house, who)).get(url_of(case, verb))
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]

    @pytest.mark.parametrize("role", [*Role, None])
    def test_nobody_else_does_whatever_the_role(self, house, case, as_, role):
        client = as_(make_person(role, house.gate, lead=True))
        for verb in ("", "notes"):
            assert client.get(url_of(case, verb)).status_code == 404
        for verb in VERBS:
            assert client.post(url_of(case, verb), {}).status_code == 404

    def test_a_visitor_is_asked_to_sign_in(self, case, client):
        for answer in (client.get(url_of(case)), client.post(url_of(case, "accept"))):
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("account_login"))

    def test_a_case_that_is_not_there_looks_like_one_of_others(self, house, case, as_):
        client = as_(house.lead)
        theirs = client.get(url_of(case))
        nothing = client.get(f"/support/{item_reference('employee', 999_999)}/")
        for answer in (theirs, nothing):
            assert answer.status_code == 404
        assert client.get("/support/F-00000/").status_code == 404

    def test_opens_only_after_the_password_was_typed_once_more(self, house, case, as_):
        house.agent.set_password("long enough to be taken")
        house.agent.save()
        client = as_(house.agent)
        answer = client.get(url_of(case))
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
        client.post(answer["Location"], {"password": "long enough to be taken"})
        assert client.get(url_of(case)).status_code == 200

    def test_a_stranger_with_a_password_is_not_even_asked(self, house, case, as_):
        house.lead.set_password("long enough to be taken")
        house.lead.save()
        assert as_(house.lead).get(url_of(case)).status_code == 404


class TestPrivatePage:
    def test_shows_verbs_only_to_whom_they_belong(self, house, case, as_):
        assert b"Yes, I would like that" in as_(house.agent).get(url_of(case)).content
        assert b"Yes, I would like that" not in as_(house.supporter).get(url_of(case)).content

    @pytest.mark.parametrize(("who", "verb"), [("supporter", "accept"), ("agent", "follow-up")])
    def test_refuses_the_other_ones_verbs(self, house, case, as_, who, verb):
        assert as_(getattr(house, who)).post(url_of(case, verb)).status_code == 403

    def test_the_person_cannot_make_the_offer_themselves(self, house, as_):
        case = house.screened(house.agent)
        answer = as_(house.agent).post(url_of(case, "offer"), {"offer-spoken": "on"})
        assert answer.status_code == 403

    @pytest.mark.parametrize("verb", ["accept", "decline"])
    def test_a_press_leads_back_to_the_page(self, house, case, as_, verb):
        answer = as_(house.agent).post(url_of(case, verb))
        assert (answer.status_code, answer["Location"]) == (303, url_of(case))

    def test_a_second_press_is_told_that_it_has_moved_on(self, house, case, as_):
        client = as_(house.agent)
        client.post(url_of(case, "accept"))
        assert client.post(url_of(case, "accept")).status_code == 409

    def test_an_unknown_verb_is_not_there_and_a_link_presses_nothing(self, house, case, as_):
        client = as_(house.agent)
        assert client.post(url_of(case, "explode")).status_code == 404
        assert client.get(url_of(case, "accept")).status_code == 405

    def test_a_message_is_not_an_offer(self, house, as_):
        case = house.screened(house.agent)
        answer = as_(house.supporter).post(url_of(case, "offer"), {})
        assert answer.status_code == 422
        assert "a message is not an offer" in answer.content.decode()
        as_(house.supporter).post(url_of(case, "offer"), {"offer-spoken": "on"})
        case.refresh_from_db()
        assert case.offered_by == house.supporter

    def test_the_supporter_names_a_colleague_by_part_of_the_name(self, house, as_):
        case = house.screened()
        as_(house.supporter).post(url_of(case, "name"), {"name-person": "ana g"})
        case.refresh_from_db()
        assert case.person == house.agent

    def test_a_supporter_of_the_same_team_is_led_away_from_the_case(self, house, as_):
        case = house.screened()
        near = make_person(Role.FRONTLINE, house.peers, name="Near Peer")
        make_person(Role.SUPPORTER, house.gate)
        answer = as_(house.supporter).post(url_of(case, "name"), {"name-person": near.email})
        assert answer["Location"] == reverse("staff:mine")

    @pytest.mark.parametrize(
        ("typed", "said"),
        [("Nobody Atall", "Nobody here"), ("Peer", "Several people fit"), ("", "Fill this in")],
    )
    def test_says_why_a_name_does_not_do_and_keeps_it(self, house, as_, typed, said):
        case = house.screened()
        answer = as_(house.supporter).post(url_of(case, "name"), {"name-person": typed})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert f'value="{typed}"' in answer.content.decode() or not typed

    def test_cost_does_not_grow_with_what_happened(
        self, house, case, as_, django_assert_max_num_queries
    ):
        client = as_(house.agent)
        for number in range(5):
            services.write_note(item_id=case.pk, words=str(number), actor=house.agent, now=NOON)
        client.get(url_of(case))
        with django_assert_max_num_queries(16):
            client.get(url_of(case))


class TestNotes:
    def test_are_opened_by_pressing_and_that_is_shown(self, house, case, as_):
        services.write_note(
            item_id=case.pk, words="<b>bad</b> night", actor=house.agent, now=NOON
        )
        client = as_(house.supporter)
        assert b"night" not in client.get(url_of(case)).content
        opened = client.get(url_of(case, "notes")).content.decode()
        assert "&lt;b&gt;bad&lt;/b&gt; night" in opened
        assert "Notes read" in as_(house.agent).get(url_of(case)).content.decode()

    @pytest.mark.parametrize("words", ["", "a\x00b", "x" * 20_001])
    def test_wrong_input_is_refused_with_what_was_typed(self, house, case, as_, words):
        answer = as_(house.agent).post(url_of(case, "note"), {"note-words": words})
        assert answer.status_code == 422
        assert not SupportNote.objects.exists()

    def test_ten_megabytes_are_too_much(self, house, case, as_):
        answer = as_(house.agent).post(url_of(case, "note"), {"note-words": "x" * 10_000_000})
        assert answer.status_code in {400, 413}

    def test_without_a_key_the_page_works_and_notes_say_what_is_missing(
        self, house, case, as_, settings
    ):
        settings.SUPPORT_KEYS = []
        client = as_(house.agent)
        assert client.get(url_of(case)).status_code == 200
        answer = client.post(url_of(case, "note"), {"note-words": "a bad night"})
        assert answer.status_code == 503
        assert "RECOVERY_SUPPORT_KEYS" in answer.content.decode()
        assert "a bad night" in answer.content.decode()
