"""Who was hit: by rule and by naming; and who supports them."""

import pytest

from recovery.clocks.states import ClockKind
from recovery.events.models import Audience, Event
from recovery.events.services import pump, record
from recovery.failures.models import WorkItem
from recovery.failures.states import TrackState
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.messages.models import Message
from recovery.org.models import Person
from recovery.org.roles import Role
from staff import selectors, services
from staff.models import EmployeeCase
from staff.states import EmployeeState
from tests.factories import NOON, make_person
from tests.staff.conftest import DAY, HOUR


class TestScreen:
    def test_gives_the_task_to_a_supporter_outside_the_team(self, house):
        make_person(Role.SUPPORTER, house.gate)
        case = house.screened(house.agent)
        assert case.supporter == house.supporter
        assert case.state == EmployeeState.TO_OFFER

    def test_finds_out_who_was_hit_when_nobody_is_known(self, house):
        case = house.screened()
        assert (case.state, case.person) == (EmployeeState.SCREENING, None)

    def test_its_item_says_nothing_but_whose_it_is_and_when(self, house):
        item = house.screened(house.agent).item
        assert (item.failure, item.department, item.state, item.headline) == (
            None,
            None,
            "",
            "",
        )
        assert item.owner == house.supporter
        assert item.next_due_kind == ClockKind.OFFER_SUPPORT
        assert NOON + HOUR < item.next_due_at <= NOON + 3 * DAY

    def test_tells_only_the_supporter_in_neutral_words(self, house):
        house.screened(house.agent)
        told = Message.objects.all()
        assert {each.recipient for each in told} == {house.supporter}
        said = " ".join(f"{each.subject} {each.lines}" for each in told)
        assert house.agent.name not in said
        assert house.failure.title not in said

    def test_screening_the_same_again_changes_nothing(self, house):
        first = house.screened(house.agent)
        assert house.screened(house.agent) == first
        assert house.screened() == first
        assert WorkItem.objects.count() == 1

    def test_each_person_hit_has_a_case(self, house):
        other = make_person(Role.FRONTLINE, house.gate)
        assert house.screened(house.agent) != house.screened(other)

    def test_the_track_still_waits(self, house):
        house.screened(house.agent)
        assert house.track().state == TrackState.WAITING

    def test_takes_an_unknown_reason_as_the_rule(self, house):
        key = services.screen(failure_id=house.failure.pk, because="moon", now=NOON)
        assert EmployeeCase.objects.get(pk=key).because == "rule"

    def test_refuses_with_a_hint_when_nobody_supports_people(self, house):
        Person.objects.filter(pk__in=[house.supporter.pk, house.deputy.pk]).update(
            is_active=False
        )
        with pytest.raises(Conflict) as refusal:
            house.screened(house.agent)
        assert refusal.value.code == "no_supporter"
        assert WorkItem.objects.count() == 0

    def test_an_unknown_failure_is_not_found(self, house):
        with pytest.raises(NotFound):
            services.screen(failure_id=0, because="rule", now=NOON)


class TestSupportersFor:
    def test_prefers_the_least_loaded(self, house):
        house.screened(house.agent)
        assert selectors.supporters_for(house.agent.pk)[0] == house.deputy

    def test_leaves_out_the_line_above(self, house):
        above = make_person(Role.SUPPORTER, house.peers)
        Person.objects.filter(pk=house.agent.pk).update(manager=above)
        assert above not in selectors.supporters_for(house.agent.pk)

    def test_takes_one_of_the_team_rather_than_nobody(self, house):
        near = make_person(Role.SUPPORTER, house.gate)
        Person.objects.filter(pk__in=[house.supporter.pk, house.deputy.pk]).update(
            is_active=False
        )
        assert selectors.supporters_for(house.agent.pk) == [near]

    def test_nobody_supports_themselves(self, house):
        assert house.supporter not in selectors.supporters_for(house.supporter.pk)

    def test_deputies_are_the_others(self, house):
        assert selectors.deputies(house.screened(house.agent).pk) == [house.deputy]

    def test_an_unknown_item_has_no_deputies(self, house):
        assert selectors.deputies(0) == []

    def test_costs_the_same_for_many_supporters(self, house, django_assert_max_num_queries):
        for _ in range(5):
            make_person(Role.SUPPORTER, house.peers)
        selectors.supporters_for(house.agent.pk)
        with django_assert_max_num_queries(4):
            selectors.supporters_for(house.agent.pk)


