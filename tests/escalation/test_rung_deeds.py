"""Rungs judge their conditions when they are answered, and give cases away and open tasks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.models import CustomerCase
from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind
from recovery.escalation import tasks
from recovery.escalation.models import Firing, RuleFiring, Rung, Task
from recovery.escalation.presenters import task_rows
from recovery.escalation.selectors import calls_of, ladders
from recovery.escalation.services import (
    answer_firings,
    do_task,
    let_go_of_rung_tasks,
    sweep,
)
from recovery.events.models import Event, ParkedEvent
from recovery.events.services import pump
from recovery.failures.models import Failure, WorkItem
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.escalation.ruling import only_rule
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
OVER = NOON + 16 * MINUTE
K = ClockKind
SAFETY = [{"fact": "safety", "op": "at_least", "values": [3]}]
RISEN = [{"fact": "level", "op": "at_least", "values": [1]}]
TASK = {"task_kind": "call_back", "task_words": "Call her", "task_days": 1}


@pytest.fixture
def desk():
    return make_department("Baggage", parent=make_department("Customer care"))


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, lead=True)


def says(percent=100, **facts):
    """Let a rung of the house's ladder for a first word say more."""
    rungs = Rung.objects.filter(version__ladder__clock_kind=K.ACKNOWLEDGE, percent=percent)
    rungs.update(**facts)
    ladders.forget()


def begin(desk, *, owner=None, **facts):
    """A case whose 15 minutes run from noon."""
    item = make_item(make_failure(department=desk, priority=1, **facts), owner=owner)
    clocks.start(item_id=item.pk, kind=K.ACKNOWLEDGE, at=NOON, actor_id=make_person().pk)
    return item


def run(now):
    sweep(now)
    pump(now)
    assert not ParkedEvent.objects.exists()


def told(person):
    mine = Message.objects.filter(recipient=person, channel="inbox")
    return mine.filter(kind="escalation.fired").count()


def level_of(item):
    item.refresh_from_db()
    return item.level


class TestConditions:
    def test_a_rung_whose_condition_does_not_hold_tells_nobody_raises_nothing_and_says_so(
        self, desk, lead
    ):
        says(when=SAFETY, assigns=True, **TASK)
        item = begin(desk, owner=make_person(Role.HANDLER, desk))
        run(OVER)
        assert (told(lead), level_of(item), Task.objects.count()) == (0, 0, 0)
        assert item.owner_id != lead.pk
        firing = Firing.objects.get(rung__percent=100)
        assert (firing.held_back, firing.told, firing.answered_at) == (True, [], OVER)
        event = Event.objects.get(verb="escalation.held_back")
        assert (event.item_id, event.public["kind"]) == (item.pk, "acknowledge")
        (call,) = [each for each in calls_of(item, OVER) if each.held_back]
        assert call.rung.percent == 100

    def test_a_rung_whose_condition_holds_is_like_any_other(self, desk, lead):
        says(when=SAFETY)
        item = begin(desk, safety=3)
        run(OVER)
        assert (told(lead), level_of(item)) == (2, 1)
        assert not Firing.objects.filter(held_back=True).exists()
        assert not Event.objects.filter(verb="escalation.held_back").exists()

    def test_what_is_true_when_it_is_answered_counts(self, desk, lead):
        says(when=SAFETY)
        item = begin(desk, owner=make_person(Role.HANDLER, desk))
        sweep(OVER)
        Failure.objects.filter(pk=item.failure_id).update(safety=4)
        pump(OVER)
        assert told(lead) == 1

    def test_a_rung_sees_to_which_tier_those_before_it_raised_the_case(self, desk, lead):
        says(75, level=1)
        says(when=RISEN)
        item = begin(desk, owner=make_person(Role.HANDLER, desk))
        run(OVER)  # both at once, as after an outage
        assert told(lead) == 1
        assert level_of(item) == 1

    def test_one_that_held_back_is_not_judged_again(self, desk, lead):
        says(when=SAFETY)
        item = begin(desk, owner=make_person(Role.HANDLER, desk))
        run(OVER)
        Failure.objects.filter(pk=item.failure_id).update(safety=4)
        keys = list(Firing.objects.values_list("pk", flat=True))
        assert answer_firings(firing_ids=keys, now=OVER + MINUTE) == 0
        run(OVER + MINUTE)
        assert told(lead) == 0

    def test_the_preview_names_the_condition_while_it_does_not_hold(self, desk, lead):
        says(when=SAFETY)
        item = begin(desk)
        assert [[c.fact for c in each.unmet] for each in calls_of(item, NOON)] == [
            [],
            ["safety"],
        ]
        Failure.objects.filter(pk=item.failure_id).update(safety=3)
        assert not any(each.unmet for each in calls_of(item, NOON))

    def test_costs_one_read_of_the_facts_and_one_word_in_the_story_for_a_whole_batch(
        self, desk, lead
    ):
        def queries(**facts):
            says(**facts)
            for _ in range(5):
                begin(desk, owner=lead)
            sweep(OVER)
            keys = list(Firing.objects.filter(answered_at=None).values_list("pk", flat=True))
            with CaptureQueriesContext(connection) as found:
                answer_firings(firing_ids=keys, now=OVER)
            return len(found)

        queries()  # warms what is kept in the process
        plain = queries()
        assert queries(when=[{"fact": "priority", "op": "is", "values": [1]}]) == plain + 1
        # Nobody rises, and the story is told in its own statements.
        assert queries(when=SAFETY) <= plain + 3


