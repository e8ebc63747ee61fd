"""Rules of age and of inactivity: what nobody does sets them off."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recovery.escalation.models import RuleVersion
from recovery.escalation.services import (
    sweep_rules,
)
from recovery.failures.models import WorkItem
from tests.escalation.ruling import (
    DAY,
    DAYS,
    SHIFT,
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
)

pytestmark = pytest.mark.django_db


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
