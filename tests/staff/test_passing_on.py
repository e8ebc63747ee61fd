"""Support asked for, passed on and taken over: the person’s own ways and the deputy’s."""

import pytest

from recovery.clocks.models import Clock
from recovery.escalation.services import sweep
from recovery.events.models import Event
from recovery.events.services import pump
from recovery.failures.models import Failure, Track
from recovery.failures.states import TrackKind, TrackState
from recovery.kernel.refusals import Conflict, NotAllowed, NotFound
from recovery.messages.models import Message
from recovery.org.models import Person
from staff import selectors, services
from staff.models import EmployeeCase
from tests.factories import NOON, make_failure, make_person
from tests.staff.conftest import DAY, HOUR


class TestReferSelf:
    def test_opens_a_case_with_a_supporter_outside(self, house):
        key = services.refer_self(failure_id=house.failure.pk, actor=house.agent, now=NOON)
        case = EmployeeCase.objects.get(pk=key)
        assert (case.person, case.supporter) == (house.agent, house.supporter)
        assert case.self_referred

    def test_touches_neither_failure_nor_track(self, house):
        quiet = make_failure(
            department=house.gate, tracks={TrackKind.EMPLOYEE: TrackState.NOT_REQUIRED}
        )
        before = (
            Failure.objects.values().get(pk=quiet.pk),
            list(Track.objects.filter(failure=quiet).values()),
        )
        key = services.refer_self(failure_id=quiet.pk, actor=house.agent, now=NOON)
        services.offer_support(item_id=key, actor=house.supporter, now=NOON + HOUR)
        after = (
            Failure.objects.values().get(pk=quiet.pk),
            list(Track.objects.filter(failure=quiet).values()),
        )
        assert before == after
        assert not Event.objects.filter(failure_id=quiet.pk).exists()

    def test_asking_twice_leads_to_the_same_case(self, house):
        first = services.refer_self(failure_id=house.failure.pk, actor=house.agent, now=NOON)
        again = services.refer_self(failure_id=house.failure.pk, actor=house.agent, now=NOON)
        assert first == again

    def test_leads_back_to_the_offer_one_declined(self, house):
        case = house.offered()
        services.decline(item_id=case.pk, actor=house.agent, now=NOON + DAY)
        again = services.refer_self(
            failure_id=house.failure.pk, actor=house.agent, now=NOON + 2 * DAY
        )
        assert again == case.pk

    def test_opens_anew_after_it_has_ended(self, house):
        case = house.offered()
        services.accept(item_id=case.pk, actor=house.agent, now=NOON + DAY)
        services.follow_up(item_id=case.pk, actor=house.supporter, now=NOON + 31 * DAY)
        again = services.refer_self(
            failure_id=house.failure.pk, actor=house.agent, now=NOON + 40 * DAY
        )
        assert again != case.pk

    def test_does_not_stop_the_rule_from_looking(self, house):
        services.refer_self(failure_id=house.failure.pk, actor=house.agent, now=NOON)
        assert not house.screened(house.agent).self_referred

    def test_is_for_people(self, house):
        service = make_person(kind=Person.Kind.SERVICE)
        with pytest.raises(NotAllowed):
            services.refer_self(failure_id=house.failure.pk, actor=service, now=NOON)


class TestPassOn:
    @pytest.mark.parametrize("who", ["supporter", "agent"])
    def test_either_of_the_two_may_ask_for_another(self, house, who):
        case = house.screened(house.agent)
        services.pass_on(item_id=case.pk, actor=getattr(house, who), now=NOON)
        case.refresh_from_db()
        assert (case.supporter, case.item.owner) == (house.deputy, house.deputy)

    def test_the_one_before_reads_it_no_longer(self, house):
        case = house.screened(house.agent)
        services.pass_on(item_id=case.pk, actor=house.supporter, now=NOON)
        with pytest.raises(NotFound):
            selectors.case_for(house.supporter, case.pk)

    def test_its_clock_runs_on(self, house):
        case = house.screened(house.agent)
        due = Clock.objects.get(item=case.pk).due_at
        services.pass_on(item_id=case.pk, actor=house.supporter, now=NOON + HOUR)
        assert Clock.objects.get(item=case.pk).due_at == due

    def test_refuses_when_there_is_nobody_else(self, house):
        case = house.screened(house.agent)
        Person.objects.filter(pk=house.deputy.pk).update(is_active=False)
        with pytest.raises(Conflict):
            services.pass_on(item_id=case.pk, actor=house.supporter, now=NOON)

    def test_is_not_there_for_the_line(self, house):
        case = house.screened(house.agent)
        with pytest.raises(NotFound):
            services.pass_on(item_id=case.pk, actor=house.lead, now=NOON)


class TestTakeOver:
    LATE = NOON + 3 * DAY + HOUR

    def test_a_deputy_hears_when_the_offer_is_late_and_takes_it_over(self, house):
        case = house.screened(house.agent)
        pump(NOON)
        sweep(now=self.LATE)
        pump(self.LATE)
        told = Message.objects.filter(kind="escalation.fired")
        assert house.deputy in {each.recipient for each in told}
        assert {each.recipient for each in told} <= {house.supporter, house.deputy}
        assert {each.subject for each in told} == {"A private task: 1 h over"}
        assert selectors.cases_overdue(house.deputy, self.LATE) == [case.pk]
        services.take_over(item_id=case.pk, actor=house.deputy, now=self.LATE)
        services.offer_support(item_id=case.pk, actor=house.deputy, now=self.LATE + HOUR)
        case.refresh_from_db()
        assert (case.supporter, case.item.owner) == (house.deputy, house.deputy)

    @pytest.mark.parametrize("who", ["agent", "lead", "supporter"])
    def test_nobody_else_can_take_it(self, house, who):
        case = house.screened(house.agent)
        with pytest.raises(NotFound):
            services.take_over(item_id=case.pk, actor=getattr(house, who), now=self.LATE)
        assert selectors.cases_overdue(getattr(house, who), self.LATE) == []

    def test_nobody_takes_it_before_its_time_or_after_the_offer(self, house):
        case = house.screened(house.agent)
        with pytest.raises(NotFound):
            services.take_over(item_id=case.pk, actor=house.deputy, now=NOON + HOUR)
        services.offer_support(item_id=case.pk, actor=house.supporter, now=NOON + HOUR)
        with pytest.raises(NotFound):
            services.take_over(item_id=case.pk, actor=house.deputy, now=self.LATE)
