"""Rules set off by what happened: once for ever, judged anew when done, let go when pointless."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from recovery.escalation.models import RuleFiring, RuleVersion, Task
from recovery.escalation.services import (
    act_on_rule,
    cancel_task,
    let_go,
    set_off,
    sweep_rules,
)
from recovery.events.models import Event
from recovery.events.services import pump
from recovery.failures.models import WorkItem
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.escalation.ruling import DAY, DAYS, SHIFT, firings, happens, only_rule, passes, rule
from tests.factories import (
    NOON,
    make_calendar,
    make_department,
    make_failure,
    make_item,
    make_person,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
CALL = {"task_kind": "call_back", "task_words": "Call her", "task_days": 1}


@pytest.fixture
def desk():
    return make_department("Baggage", parent=make_department("Care"), calendar=make_calendar())


@pytest.fixture
def handler(desk):
    return make_person(Role.HANDLER, desk)


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, lead=True)


@pytest.fixture
def item(desk, handler):
    return make_item(make_failure(department=desk, priority=2), owner=handler)


def told(person):
    mine = Message.objects.filter(recipient=person, channel="inbox", kind="rule.acted")
    return mine.count()


def end(item, at):
    WorkItem.objects.filter(pk=item.pk).update(closed_at=at)
    item.refresh_from_db()


class TestTelling:
    def test_tells_the_circle_and_raises_the_case_at_once(self, item, handler, lead):
        only_rule("double_deviation", tells="desk_lead", level=1)
        happens(item, "case.double_deviation", handler)
        passes(NOON)
        item.refresh_from_db()
        assert (told(lead), told(handler), item.level, item.version) == (1, 0, 1, 1)
        assert firings(item) == [("done", "")]
        assert RuleFiring.objects.get().told == [lead.pk]

    def test_reading_the_same_entry_twice_does_nothing_more(self, item, handler, lead):
        only_rule("double_deviation", tells="desk_lead")
        event = Event.objects.get(pk=happens(item, "case.double_deviation", handler))
        assert set_off([event], NOON) == 1
        assert set_off([event], NOON) == 0
        passes(NOON)
        key = RuleFiring.objects.get().pk
        assert act_on_rule(firing_id=key, item_id=item.pk, now=NOON) is False
        assert told(lead) == 1

    def test_two_entries_are_two_occasions_unless_once_is_enough(self, item, handler, lead):
        only_rule("complained_again", tells="desk_lead")
        rule("at_risk", tells="desk_lead")
        for hour in range(2):
            happens(item, "complaint.attached", handler, at=NOON + hour * HOUR)
            happens(item, "case.assessed", handler, at=NOON + hour * HOUR, at_risk=True)
        passes(NOON + HOUR)
        assert told(lead) == 2 + 1

    def test_asks_the_entry_for_its_fact(self, item, handler, lead):
        only_rule("at_risk", tells="desk_lead")
        happens(item, "case.assessed", handler, at_risk=False)
        passes(NOON)
        assert firings(item) == []

    def test_waits_in_the_hours_of_the_desk(self, item, handler, lead):
        only_rule("above_limit", tells="desk_lead", wait_minutes=6 * 60, in_hours=True)
        happens(item, "remedy.approval_asked", handler)
        passes(NOON + 20 * HOUR)  # eight in the morning: four hours counted so far
        assert told(lead) == 0
        passes(NOON + 22 * HOUR)
        assert told(lead) == 1

    def test_repeats_and_stops_once_it_is_settled(self, item, handler, lead):
        only_rule("above_limit", tells="desk_lead", every=60, most=5)
        happens(item, "remedy.approval_asked", handler)
        for hour in range(3):
            passes(NOON + hour * HOUR)
        happens(item, "remedy.refused", handler, at=NOON + 2 * HOUR)
        passes(NOON + 9 * HOUR)
        assert told(lead) == 3
        assert firings(item)[3:] == [("dropped", "moot")] * 2

    def test_after_an_outage_only_the_last_reminder_is_told(self, item, handler, lead):
        only_rule("above_limit", tells="desk_lead", every=60, most=3)
        happens(item, "remedy.approval_asked", handler)
        passes(NOON + 9 * HOUR)
        assert told(lead) == 1
        assert firings(item) == [("dropped", "overtaken")] * 2 + [("done", "")]

    def test_five_hundred_cases_of_a_failure_hear_of_it_once(self, item, handler, lead):
        only_rule("at_risk", tells="desk_lead")
        make_item(item.failure)
        failure_event = happens(item, "failure.reported", handler, at_risk=True)
        assert failure_event
        passes(NOON)
        assert told(lead) == 1

    def test_leaves_history_and_support_alone(self, desk, handler, lead):
        only_rule("complained_again", tells="desk_lead")
        old = make_item(make_failure(department=desk, history=True), owner=handler)
        private = make_item(kind="employee", owner=handler)
        for each in (old, private):
            happens(each, "complaint.attached", handler)
        passes(NOON)
        assert not RuleFiring.objects.exists()

    def test_costs_no_query_when_no_rule_is_meant(self, item, handler):
        only_rule("complained_again", tells="desk_lead")
        event = Event.objects.get(pk=happens(item, "case.handed_over", handler))
        set_off([event], NOON)
        with CaptureQueriesContext(connection) as queries:
            set_off([event] * 50, NOON)
        assert len(queries) == 0

    def test_writes_many_by_as_many_queries_as_one(self, item, handler, desk):
        only_rule("complained_again", tells="desk_lead", wait_minutes=DAYS)
        one = [Event.objects.get(pk=happens(item, "complaint.attached", handler))]
        items = [make_item(make_failure(department=desk)) for _ in range(20)]
        keys = [happens(each, "complaint.attached", handler) for each in items]
        many = list(Event.objects.filter(pk__in=keys[1:]))
        set_off(list(Event.objects.filter(pk=keys[0])), NOON)  # warm
        with CaptureQueriesContext(connection) as few:
            set_off(one, NOON)
        with CaptureQueriesContext(connection) as more:
            set_off(many, NOON)
        assert len(more) == len(few)


class TestVersions:
    def test_what_waits_keeps_the_version_it_began_with(self, item, handler, lead):
        version = only_rule("complained_again", tells="desk_lead", wait_minutes=DAYS)
        happens(item, "complaint.attached", handler)
        pump(NOON)
        RuleVersion.objects.filter(pk=version.pk).update(
            effective=(version.effective.lower, NOON + HOUR)
        )
        passes(NOON + DAY)
        assert told(lead) == 1

    def test_what_was_said_is_never_rewritten(self, item):
        version = only_rule("complained_again", tells="desk_lead")
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleVersion.objects.filter(pk=version.pk).update(tells="manager")
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleVersion.objects.filter(pk=version.pk).delete()

    def test_an_entry_from_before_the_rule_sets_nothing_off(self, item, handler):
        version = only_rule("complained_again", tells="desk_lead")
        RuleVersion.objects.filter(pk=version.pk).update(effective=(NOON, None))
        happens(item, "complaint.attached", handler, at=NOON - HOUR)
        passes(NOON)
        assert firings(item) == []


class TestConditions:
    WHEN = [{"fact": "priority", "op": "at_most", "values": [2]}]

    def test_hold_or_nothing_is_written(self, item, handler, desk):
        only_rule("complained_again", tells="desk_lead", when=self.WHEN)
        other = make_item(make_failure(department=desk, priority=3))
        for each in (item, other):
            happens(each, "complaint.attached", handler)
        passes(NOON)
        assert (len(firings(item)), len(firings(other))) == (1, 0)

    def test_are_judged_anew_when_the_time_has_come(self, item, handler, lead):
        only_rule("complained_again", tells="desk_lead", when=self.WHEN, wait_minutes=DAYS)
        happens(item, "complaint.attached", handler)
        pump(NOON)
        WorkItem.objects.filter(pk=item.pk).update(priority=4)
        passes(NOON + DAY)
        assert firings(item) == [("dropped", "no_longer")]
        assert told(lead) == 0


class TestTasks:
    def test_is_planned_at_once_and_opens_when_its_time_has_come(self, item, handler):
        only_rule("remedy_delivered", wait_minutes=7 * DAYS, **CALL)
        happens(item, "remedy.delivered", handler)
        pump(NOON)
        task = Task.objects.get()
        assert (task.state, task.opens_at) == ("planned", NOON + 7 * DAY)
        passes(NOON + 6 * DAY)
        task.refresh_from_db()
        assert task.state == "planned"
        passes(NOON + 7 * DAY)
        task.refresh_from_db()
        assert (task.state, task.words) == ("open", "Call her")
        # Wednesday noon and eight working hours, eight to sixteen.
        assert task.clock.due_at == NOON + 8 * DAY

    def test_there_is_one_of_a_rule_at_a_time(self, item, handler):
        only_rule("remedy_delivered", wait_minutes=7 * DAYS, **CALL)
        happens(item, "remedy.delivered", handler)
        happens(item, "remedy.delivered", handler)
        pump(NOON)
        happens(item, "remedy.delivered", handler, at=NOON + DAY)
        pump(NOON + DAY)
        assert Task.objects.count() == 1

    def test_cancelled_by_hand_it_never_opens(self, item, handler):
        only_rule("remedy_delivered", wait_minutes=DAYS, tells="owner", **CALL)
        happens(item, "remedy.delivered", handler)
        pump(NOON)
        cancel_task(task_id=Task.objects.get().pk, reason="Moved", actor=handler, now=NOON)
        passes(NOON + DAY)
        assert firings(item) == [("dropped", "by_hand")]
        assert (Task.objects.get().outcome, told(handler)) == ("Moved", 0)

    def test_the_end_of_the_case_cancels_a_call_and_keeps_a_survey(self, item, handler):
        only_rule("remedy_delivered", wait_minutes=7 * DAYS, **CALL)
        rule(
            "case_ended",
            wait_minutes=3 * DAYS,
            task_kind="survey",
            task_words="Ask",
            task_days=5,
        )
        happens(item, "remedy.delivered", handler)
        pump(NOON)
        end(item, NOON + DAY)
        happens(item, "case.recovered", handler, at=NOON + DAY)
        passes(NOON + DAY)
        found = {each.kind: each for each in Task.objects.all()}
        assert found["call_back"].state == "cancelled"
        assert found["call_back"].outcome == "the case has ended"
        passes(NOON + 4 * DAY)
        found["survey"].refresh_from_db()
        assert found["survey"].state == "open"

    def test_an_open_call_ends_with_its_case_and_one_by_hand_does_not(self, item, handler):
        only_rule("remedy_delivered", **CALL)
        happens(item, "remedy.delivered", handler)
        passes(NOON)
        end(item, NOON + HOUR)
        happens(item, "case.recovered", handler, at=NOON + HOUR)
        passes(NOON + HOUR)
        task = Task.objects.get()
        assert (task.state, task.clock.state) == ("cancelled", "cancelled")

    def test_reopening_takes_the_survey_back(self, item, handler):
        only_rule(
            "case_ended",
            wait_minutes=3 * DAYS,
            task_kind="survey",
            task_words="Ask",
            task_days=5,
        )
        end(item, NOON)
        happens(item, "case.recovered", handler)
        pump(NOON)
        end(item, None)
        happens(item, "case.reopened", handler, at=NOON + HOUR)
        passes(NOON + HOUR)
        assert (firings(item), Task.objects.get().state) == (
            [("dropped", "reopened")],
            "cancelled",
        )

    def test_asking_whether_it_is_solved_makes_the_call_pointless(self, item, handler):
        only_rule("remedy_delivered", wait_minutes=7 * DAYS, **CALL)
        happens(item, "remedy.delivered", handler)
        pump(NOON)
        happens(item, "case.asked_if_solved", handler, at=NOON + HOUR)
        passes(NOON + HOUR)
        assert firings(item) == [("dropped", "moot")]

    def test_looks_at_the_end_of_the_watch(self, desk, handler):
        only_rule("watch_over", task_kind="effectiveness_check", task_words="Look", task_days=2)
        case = make_item(make_failure(department=desk), kind="process")
        until = NOON + 90 * DAY
        happens(case, "process.watched", handler, until=until.isoformat())
        pump(NOON)
        assert Task.objects.get().opens_at == until

    def test_letting_go_costs_one_look_where_nothing_is_planned(self, item):
        with CaptureQueriesContext(connection) as queries:
            let_go(item_id=item.pk, now=NOON)
        assert len(queries) == 2


class TestGiving:
    def test_goes_to_the_one_of_the_circle_with_the_fewest_open_cases(
        self, item, desk, handler
    ):
        only_rule("not_solved", tells="desk_lead", assigns=True)
        busy = make_person(Role.LEAD, desk, lead=True)
        free = make_person(Role.LEAD, desk, lead=True)
        make_item(make_failure(department=desk), owner=busy)
        happens(item, "case.not_solved", handler)
        passes(NOON)
        item.refresh_from_db()
        assert item.owner == free
        assert Event.objects.filter(item_id=item.pk, verb="case.assigned").count() == 1

    def test_goes_to_nobody_who_may_not_work_it(self, item, desk, handler):
        only_rule("not_solved", tells="manager", assigns=True)
        make_person(Role.MANAGER, desk)
        happens(item, "case.not_solved", handler)
        passes(NOON)
        item.refresh_from_db()
        assert item.owner == handler


class TestTime:
    def watched(self, item, actor, at=NOON):
        happens(item, "case.opened", actor, at=at)
        passes(at)

    def test_of_age_is_told_once_and_again(self, item, handler, lead):
        only_rule("age", tells="desk_lead", wait_minutes=10 * DAYS, every=DAYS, most=2)
        self.watched(item, handler)
        for day in range(1, 15):
            passes(NOON + day * DAY)
        assert told(lead) == 2

    def test_what_was_older_when_the_rule_came_is_left_alone(self, item, handler, lead):
        version = only_rule("age", tells="desk_lead", wait_minutes=10 * DAYS)
        RuleVersion.objects.filter(pk=version.pk).update(effective=(NOON + 11 * DAY, None))
        self.watched(item, handler)
        passes(NOON + 12 * DAY)
        assert firings(item) == []

    def test_of_inactivity_counts_working_days_since_a_person_did_something(
        self, item, handler, lead
    ):
        only_rule("inactive", tells="desk_lead", wait_minutes=5 * SHIFT, in_hours=True)
        self.watched(item, handler)
        happens(item, "note.added", handler, at=NOON + 2 * DAY)  # Friday noon
        passes(NOON + 8 * DAY)  # Thursday noon: four working days
        assert told(lead) == 0
        passes(NOON + 9 * DAY)
        assert told(lead) == 1
        passes(NOON + 30 * DAY)
        assert told(lead) == 1

    def test_lying_still_again_is_told_again(self, item, handler, lead):
        only_rule("inactive", tells="desk_lead", wait_minutes=5 * SHIFT, in_hours=True)
        self.watched(item, handler)
        passes(NOON + 7 * DAY)
        happens(item, "note.added", handler, at=NOON + 8 * DAY)
        for day in range(9, 20):
            passes(NOON + day * DAY)
        assert told(lead) == 2

    def test_the_system_doing_something_is_nobody_doing_anything(self, item, handler, lead):
        only_rule("inactive", tells="desk_lead", wait_minutes=5 * SHIFT, in_hours=True)
        rule("age", tells="owner", wait_minutes=6 * DAYS)
        self.watched(item, handler)
        passes(NOON + 6 * DAY)
        passes(NOON + 7 * DAY)
        assert told(lead) == 1

    @pytest.mark.parametrize("waiting_for", ["customer", "proof"])
    def test_waiting_for_somebody_else_is_not_lying_still(
        self, item, handler, lead, waiting_for
    ):
        only_rule("inactive", tells="desk_lead", wait_minutes=5 * SHIFT, in_hours=True)
        WorkItem.objects.filter(pk=item.pk).update(waiting_for=waiting_for)
        self.watched(item, handler)
        passes(NOON + 20 * DAY)
        assert told(lead) == 0

    def test_a_case_that_ended_is_watched_no_more_and_watched_again_once_reopened(
        self, item, handler, lead
    ):
        only_rule("age", tells="desk_lead", wait_minutes=10 * DAYS)
        self.watched(item, handler)
        end(item, NOON + DAY)
        passes(NOON + 40 * DAY)
        assert told(lead) == 0
        end(item, None)
        happens(item, "case.reopened", handler, at=NOON + 41 * DAY)
        passes(NOON + 41 * DAY)
        assert told(lead) == 1

    def test_a_case_looked_at_is_left_alone_until_its_time(self, item, handler):
        only_rule("age", tells="desk_lead", wait_minutes=10 * DAYS)
        self.watched(item, handler)
        sweep_rules(NOON + DAY)
        with CaptureQueriesContext(connection) as queries:
            sweep_rules(NOON + 2 * DAY)
        said = [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]
        assert len(said) == 2
