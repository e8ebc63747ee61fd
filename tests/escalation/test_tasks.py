"""Tasks: written down with a time, shown until done or cancelled with words, with a clock of their own."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from recovery.clocks.models import Clock
from recovery.clocks.services import cancel, start
from recovery.clocks.states import ClockKind, ClockState
from recovery.escalation.models import Task
from recovery.escalation.services import cancel_task, do_task, open_task, sweep
from recovery.escalation.states import TaskKind
from recovery.events.models import Event
from recovery.events.services import pump
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def desk():
    return make_department("Baggage")


@pytest.fixture
def handler(desk):
    return make_person(Role.HANDLER, desk)


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, lead=True)


@pytest.fixture
def item(desk, handler):
    return make_item(make_failure(department=desk), owner=handler)


def open_(item, actor, **facts):
    facts = {
        "kind": TaskKind.CALL_BACK,
        "words": "Call her about the bag",
        "due_at": NOON + 4 * HOUR,
        "now": NOON,
    } | facts
    return open_task(item_id=item.pk, actor=actor, **facts)


def test_is_due_exactly_when_it_was_said(item, handler):
    task = open_(item, handler)
    assert (task.state, task.clock.due_at) == ("open", NOON + 4 * HOUR)
    item.refresh_from_db()
    assert (item.next_due_at, item.next_due_kind) == (NOON + 4 * HOUR, "task")


def test_leaves_the_form_of_the_case_valid(item, handler):
    open_(item, handler)
    item.refresh_from_db()
    assert item.version == 1


def test_several_live_on_one_case_beside_its_own_clocks(item, handler):
    start(item_id=item.pk, kind=ClockKind.RESOLVE, at=NOON, actor_id=handler.pk)
    open_(item, handler)
    open_(item, handler, words="Ask the station")
    live = Clock.objects.filter(item=item, state=ClockState.RUNNING)
    assert sorted(live.values_list("kind", flat=True)) == ["resolve", "task", "task"]


def test_outlives_the_end_of_its_case(item, handler):
    task = open_(item, handler)
    cancel(item_id=item.pk, at=NOON + HOUR, actor_id=handler.pk, reason="end")
    task.clock.refresh_from_db()
    assert task.clock.state == ClockState.RUNNING


def test_is_written_down_without_its_words(item, handler):
    task = open_(item, handler)
    do_task(task_id=task.pk, words="She has it", actor=handler, now=NOON + HOUR)
    events = list(Event.objects.filter(item_id=item.pk).order_by("id"))
    assert [each.verb for each in events] == ["task.opened", "task.done"]
    assert all(each.audience == "scope" for each in events)
    said = str([each.public | each.private for each in events])
    assert "bag" not in said
    assert "has it" not in said


def test_done_in_time_is_met_and_late_is_a_breach(item, handler):
    kept = do_task(
        task_id=open_(item, handler).pk, words="Told", actor=handler, now=NOON + HOUR
    )
    late = do_task(
        task_id=open_(item, handler, words="Second").pk,
        words="Told",
        actor=handler,
        now=NOON + 5 * HOUR,
    )
    kept.clock.refresh_from_db()
    late.clock.refresh_from_db()
    assert (kept.clock.state, kept.clock.breached_at) == ("met", None)
    assert (late.clock.state, late.clock.breached_at) == ("met", NOON + 4 * HOUR)


def test_is_taken_off_the_list_with_the_reason(item, handler):
    task = cancel_task(
        task_id=open_(item, handler).pk, reason="She called us", actor=handler, now=NOON
    )
    task.clock.refresh_from_db()
    assert (task.state, task.outcome, task.clock.state) == (
        "cancelled",
        "She called us",
        "cancelled",
    )
    item.refresh_from_db()
    assert item.next_due_at is None


@pytest.mark.parametrize("verb", [do_task, cancel_task])
def test_asks_for_words_at_the_end(item, handler, verb):
    name = "words" if verb is do_task else "reason"
    with pytest.raises(Invalid) as refusal:
        verb(task_id=open_(item, handler).pk, actor=handler, now=NOON, **{name: " "})
    assert refusal.value.field == "words"


def test_ends_once(item, handler):
    task = open_(item, handler)
    do_task(task_id=task.pk, words="Told", actor=handler, now=NOON)
    with pytest.raises(Conflict):
        cancel_task(task_id=task.pk, reason="Twice", actor=handler, now=NOON)


@pytest.mark.parametrize(
    "facts",
    [{"words": " "}, {"due_at": NOON}, {"due_at": NOON + timedelta(days=400)}],
)
def test_refuses_what_makes_no_sense(item, handler, facts):
    with pytest.raises(Invalid):
        open_(item, handler, **facts)
    assert not Task.objects.exists()


def test_the_same_words_stand_there_once(item, handler):
    open_(item, handler)
    with pytest.raises(Conflict):
        open_(item, handler)


def test_is_for_those_who_work_the_case(item, desk, handler):
    task = open_(item, handler)
    for actor, refusal in (
        (make_person(Role.AUDITOR, desk), NotAllowed),
        (make_person(Role.HANDLER, make_department()), NotFound),
    ):
        with pytest.raises(refusal):
            open_(item, actor, words="Mine")
        with pytest.raises(refusal):
            do_task(task_id=task.pk, words="Done", actor=actor, now=NOON)


def test_nobody_puts_a_task_on_a_support_case(lead):
    with pytest.raises(NotFound):
        open_(make_item(kind="employee", owner=lead), lead)


def test_reminds_the_holder_then_tells_the_lead_and_leaves_the_tier(item, handler, lead):
    open_(item, handler)
    for hours in (3, 4, 5):
        sweep(NOON + hours * HOUR + timedelta(minutes=1))
        pump(NOON + hours * HOUR + timedelta(minutes=1))
    told = Message.objects.filter(channel="inbox").order_by("id")
    assert list(told.values_list("recipient", flat=True)) == [handler.pk, lead.pk]
    item.refresh_from_db()
    assert item.level == 0


@pytest.mark.parametrize(
    "facts",
    [{"clock": None}, {"state": "done"}, {"state": "cancelled"}, {"ended_at": NOON}],
)
def test_the_database_holds_a_task_whole(item, handler, facts):
    task = open_(item, handler)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(**facts)
