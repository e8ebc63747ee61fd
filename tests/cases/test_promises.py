"""What a promise does to a case: nothing while it is kept, a double deviation once it is not."""

from datetime import timedelta

import pytest

from cases.models import CustomerCase
from recovery.escalation.models import Firing
from recovery.escalation.selectors import calls_of
from recovery.failures.models import WorkItem
from recovery.messages.models import Message
from tests.cases.casting import make_case, make_desk
from tests.clocks.promising import HOUR, keep, promise, release, run
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def case(desk):
    return make_case(desk, owner=desk.colleague)


def told(person):
    return list(
        Message.objects.filter(recipient=person, channel="inbox", kind="escalation.fired")
        .exclude(subject__contains="Acknowledge")
        .values_list("subject", flat=True)
    )


def failed_as_well(case):
    return CustomerCase.objects.values_list("double_deviation", flat=True).get(pk=case.pk)


def test_warns_its_holder_and_then_the_lead_of_its_desk(desk, case):
    promise(case.item, desk.handler)
    run(NOON + 1.6 * HOUR)
    assert len(told(desk.handler)) == 1
    assert told(desk.colleague) == []
    run(NOON + 2.1 * HOUR)
    assert len(told(desk.lead)) == 1
    run(NOON + 9 * HOUR)
    assert (len(told(desk.handler)), len(told(desk.lead))) == (1, 1)


def test_says_beforehand_who_hears_what(desk, case):
    made = promise(case.item, desk.handler)
    item = WorkItem.objects.get(pk=case.pk)
    calls = [each for each in calls_of(item, NOON) if each.clock.id == made.clock_id]
    assert [list(each.people) for each in calls] == [[desk.handler.pk], [desk.lead.pk]]


def test_outlives_its_case_and_is_told_without_raising_it(desk, case):
    promise(case.item, desk.handler)
    WorkItem.objects.filter(pk=case.pk).update(closed_at=NOON, state="lost")
    run(NOON + 3 * HOUR)
    assert len(told(desk.lead)) == 1
    fired = Firing.objects.get(rung__level=1, clock__kind="promise")
    assert fired.told == [desk.lead.pk]


def test_broken_means_that_the_recovery_failed_as_well(desk, case):
    made = promise(case.item, desk.handler)
    run(NOON + HOUR)
    assert not failed_as_well(case)
    run(NOON + 2 * HOUR + timedelta(seconds=1))
    assert failed_as_well(case)
    case.failure.refresh_from_db()
    assert case.failure.double_deviation
    keep(made, desk.handler, now=NOON + 3 * HOUR)
    run(NOON + 3 * HOUR)
    assert failed_as_well(case)


def test_kept_or_no_longer_needed_means_nothing_of_the_kind(desk, case):
    keep(promise(case.item, desk.handler), desk.handler)
    release(promise(case.item, desk.handler, words="A taxi."), desk.handler)
    run(NOON + 4 * HOUR)
    assert not failed_as_well(case)
