"""Two of everything at once, with real transactions: nothing is doubled, nothing is lost."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from recovery.escalation.models import Firing, Rung
from recovery.escalation.selectors import ladders
from recovery.escalation.services import sweep
from recovery.events.models import Consumer, Event, ParkedEvent
from recovery.events.services import pump
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.escalation.due import make_due_clocks
from tests.factories import NOON, make_department, make_person

OVER = NOON + timedelta(hours=1)
CLOCKS = 1200

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("own_database")]


def at_once(*calls):
    """Run each in a thread of its own, all from the same moment; their results."""
    start, found, errors = threading.Barrier(len(calls)), [], []

    def run(call):
        try:
            start.wait()
            found.append(call())
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    return found


def test_two_sweeps_at_once_fire_each_rung_once():
    make_due_clocks(CLOCKS, department=make_department())
    fired = at_once(*[lambda: sweep(OVER)] * 3)
    assert sum(fired) == Firing.objects.count() == 2 * CLOCKS
    assert Event.objects.filter(verb="escalation.fired").count() == 2 * CLOCKS
    assert Event.objects.filter(verb="clock.breached").count() == CLOCKS
    assert sweep(OVER) == 0


def test_sweeps_at_once_write_each_repeat_of_a_rung_once():
    make_due_clocks(60, department=make_department())
    Rung.objects.filter(version__ladder__clock_kind="acknowledge", percent=100).update(
        every=5, most=4
    )
    ladders.forget()
    fired = at_once(*[lambda: sweep(OVER)] * 3)
    assert sum(fired) == Firing.objects.count() == 5 * 60
    assert sweep(OVER) == 0


def test_two_pumps_at_once_tell_everybody_once():
    desk = make_department()
    lead = make_person(Role.LEAD, desk, lead=True)
    make_due_clocks(60, department=desk)
    sweep(OVER)
    at_once(*[lambda: pump(OVER)] * 3)
    pump(OVER)
    assert Message.objects.filter(recipient=lead, channel="inbox").count() == 120
    assert not ParkedEvent.objects.exists()
    positions = list(Event.objects.order_by("id").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    assert set(Consumer.objects.values_list("position", flat=True)) == {len(positions)}