class TestNamePerson:
    def test_the_supporter_names_who_was_hit(self, house):
        case = house.screened()
        services.name_person(
            item_id=case.pk, person_id=house.agent.pk, actor=house.supporter, now=NOON
        )
        case.refresh_from_db()
        assert (case.person, case.state) == (house.agent, EmployeeState.TO_OFFER)

    def test_passes_to_a_supporter_outside_when_the_first_is_of_the_team(self, house):
        case = house.screened()
        colleague = make_person(Role.FRONTLINE, house.peers)
        outside = make_person(Role.SUPPORTER, house.gate)
        services.name_person(
            item_id=case.pk, person_id=colleague.pk, actor=house.supporter, now=NOON
        )
        case.refresh_from_db()
        assert case.supporter == outside
        assert case.item.owner == outside

    def test_keeps_a_second_case_open_when_others_were_hit(self, house):
        case = house.screened()
        services.name_person(
            item_id=case.pk,
            person_id=house.agent.pk,
            actor=house.supporter,
            now=NOON,
            others=True,
        )
        rest = EmployeeCase.objects.exclude(pk=case.pk).get()
        assert (rest.state, rest.supporter) == (EmployeeState.SCREENING, house.supporter)

    def test_refuses_a_person_looked_after_already(self, house):
        case = house.screened()
        services.name_person(
            item_id=case.pk,
            person_id=house.agent.pk,
            actor=house.supporter,
            now=NOON,
            others=True,
        )
        rest = EmployeeCase.objects.exclude(pk=case.pk).get()
        with pytest.raises(Conflict):
            services.name_person(
                item_id=rest.pk, person_id=house.agent.pk, actor=house.supporter, now=NOON
            )

    def test_does_not_tell_the_supporter_that_the_person_asked_by_themselves(self, house):
        case = house.screened()
        services.refer_self(failure_id=house.failure.pk, actor=house.agent, now=NOON)
        services.name_person(
            item_id=case.pk, person_id=house.agent.pk, actor=house.supporter, now=NOON
        )
        assert EmployeeCase.objects.filter(person=house.agent).count() == 2

    @pytest.mark.parametrize("who", ["agent", "lead", "deputy"])
    def test_is_not_there_for_anybody_else(self, house, who):
        case = house.screened()
        with pytest.raises(NotFound):
            services.name_person(
                item_id=case.pk, person_id=house.agent.pk, actor=getattr(house, who), now=NOON
            )

    def test_refuses_somebody_who_is_not_here(self, house):
        case = house.screened()
        with pytest.raises(Invalid):
            services.name_person(item_id=case.pk, person_id=0, actor=house.supporter, now=NOON)


def test_every_event_of_a_case_is_for_named_readers_and_names_no_failure(house):
    case = house.screened()
    services.name_person(
        item_id=case.pk, person_id=house.agent.pk, actor=house.supporter, now=NOON
    )
    services.offer_support(item_id=case.pk, actor=house.supporter, now=NOON)
    services.accept(item_id=case.pk, actor=house.agent, now=NOON)
    services.write_note(item_id=case.pk, words="hello", actor=house.agent, now=NOON)
    services.read_notes(item_id=case.pk, actor=house.supporter, now=NOON)
    services.refer(item_id=case.pk, actor=house.supporter, now=NOON)
    written = Event.objects.filter(stream=f"employee:{case.pk}")
    assert written.count() == 7
    for event in written:
        assert (event.audience, event.failure_id, event.public) == (Audience.NAMED, None, {})
        assert set(event.private["readers"]) <= {house.agent.pk, house.supporter.pk}


def test_somebody_looks_even_when_the_question_was_answered_before_the_log_was_read(house):
    record(
        stream=f"failure:{house.failure.pk}", verb="failure.reported", at=NOON,
        actor_id=house.agent.pk, failure_id=house.failure.pk,
    )  # fmt: skip
    services.answer_readiness(
        failure_id=house.failure.pk, made_worse=False, actor=house.lead, now=NOON
    )
    pump(NOON)
    assert EmployeeCase.objects.filter(failure=house.failure).count() == 1
