"""A clock that was given another time calls its ladder once more, for that time, once."""

from datetime import timedelta

import pytest

from recovery.clocks import services as clocks
from recovery.clocks.models import Clock
from recovery.clocks.states import ClockKind
from recovery.console.presenters.escalation import call_row
from recovery.escalation.models import Firing
from recovery.escalation.selectors import calls_of
from recovery.escalation.services import sweep
from recovery.events.models import ParkedEvent
from recovery.events.services import pump
from recovery.failures.models import Failure, WorkItem
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
K = ClockKind
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk():
    return make_department("Baggage")


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, lead=True)


@pytest.fixture
def clock(desk, lead):
    """15 minutes on a case nobody holds, from noon: at 75 % and when over the lead hears."""
    item = make_item(make_failure(department=desk, priority=1))
    clocks.start(item_id=item.pk, kind=K.ACKNOWLEDGE, at=NOON, actor_id=lead.pk)
    return Clock.objects.get(item=item)


def extend(clock, lead, *, by, at):
    clocks.extend(clock_id=clock.pk, seconds=by * 60, reason="Ana is ill", actor=lead, now=at)


def run(*minutes):
    for each in minutes:
        sweep(NOON + each * MINUTE)
        pump(NOON + each * MINUTE)
    assert not ParkedEvent.objects.exists()


def heard(lead):
    mine = Message.objects.filter(recipient=lead, channel="inbox")
    return list(mine.order_by("created_at").values_list("created_at", flat=True))


def test_warns_again_for_the_time_it_was_given_and_once(clock, lead):
    run(12)
    extend(clock, lead, by=60, at=NOON + 13 * MINUTE)
    run(14, 56, 57, 58)  # three quarters of 75 minutes
    assert heard(lead) == [NOON + 12 * MINUTE, NOON + 57 * MINUTE]
    run(76, 77, 90)
    assert heard(lead)[2:] == [NOON + 76 * MINUTE]
    fired = Firing.objects.order_by("pk").values_list("round", "rung__percent")
    assert list(fired) == [(0, 75), (1, 75), (1, 100)]


def test_what_fired_for_the_time_before_is_told_to_nobody(clock, lead):
    sweep(NOON + 16 * MINUTE)
    extend(clock, lead, by=60, at=NOON + 16 * MINUTE)
    run(17)
    assert heard(lead) == []
    assert list(Firing.objects.filter(round=0).values_list("told", flat=True)) == [[], []]
    assert not WorkItem.objects.filter(level__gt=0).exists()


def test_another_priority_does_not_start_the_ladder_again(clock, lead):
    run(12)
    Failure.objects.update(priority=2)
    WorkItem.objects.update(priority=2)
    clocks.follow_priority(
        failure_id=clock.item.failure_id,
        at=NOON + 13 * MINUTE,
        actor_id=lead.pk,
        reason="failure.priority",
    )
    clock.refresh_from_db()
    assert (clock.round, clock.due_at > clock.original_due_at) == (0, True)
    minutes = int((clock.due_at - NOON) / MINUTE)
    run(*range(14, minutes, 5))
    assert len(heard(lead)) == 1


def test_the_preview_foretells_the_second_round_and_says_what_the_first_was_for(clock, lead):
    run(12)
    extend(clock, lead, by=60, at=NOON + 13 * MINUTE)
    first, *coming = calls_of(clock.item, NOON + 13 * MINUTE)
    assert (first.done, first.earlier) == (True, True)
    assert call_row(first, {}).state == "told, for the time it had before"
    assert [(call.rung.percent, call.done) for call in coming] == [(75, False), (100, False)]
    for call in coming:
        sweep(call.at)
        pump(call.at)
    assert heard(lead)[1:] == [call.at for call in coming]
    after = calls_of(clock.item, NOON + timedelta(days=1))
    assert [(call.done, call.earlier) for call in after] == [
        (True, True),
        (True, False),
        (True, False),
    ]
