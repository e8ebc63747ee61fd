"""The offer ends what others see; the answer is the person's alone."""

import pytest

from recovery.clocks.models import Clock
from recovery.clocks.states import ClockState
from recovery.events.models import Event
from recovery.failures.models import Failure
from recovery.failures.states import TrackEnd, TrackState
from recovery.kernel.refusals import Conflict, NotAllowed, NotFound
from recovery.messages.models import Message
from recovery.org.selectors import system_person
from staff import services
from staff.models import EmployeeCase
from staff.services import moving
from staff.states import EmployeeState
from tests.factories import NOON, make_failure
from tests.staff.conftest import DAY, HOUR

STRANGERS = ["lead", "deputy"]


def answer_no(house, at=NOON):
    services.answer_readiness(
        failure_id=house.failure.pk, made_worse=False, actor=house.lead, now=at
    )


class TestOffer:
    def test_ends_the_track_that_minute_when_the_question_is_answered(self, house):
        answer_no(house)
        assert house.track().state == TrackState.ACTIVE
        house.offered(at=NOON + 5 * HOUR)
        track = house.track()
        assert (track.end, track.ended_at) == (TrackEnd.OK, NOON + 5 * HOUR)

    def test_leaves_the_track_under_way_while_the_question_is_open(self, house):
        house.offered()
        assert house.track().state == TrackState.ACTIVE
        answer_no(house, at=NOON + DAY)
        assert house.track().end == TrackEnd.OK

    def test_dates_the_milestone_and_ends_task_and_clock(self, house):
        case = house.offered(at=NOON + HOUR)
        assert Failure.objects.get(pk=house.failure.pk).care_offered_at == NOON + HOUR
        assert case.item.closed_at == NOON + HOUR
        assert Clock.objects.get(item=case.pk).state == ClockState.MET

    def test_tells_the_person_in_neutral_words(self, house):
        case = house.offered()
        told = Message.objects.filter(recipient=house.agent)
        assert {each.subject for each in told} == {"A private page for you"}
        assert case.failure.title not in str([each.lines for each in told])

    def test_speaks_to_the_timeline_as_the_system(self, house):
        answer_no(house)
        house.offered()
        said = house_events(house, "track.changed").order_by("pk").last()
        assert said.actor_id == system_person().pk

    def test_is_made_once(self, house):
        case = house.offered()
        with pytest.raises(Conflict):
            services.offer_support(item_id=case.pk, actor=house.supporter, now=NOON)

    def test_waits_until_somebody_is_named(self, house):
        case = house.screened()
        with pytest.raises(Conflict):
            services.offer_support(item_id=case.pk, actor=house.supporter, now=NOON)

    def test_waits_for_every_person_hit(self, house):
        other = house.screened(house.lead)
        answer_no(house)
        house.offered()
        assert house.track().state == TrackState.ACTIVE
        services.offer_support(
            item_id=other.pk,
            actor=EmployeeCase.objects.get(pk=other.pk).supporter,
            now=NOON + DAY,
        )
        assert house.track().end == TrackEnd.OK

    def test_the_person_cannot_make_it(self, house):
        case = house.screened(house.agent)
        with pytest.raises(NotAllowed):
            services.offer_support(item_id=case.pk, actor=house.agent, now=NOON)


