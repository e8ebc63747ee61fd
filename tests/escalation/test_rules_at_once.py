"""Rules and tasks by two at once, with real transactions: once is once."""

from datetime import timedelta

import pytest

from recovery.escalation.models import RuleFiring, Task
from recovery.escalation.services import cancel_task, do_task, open_task, sweep_rules
from recovery.escalation.states import TaskKind
from recovery.events.models import Event, ParkedEvent
from recovery.events.services import pump
from recovery.kernel.refusals import Conflict
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.escalation.ruling import DAY, DAYS, happens, only_rule
from tests.escalation.test_at_once import at_once
from tests.factories import NOON, make_department, make_failure, make_item, make_person

CASES = 40

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("own_database")]


def test_two_workers_tell_of_each_occasion_once():
    desk = make_department()
    lead = make_person(Role.LEAD, desk, lead=True)
    only_rule("complained_again", tells="desk_lead", wait_minutes=DAYS)
    for _ in range(CASES):
        happens(make_item(make_failure(department=desk)), "complaint.attached", lead)
    at_once(*[lambda: pump(NOON)] * 2)
    assert RuleFiring.objects.count() == CASES
    fired = at_once(*[lambda: sweep_rules(NOON + DAY)] * 3)
    assert sum(fired) == CASES
    assert Event.objects.filter(verb="rule.fired").count() == CASES
    at_once(*[lambda: pump(NOON + DAY)] * 3)
    pump(NOON + DAY)
    assert Message.objects.filter(recipient=lead, channel="inbox").count() == CASES
    assert not ParkedEvent.objects.exists()


def test_of_two_who_end_a_task_one_hears_that_it_has_ended():
    desk = make_department()
    handler = make_person(Role.HANDLER, desk)
    task = open_task(
        item_id=make_item(make_failure(department=desk)).pk, kind=TaskKind.OTHER, words="Call",
        due_at=NOON + timedelta(hours=1), actor=handler, now=NOON,
    )  # fmt: skip

    def ends(verb, **words):
        try:
            verb(task_id=task.pk, actor=handler, now=NOON, **words)
        except Conflict:
            return "refused"
        return "ended"

    found = at_once(
        lambda: ends(do_task, words="Done"), lambda: ends(cancel_task, reason="Moot")
    )
    assert sorted(found) == ["ended", "refused"]
    assert Task.objects.get().state in {"done", "cancelled"}
    assert Event.objects.filter(verb__in=["task.done", "task.cancelled"]).count() == 1
