"""What happens to a case sets rules off: once, with conditions, judged anew, telling and giving."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from recovery.escalation.models import RuleFiring, RuleVersion
from recovery.escalation.services import (
    act_on_rule,
    set_off,
)
from recovery.events.models import Event
from recovery.events.services import pump
from recovery.failures.models import WorkItem
from recovery.org.roles import Role
from tests.escalation.ruling import (
    DAY,
    DAYS,
    HOUR,
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
    make_person,
)

pytestmark = pytest.mark.django_db


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
