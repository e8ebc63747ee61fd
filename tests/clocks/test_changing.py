"""Running clocks given another time: by hand, by another priority, never by less than was used."""

from datetime import UTC, datetime

import pytest

from recovery.clocks import services
from recovery.clocks.models import Clock, ClockEvent
from recovery.events.models import Event
from recovery.events.services import pump
from recovery.failures.models import WorkItem
from recovery.failures.services import edit_failure
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.org.roles import Role
from tests.clocks.acting import DAY, HOUR, K, by_law, extend, hold, reprioritise, start
from tests.factories import (
    NOON,
    make_department,
    make_failure,
    make_item,
    make_person,
)

pytestmark = pytest.mark.django_db


class TestByHand:
    def test_adds_working_time_and_keeps_what_was_said_first(self, item, lead):
        clock = extend(start(item, lead), lead, seconds=8 * 3600)
        assert clock.due_at == datetime(2026, 3, 12, 12, tzinfo=UTC)
        assert clock.original_due_at == datetime(2026, 3, 11, 12, tzinfo=UTC)
        item.refresh_from_db()
        assert (item.next_due_at, item.version) == (clock.due_at, 2)

    def test_until_a_moment_adds_the_working_time_to_it(self, item, lead):
        until = datetime(2026, 3, 13, 10, tzinfo=UTC)
        assert extend(start(item, lead), lead, until=until).due_at == until

    def test_until_a_moment_looks_at_a_paused_clock_as_if_it_ran_on_now(self, item, lead):
        clock, until = start(item, lead), datetime(2026, 3, 16, 10, tzinfo=UTC)
        hold(item, lead, NOON)
        extend(clock, lead, now=NOON + DAY, until=until)
        services.resume(item_id=item.pk, at=NOON + DAY, actor_id=lead.pk)
        clock.refresh_from_db()
        assert clock.due_at == until

    def test_a_breach_stays_and_is_no_second_one(self, item, lead):
        clock = start(item, lead, K.ACKNOWLEDGE)
        Clock.objects.filter(pk=clock.pk).update(breached_at=clock.due_at)
        extend(clock, lead, now=NOON + DAY, seconds=12 * 3600)
        services.meet(
            item_id=item.pk, kinds=[K.ACKNOWLEDGE], at=NOON + DAY + HOUR, actor_id=lead.pk
        )
        clock.refresh_from_db()
        assert (clock.breached_at, clock.miss_seconds) == (clock.original_due_at, 0)
        assert not Event.objects.filter(verb="clock.breached").exists()

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"seconds": 3600, "reason": " "}, "say_why"),
            ({"seconds": 0}, "no_more_time"),
            ({"seconds": -3600}, "no_more_time"),
            ({"seconds": 400 * 86400}, "no_more_time"),
            ({}, "no_more_time"),
            ({"until": NOON}, "no_more_time"),
            ({"seconds": 3600, "now": NOON + 20 * DAY}, "still_over"),
        ],
    )
    def test_refuses_what_gives_no_time_or_no_reason(self, item, lead, given, code):
        clock = start(item, lead)
        with pytest.raises(Invalid) as refusal:
            extend(clock, lead, **given)
        assert refusal.value.code == code
        assert ClockEvent.objects.filter(clock=clock).count() == 1

    def test_refuses_a_clock_that_has_ended(self, item, lead):
        clock = start(item, lead)
        services.meet(item_id=item.pk, kinds=[K.RESOLVE], at=NOON, actor_id=lead.pk)
        with pytest.raises(Conflict, match="has ended"):
            extend(clock, lead, seconds=3600)

    def test_refuses_a_law_whoever_asks(self, item, lead, law):
        with pytest.raises(Conflict, match="law"):
            extend(by_law(item, law, lead), lead, seconds=3600)

    def test_refuses_whoever_only_works_the_case(self, item, desk, lead):
        clock = start(item, lead)
        for actor in (make_person(Role.HANDLER, desk), make_person(Role.PROCESS_OWNER, desk)):
            with pytest.raises(NotAllowed):
                extend(clock, actor, seconds=3600)
        with pytest.raises(NotAllowed):
            extend(clock, make_person(Role.LEAD, make_department()), seconds=3600)

    def test_knows_no_clock_of_support(self, lead):
        clock = start(make_item(kind="employee", owner=make_person()), lead, K.OFFER_SUPPORT)
        with pytest.raises(NotFound):
            extend(clock, lead, seconds=3600)


