"""The open question about skill, authority, tools and staffing, and what is done about it."""

from datetime import date, timedelta

import pytest

from recovery.events.models import Event
from recovery.failures.models import Failure
from recovery.failures.states import TrackEnd, TrackKind, TrackState
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.messages.models import Message
from recovery.org.roles import Role
from staff import services
from staff.models import EnablementAction, Readiness
from tests.factories import NOON, make_department, make_failure, make_person
from tests.staff.conftest import DAY

FRIDAY = date(2026, 3, 6)
WORDS = "Give gate agents the right to order a taxi"


def answer(house, actor=None, failure=None, **facts):
    given = {"made_worse": True, "area": "authority"} | facts
    return services.answer_readiness(
        failure_id=(failure or house.failure).pk, actor=actor or house.lead, now=NOON, **given
    )


def act(house, actor=None, **facts):
    given = {"words": WORDS, "owner_id": house.agent.pk, "due_on": FRIDAY} | facts
    return services.add_enablement(
        failure_id=house.failure.pk, actor=actor or house.lead, now=NOON, **given
    )


def finish(house, action, actor=None):
    return services.complete_enablement(
        action_id=action.pk, actor=actor or house.agent, now=NOON + DAY
    )


class TestAnswer:
    @pytest.mark.parametrize("role", [Role.HANDLER, Role.LEAD, Role.PEOPLE_PARTNER])
    def test_is_given_by_those_who_may_in_that_department(self, house, role):
        answer(house, make_person(role, house.gate))
        assert house.track().state == TrackState.ACTIVE

    @pytest.mark.parametrize("role", [Role.FRONTLINE, Role.SUPPORTER, Role.ADMIN, None])
    def test_is_refused_to_others(self, house, role):
        with pytest.raises(NotAllowed):
            answer(house, make_person(role, house.gate))

    def test_is_refused_to_the_lead_of_another_desk(self, house):
        with pytest.raises(NotAllowed):
            answer(house, make_person(Role.LEAD, make_department()))

    def test_is_given_once(self, house):
        answer(house)
        with pytest.raises(Conflict):
            answer(house, made_worse=False)

    @pytest.mark.parametrize("area", ["", "courage"])
    def test_a_yes_names_what_was_missing(self, house, area):
        with pytest.raises(Invalid) as refusal:
            answer(house, area=area)
        assert refusal.value.field == "area"

    def test_a_no_forgets_the_area(self, house):
        assert answer(house, made_worse=False, area="tool").area == ""

    @pytest.mark.parametrize("words", ["a\x00b", "x" * 20_001])
    def test_refuses_words_that_are_none(self, house, words):
        with pytest.raises(Invalid):
            answer(house, words=words)

    def test_is_not_asked_of_small_failures(self, house):
        small = make_failure(
            department=house.gate, tracks={TrackKind.EMPLOYEE: TrackState.NOT_REQUIRED}
        )
        with pytest.raises(Conflict):
            answer(house, failure=small)
        assert not Readiness.objects.exists()

    def test_its_words_stay_out_of_the_log(self, house):
        answer(house, words="the tablet froze")
        logged = str(list(Event.objects.values_list("public", "private")))
        assert "tablet" not in logged
        assert "authority" in logged


class TestActions:
    def test_a_severe_failure_waits_until_something_is_done(self, house):
        house.offered()
        answer(house)
        assert house.track().state == TrackState.ACTIVE
        finish(house, act(house))
        assert house.track().end == TrackEnd.OK

    def test_a_lesser_one_ends_with_the_answer(self, house):
        Failure.objects.filter(pk=house.failure.pk).update(experience=2)
        house.offered()
        answer(house)
        assert house.track().end == TrackEnd.OK

    def test_one_added_after_the_end_does_not_reopen(self, house):
        house.offered()
        answer(house)
        finish(house, act(house))
        act(house, words="And a second phone")
        assert house.track().end == TrackEnd.OK

    def test_tells_the_owner_once(self, house):
        act_on = make_person(Role.FRONTLINE, house.gate)
        answer(house)
        act(house, owner_id=act_on.pk)
        assert {each.recipient for each in Message.objects.filter(kind="enablement.given")} == {
            act_on
        }

    def test_reminds_the_owner_when_due(self, house):
        answer(house)
        act(house)
        services.remind(now=NOON + DAY)
        assert not Message.objects.filter(kind="enablement.due").exists()
        services.remind(now=NOON + timedelta(days=2))
        services.remind(now=NOON + timedelta(days=3))
        assert Message.objects.filter(kind="enablement.due", channel="inbox").count() == 1

    def test_comes_after_a_yes(self, house):
        with pytest.raises(Conflict):
            act(house)
        answer(house, made_worse=False)
        with pytest.raises(Conflict):
            act(house)

    def test_says_everything_that_is_wrong_at_once(self, house):
        answer(house)
        with pytest.raises(Invalid) as refusal:
            act(house, words=" ", owner_id=0, due_on=date(2026, 3, 3))
        assert set(refusal.value.by_field()) == {"words", "owner", "due_on"}
        assert not EnablementAction.objects.exists()

    def test_is_finished_by_its_owner_or_by_who_answers(self, house):
        answer(house)
        finish(house, act(house))
        finish(house, act(house), actor=house.lead)
        with pytest.raises(NotAllowed):
            finish(house, act(house), actor=house.supporter)

    def test_is_finished_once(self, house):
        answer(house)
        action = act(house)
        finish(house, action)
        with pytest.raises(Conflict):
            finish(house, action)

    def test_an_unknown_one_is_not_found(self, house):
        with pytest.raises(NotFound):
            services.complete_enablement(action_id=0, actor=house.lead, now=NOON)