class TestGiving:
    def test_gives_the_case_to_the_one_of_the_circle_with_the_fewest(self, desk, lead):
        other = make_person(Role.LEAD, desk, lead=True)
        make_item(make_failure(department=desk), owner=lead)
        says(assigns=True)
        item = begin(desk, owner=make_person(Role.HANDLER, desk))
        run(OVER)
        item.refresh_from_db()
        assert item.owner_id == other.pk
        event = Event.objects.get(verb="case.assigned")
        assert event.public["to"] == other.pk
        said = Message.objects.get(recipient=other, channel="inbox").lines
        assert said == ["You hold this case. Do the next step, or hand it over."]

    def test_the_next_rung_knows_who_holds_it_now(self, desk, lead):
        handler = make_person(Role.HANDLER, desk)
        says(75, tells="desk_lead", assigns=True)
        says(tells="owner")
        begin(desk, owner=handler)
        run(OVER)  # both at once
        assert (told(handler), told(lead)) == (0, 2)

    def test_gives_to_nobody_who_may_not_work_it(self, desk):
        make_person(Role.AUDITOR, desk, lead=True)
        handler = make_person(Role.HANDLER, desk)
        says(assigns=True)
        item = begin(desk, owner=handler)
        run(OVER)
        item.refresh_from_db()
        assert item.owner_id == handler.pk


class TestTasks:
    @pytest.fixture
    def item(self, desk, lead):
        says(**TASK)
        return begin(desk, owner=make_person(Role.HANDLER, desk))

    def test_opens_the_task_once_with_a_clock_of_its_own(self, item):
        run(OVER)
        run(OVER + MINUTE)
        task = Task.objects.get()
        assert (task.words, task.state, task.item_id) == ("Call her", "open", item.pk)
        assert task.clock.kind == "task"
        assert task.rung_firing == Firing.objects.get(rung__percent=100)
        (row,) = task_rows(item.pk, OVER)
        assert row.source == "by the ladder of “Acknowledge”"

    def test_is_cancelled_with_the_reason_once_the_clock_is_met(self, item):
        run(OVER)
        clocks.meet(item_id=item.pk, kinds=[K.ACKNOWLEDGE], at=OVER, actor_id=make_person().pk)
        assert let_go_of_rung_tasks(OVER + MINUTE) == 1
        assert let_go_of_rung_tasks(OVER + MINUTE) == 0
        task = Task.objects.get()
        assert (task.state, task.outcome, task.clock.state) == (
            "cancelled",
            "what it was for has been settled",
            "cancelled",
        )
        assert Event.objects.filter(verb="task.cancelled", item_id=item.pk).count() == 1

    def test_is_cancelled_with_the_case_and_says_that_it_ended(self, item):
        run(OVER)
        self.end(item)
        assert let_go_of_rung_tasks(OVER) == 1
        assert Task.objects.get().outcome == "the case has ended"

    def test_how_the_customer_found_it_is_asked_all_the_same(self, item):
        # Serious, and no address to ask by: a person is to call.
        CustomerCase.objects.create(item=item, failure=item.failure)
        WorkItem.objects.filter(pk=item.pk).update(priority=1)
        says(task_kind="survey")
        run(OVER)
        self.end(item)
        assert let_go_of_rung_tasks(OVER) == 0
        assert Task.objects.get().state == "open"

    def test_stays_while_the_clock_runs_and_when_it_is_done(self, item):
        run(OVER)
        assert let_go_of_rung_tasks(OVER) == 0
        task = Task.objects.get()
        lead = make_person(Role.LEAD, item.department)
        do_task(task_id=task.pk, words="Told her", actor=lead, now=OVER)
        self.end(item)
        assert let_go_of_rung_tasks(OVER) == 0
        assert Task.objects.get().outcome == "Told her"

    def test_beat_lets_go_and_one_look_suffices_where_there_are_none(self, item):
        run(OVER)
        self.end(item)
        tasks.sweep()
        assert Task.objects.get().state == "cancelled"
        with CaptureQueriesContext(connection) as found:
            let_go_of_rung_tasks(OVER)
        assert len(found) == 1

    def test_the_same_is_not_opened_twice_on_one_case(self, item):
        says(75, **TASK)
        run(OVER)
        assert Task.objects.count() == 1

    def test_an_ended_case_needs_no_calling_back(self, item):
        sweep(OVER)
        type(item).objects.filter(pk=item.pk).update(closed_at=OVER)
        pump(OVER)
        assert not Task.objects.exists()

    def test_the_database_refuses_half_a_task_and_two_sources(self, item):
        with pytest.raises(IntegrityError, match="rung_task_is_whole"), transaction.atomic():
            says(task_words="")
        run(OVER)
        by_rule = RuleFiring.objects.create(
            version=only_rule("age", tells="desk_lead", wait_minutes=1),
            item=item,
            caused_at=NOON,
            due_at=NOON,
            state="done",
        )
        with pytest.raises(IntegrityError, match="task_has_one_source"), transaction.atomic():
            Task.objects.update(firing=by_rule)

    @staticmethod
    def end(item):
        by = make_person()
        clocks.cancel(item_id=item.pk, at=OVER, actor_id=by.pk, reason="end")
        type(item).objects.filter(pk=item.pk).update(closed_at=OVER)