class TestAnswer:
    @pytest.mark.parametrize("verb", [services.accept, services.decline])
    def test_nobody_answers_for_the_person(self, house, verb):
        case = house.offered()
        with pytest.raises(NotAllowed):
            verb(item_id=case.pk, actor=house.supporter, now=NOON + DAY)

    @pytest.mark.parametrize(
        "verb", [services.accept, services.decline, services.follow_up, services.refer,
                 services.offer_support, services.none_affected]
    )  # fmt: skip
    @pytest.mark.parametrize("who", STRANGERS)
    def test_for_others_there_is_nothing(self, house, verb, who):
        case = house.offered()
        with pytest.raises(NotFound):
            verb(item_id=case.pk, actor=getattr(house, who), now=NOON + DAY)

    def test_a_no_may_become_a_yes_later(self, house):
        case = house.offered()
        services.decline(item_id=case.pk, actor=house.agent, now=NOON + DAY)
        case = services.accept(item_id=case.pk, actor=house.agent, now=NOON + 9 * DAY)
        assert (case.state, case.ended_at) == (EmployeeState.IN_SUPPORT, None)
        assert case.follow_up_at == NOON + 39 * DAY

    def test_waits_for_the_offer(self, house):
        case = house.screened(house.agent)
        with pytest.raises(Conflict):
            services.accept(item_id=case.pk, actor=house.agent, now=NOON)

    @pytest.mark.parametrize(
        ("verb", "state"),
        [
            (services.follow_up, EmployeeState.FOLLOWED_UP),
            (services.refer, EmployeeState.REFERRED),
        ],
    )
    def test_support_ends_by_asking_again_or_by_referral(self, house, verb, state):
        case = house.offered()
        services.accept(item_id=case.pk, actor=house.agent, now=NOON + DAY)
        case = verb(item_id=case.pk, actor=house.supporter, now=NOON + 31 * DAY)
        assert (case.state, case.ended_at) == (state, NOON + 31 * DAY)

    def test_the_person_does_not_end_the_support_for_the_supporter(self, house):
        case = house.offered()
        services.accept(item_id=case.pk, actor=house.agent, now=NOON + DAY)
        with pytest.raises(NotAllowed):
            services.follow_up(item_id=case.pk, actor=house.agent, now=NOON + DAY)


class TestAfterTheEnd:
    def test_who_is_found_later_is_looked_after_without_anybody_noticing(self, house):
        answer_no(house)
        house.offered()
        before = Failure.objects.values().get(pk=house.failure.pk)
        late = house.screened(house.lead, at=NOON + DAY)
        services.offer_support(item_id=late.pk, actor=late.supporter, now=NOON + 2 * DAY)
        assert Failure.objects.values().get(pk=house.failure.pk) == before
        assert house.track().ended_at == NOON + HOUR


class TestReminders:
    def test_the_supporter_is_told_once_when_the_follow_up_is_due(self, house):
        case = house.offered()
        services.accept(item_id=case.pk, actor=house.agent, now=NOON)
        services.remind(now=NOON + 29 * DAY)
        assert not due_messages().exists()
        services.remind(now=NOON + 30 * DAY)
        services.remind(now=NOON + 31 * DAY)
        assert {each.recipient for each in due_messages()} == {house.supporter}
        assert due_messages().filter(channel="inbox").count() == 1

    def test_nobody_is_reminded_of_a_no(self, house):
        case = house.offered()
        services.decline(item_id=case.pk, actor=house.agent, now=NOON)
        services.remind(now=NOON + 90 * DAY)
        assert not due_messages().exists()


class TestMerge:
    def test_cases_follow_their_failure_and_go_back(self, house):
        into = make_failure(department=house.gate)
        known, unknown = house.screened(house.agent), house.screened(house.lead)
        EmployeeCase.objects.filter(pk=unknown.pk).update(person=None, state="screening")
        moved = moving.move_cases(from_id=house.failure.pk, to_id=into.pk)
        assert moved == [known.pk, unknown.pk]
        assert EmployeeCase.objects.filter(failure=into).count() == 2
        moving.move_back(case_ids=moved, from_id=into.pk, to_id=house.failure.pk)
        assert EmployeeCase.objects.filter(failure=house.failure).count() == 2

    def test_a_person_looked_after_on_both_keeps_both(self, house):
        into = make_failure(department=house.gate)
        house.screened(house.agent)
        services.screen(failure_id=into.pk, person_id=house.agent.pk, because="rule", now=NOON)
        assert moving.move_cases(from_id=house.failure.pk, to_id=into.pk) == []


def due_messages():
    return Message.objects.filter(kind="support.follow_up")


def house_events(house, verb):
    return Event.objects.filter(failure_id=house.failure.pk, verb=verb)
