"""Tasks that rules plan: opened in their time, one at a time, let go when pointless."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recovery.escalation.models import Task
from recovery.escalation.services import (
    cancel_task,
    let_go,
)
from recovery.events.services import pump
from tests.escalation.ruling import (
    CALL,
    DAY,
    DAYS,
    HOUR,
    end,
    firings,
    happens,
    only_rule,
    passes,
    rule,
    told,
)
from tests.factories import (
    NOON,
    make_failure,
    make_item,
)

pytestmark = pytest.mark.django_db


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
