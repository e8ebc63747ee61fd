"""What everybody sees of care: my own page, asking, readiness, the panel."""

import pytest
from django.urls import reverse

from recovery.failures.selectors import reference_of
from recovery.failures.states import TrackEnd, TrackKind, TrackState
from recovery.org.roles import Role
from staff import presenters, services
from staff.models import EmployeeCase, EnablementAction, Readiness
from tests.factories import NOON, make_department, make_failure, make_person
from tests.staff.conftest import DAY, HOUR
from tests.staff.paging import failure_url, url_of


class TestMine:
    def test_lists_what_was_offered_whom_i_support_and_what_i_owe(self, house, case, as_):
        services.answer_readiness(
            failure_id=house.failure.pk,
            made_worse=True,
            area="tool",
            actor=house.lead,
            now=NOON,
        )
        services.add_enablement(
            failure_id=house.failure.pk, words="A second phone", owner_id=house.agent.pk,
            due_on=NOON.date(), actor=house.lead, now=NOON,
        )  # fmt: skip
        mine = as_(house.agent).get("/support/").content.decode()
        assert "With Sol Peer" in mine
        assert "A second phone" in mine
        assert "Ana Gate" in as_(house.supporter).get("/support/").content.decode()

    def test_an_offer_still_to_be_made_is_not_a_line_in_a_list(self, house, as_):
        house.screened(house.agent)
        assert "With Sol Peer" not in as_(house.agent).get("/support/").content.decode()

    def test_teaches_when_there_is_nothing(self, house, as_):
        assert "Ask for support" in as_(house.lead).get("/support/").content.decode()

    def test_costs_the_same_for_many(self, house, as_, django_assert_max_num_queries):
        for _ in range(6):
            failure = make_failure(department=house.gate)
            key = services.refer_self(failure_id=failure.pk, actor=house.agent, now=NOON)
            case = EmployeeCase.objects.get(pk=key)
            services.offer_support(item_id=key, actor=case.supporter, now=NOON + HOUR)
        client = as_(house.agent)
        client.get("/support/")
        with django_assert_max_num_queries(12):
            client.get("/support/")


class TestAsk:
    def test_anybody_may_ask_and_lands_on_their_page(self, house, as_):
        answer = as_(house.agent).post(failure_url("ask", house.failure))
        case = EmployeeCase.objects.get(person=house.agent)
        assert (answer.status_code, answer["Location"]) == (303, url_of(case))

    def test_of_an_unknown_failure_there_is_nothing_to_ask(self, house, as_):
        client = as_(house.agent)
        assert client.post("/support/ask/F-00000/").status_code == 404
        assert client.post(failure_url("ask", make_failure())).status_code == 303
        assert client.get(failure_url("ask", house.failure)).status_code == 405