class TestAnotherPriority:
    def test_names_the_new_time_from_the_start_and_keeps_the_old(self, item, lead):
        clock = start(item, lead)
        reprioritise(item, lead, 2, NOON + HOUR)
        clock.refresh_from_db()
        assert clock.due_at == datetime(2026, 3, 9, 12, tzinfo=UTC)  # 24 h of 8 to 16
        assert clock.original_due_at == datetime(2026, 3, 11, 12, tzinfo=UTC)
        entry = clock.history.get(verb="policy")
        assert (entry.seconds, entry.priority, entry.due_at) == (24 * 3600, 2, clock.due_at)
        assert entry.by_id == lead.pk
        assert Event.objects.filter(verb="clock.changed", item_id=item.pk).count() == 1

    def test_changes_the_hours_with_the_priority(self, item, lead):
        clock = start(item, lead)
        reprioritise(item, lead, 1, NOON + HOUR)
        clock.refresh_from_db()
        assert (clock.calendar_id, clock.due_at) == (None, NOON + DAY)

    def test_makes_nobody_late_by_a_rule_that_did_not_hold_yet(self, item, lead):
        clock, at = start(item, lead), NOON + 2 * DAY
        reprioritise(item, lead, 1, at)
        clock.refresh_from_db()
        assert (clock.due_at, clock.breached_at) == (at, None)

    def test_leaves_over_what_was_over(self, item, lead):
        clock = start(item, lead, K.ACKNOWLEDGE)
        due_at = clock.due_at
        reprioritise(item, lead, 2, NOON + DAY)
        clock.refresh_from_db()
        assert clock.due_at == due_at

    def test_keeps_a_pause_that_was_and_one_that_lasts(self, item, lead):
        clock = start(item, lead)
        hold(item, lead, NOON + HOUR)
        reprioritise(item, lead, 2, NOON + 5 * DAY)
        clock.refresh_from_db()
        assert clock.state == "paused"
        services.resume(item_id=item.pk, at=NOON + 6 * DAY, actor_id=lead.pk)
        clock.refresh_from_db()
        assert clock.due_at == datetime(2026, 3, 13, 11, tzinfo=UTC)

    def test_twice_changes_nothing_more(self, item, lead):
        clock = start(item, lead)
        reprioritise(item, lead, 2, NOON + HOUR)
        again = {"at": NOON + 2 * HOUR, "actor_id": lead.pk, "reason": "failure.edited"}
        assert services.follow_priority(failure_id=item.failure_id, **again) == 0
        assert clock.history.count() == 2

    def test_moves_no_clock_whose_time_is_the_same(self, desk, lead):
        case = make_item(make_failure(department=desk, priority=3), kind="process")
        clock = start(case, lead, K.TRIAGE)
        reprioritise(case, lead, 2, NOON + HOUR)
        assert clock.history.count() == 1

    def test_a_correction_that_makes_it_worse_counts_as_well(self, item, lead):
        clock = start(item, lead)
        edit_failure(
            failure_id=item.failure_id, changes={"trust": 4}, actor=lead, now=NOON + HOUR
        )
        pump(NOON + HOUR)
        clock.refresh_from_db()
        assert clock.target_seconds == 24 * 3600

    @pytest.mark.parametrize(("before", "after", "seconds"), [(2, 3, 41), (3, 2, 24)])
    def test_what_was_granted_holds_until_it_becomes_more_urgent(
        self, item, lead, before, after, seconds
    ):
        WorkItem.objects.filter(pk=item.pk).update(priority=before)
        clock = start(item, lead)
        extend(clock, lead, seconds=3600)
        WorkItem.objects.filter(pk=item.pk).update(priority=after)
        services.follow_priority(
            failure_id=item.failure_id, at=NOON + HOUR, actor_id=lead.pk, reason="x"
        )
        clock.refresh_from_db()
        assert clock.target_seconds == seconds * 3600