class TestReadiness:
    def test_every_member_reads_it(self, house, as_):
        assert (
            as_(make_person()).get(failure_url("readiness", house.failure)).status_code == 200
        )

    def test_no_leads_back_to_the_failure_and_yes_to_what_is_done(self, house, as_):
        url = failure_url("readiness", house.failure)
        answer = as_(house.lead).post(url, {"made_worse": "no"})
        assert answer["Location"] == f"/failures/{reference_of(house.failure.pk)}/"
        other = make_failure(department=house.gate)
        url = failure_url("readiness", other)
        answer = as_(house.lead).post(url, {"made_worse": "yes", "area": "tool"})
        assert answer["Location"] == url

    @pytest.mark.parametrize(
        "typed",
        [{}, {"made_worse": "maybe"}, {"made_worse": "yes"},
         {"made_worse": "yes", "area": "courage"}, {"made_worse": "no", "words": "a\x00b"}],
    )  # fmt: skip
    def test_wrong_answers_are_refused(self, house, as_, typed):
        answer = as_(house.lead).post(failure_url("readiness", house.failure), typed)
        assert answer.status_code == 422
        assert not Readiness.objects.exists()

    def test_the_lead_of_another_desk_may_not(self, house, as_):
        client = as_(make_person(Role.LEAD, make_department()))
        url = failure_url("readiness", house.failure)
        assert client.post(url, {"made_worse": "no"}).status_code == 403

    def test_is_not_there_where_nobody_asks(self, house, as_):
        small = make_failure(tracks={TrackKind.EMPLOYEE: TrackState.NOT_REQUIRED})
        assert as_(house.lead).get(failure_url("readiness", small)).status_code == 404

    def test_an_action_is_agreed_on_and_finished(self, house, as_):
        client = as_(house.lead)
        client.post(
            failure_url("readiness", house.failure), {"made_worse": "yes", "area": "tool"}
        )
        answer = client.post(failure_url("add_action", house.failure), {
            "action-words": "A second phone", "action-owner": house.agent.email,
            "action-due_on": "2099-01-01",
        })  # fmt: skip
        assert answer.status_code == 303
        action = EnablementAction.objects.get()
        client = as_(house.agent)
        page = client.get(failure_url("readiness", house.failure)).content.decode()
        assert reverse("staff:finish_action", args=[action.pk]) in page
        client.post(reverse("staff:finish_action", args=[action.pk]))
        action.refresh_from_db()
        assert action.done_by == house.agent

    @pytest.mark.parametrize(
        ("field", "value"),
        [("words", ""), ("words", "x" * 241), ("owner", "Nobody Atall"), ("due_on", "2020-01-01"),
         ("due_on", "soon"), ("due_on", "99999-01-01")],
    )  # fmt: skip
    def test_a_wrong_action_is_refused_with_what_was_typed(self, house, as_, field, value):
        services.answer_readiness(
            failure_id=house.failure.pk,
            made_worse=True,
            area="tool",
            actor=house.lead,
            now=NOON,
        )
        typed = {"words": "A second phone", "owner": "Ana Gate", "due_on": "2099-01-01"}
        answer = as_(house.lead).post(
            failure_url("add_action", house.failure),
            {f"action-{name}": words for name, words in (typed | {field: value}).items()},
        )
        assert answer.status_code == 422
        assert "A second phone" in answer.content.decode() or field == "words"
        assert not EnablementAction.objects.exists()


class TestPanel:
    def shown(self, house, person):
        return presenters.panel(person, house.failure.pk, NOON)

    def test_says_the_least_that_is_true(self, house):
        assert self.shown(house, house.lead).care == "Waits for the offer"
        house.offered()
        assert self.shown(house, house.lead).care == "Handled by the people who should"

    def test_leads_only_the_two_to_their_page(self, house):
        case = house.offered()
        assert self.shown(house, house.agent).private_url == url_of(case)
        assert self.shown(house, house.supporter).private_url == url_of(case)
        assert self.shown(house, house.lead).private_url == ""

    def test_does_not_forestall_the_voice(self, house):
        house.screened(house.agent)
        assert self.shown(house, house.agent).private_url == ""

    def test_lets_everybody_ask_who_has_not(self, house):
        house.offered()
        assert self.shown(house, house.lead).ask_url
        assert self.shown(house, house.agent).ask_url == ""

    def test_asks_the_question_of_those_who_may_answer(self, house):
        assert self.shown(house, house.lead).readiness.may_answer
        assert not self.shown(house, house.agent).readiness.may_answer

    def test_says_what_the_answer_still_waits_for(self, house):
        services.answer_readiness(
            failure_id=house.failure.pk,
            made_worse=True,
            area="tool",
            actor=house.lead,
            now=NOON,
        )
        box = self.shown(house, house.agent).readiness
        assert box.said == "Yes: a tool."
        assert "owner and a day" in box.waits

    def test_a_small_failure_asks_nothing_but_offers_to_ask(self, house):
        small = make_failure(tracks={TrackKind.EMPLOYEE: TrackState.NOT_REQUIRED})
        found = presenters.panel(house.lead, small.pk, NOON)
        assert (found.care, found.readiness) == ("Not required", None)
        assert found.ask_url

    def test_a_waived_track_says_so(self, house):
        house.track().__class__.objects.filter(pk=house.track().pk).update(
            state=TrackState.ENDED, end=TrackEnd.WAIVED, ended_at=NOON
        )
        assert self.shown(house, house.lead).care == "Waived"

    def test_an_unknown_failure_has_none(self, house):
        assert presenters.panel(house.lead, 0, NOON) is None

    def test_stays_within_six_queries(self, house, django_assert_max_num_queries):
        house.offered()
        services.answer_readiness(
            failure_id=house.failure.pk,
            made_worse=True,
            area="tool",
            actor=house.lead,
            now=NOON,
        )
        viewer = make_person(Role.LEAD, house.gate)
        presenters.panel(house.agent, house.failure.pk, NOON + DAY)
        with django_assert_max_num_queries(6):
            presenters.panel(viewer, house.failure.pk, NOON + DAY)
