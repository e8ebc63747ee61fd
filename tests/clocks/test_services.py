"""Clocks start by the standard, run in the desk's hours, and tell the header what is next due."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from recovery.clocks import services
from recovery.clocks.models import Clock, ClockEvent, Standard, StandardVersion
from recovery.clocks.selectors import catalogue
from recovery.clocks.states import ClockKind, ClockState
from recovery.events.models import Event
from recovery.org.models import CalendarException
from recovery.org.selectors import forget_snapshots
from tests.factories import (
    NOON,
    make_department,
    make_item,
    make_person,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
K = ClockKind


@pytest.fixture
def actor():
    return make_person().pk


def start(item, actor, kind=K.ACKNOWLEDGE, at=NOON):
    return services.start(item_id=item.pk, kind=kind, at=at, actor_id=actor)


@pytest.mark.parametrize(
    ("kind", "priority", "seconds", "around_clock"),
    [
        (K.ACKNOWLEDGE, 1, 900, True),
        (K.ACKNOWLEDGE, 2, 3600, True),
        (K.ACKNOWLEDGE, 3, 4 * 3600, False),
        (K.ACKNOWLEDGE, 4, 8 * 3600, False),
        (K.OUTREACH, 2, 3600, True),
        (K.RESOLVE, 1, 24 * 3600, True),
        (K.RESOLVE, 2, 24 * 3600, False),
        (K.RESOLVE, 4, 80 * 3600, False),
        (K.FOLLOW_UP, 3, 7 * 86400, True),
        (K.TRIAGE, 1, 40 * 3600, False),
        (K.OFFER_SUPPORT, 4, 72 * 3600, True),
        (K.FOLLOW_UP_SUPPORT, 4, 30 * 86400, True),
        (K.APPROVE, 1, 1800, True),
        (K.APPROVE, 3, 4 * 3600, False),
    ],
)
def test_house_defaults_are_there(kind, priority, seconds, around_clock, desk):
    planned = services.plan(kind, priority=priority, department_id=desk.pk, at=NOON)
    assert planned.target_seconds == seconds
    assert (planned.calendar_id is None) is around_clock


def test_every_house_default_says_that_it_is_one():
    assert all("House default" in each.source for each in StandardVersion.objects.all())


def test_plans_without_a_query_when_warm(desk, django_assert_num_queries):
    services.plan(K.RESOLVE, priority=3, department_id=desk.pk, at=NOON)
    with django_assert_num_queries(0):
        services.plan(K.RESOLVE, priority=3, department_id=desk.pk, at=NOON)


def test_plans_by_the_calendar_of_the_department_above(desk):
    below = make_department(parent=desk)
    planned = services.plan(K.RESOLVE, priority=3, department_id=below.pk, at=NOON)
    assert planned.calendar_id == desk.calendar_id


def test_starts_in_the_desk_s_hours_and_writes_it_down(item, actor):
    clock = start(item, actor)
    assert clock.due_at == clock.original_due_at == NOON + 4 * HOUR
    assert clock.next_check_at == NOON
    entry = ClockEvent.objects.get(clock=clock)
    assert (entry.verb, entry.at, entry.by_id, entry.seconds) == ("start", NOON, actor, 14400)
    item.refresh_from_db()
    assert (item.next_due_at, item.next_due_kind) == (clock.due_at, "acknowledge")


def test_starts_each_kind_once_and_again_only_after_its_end(item, actor):
    first = start(item, actor)
    assert start(item, actor) == first
    services.meet(item_id=item.pk, kinds=[K.ACKNOWLEDGE], at=NOON + HOUR, actor_id=actor)
    again = start(item, actor, at=NOON + 2 * HOUR)
    assert again.instance == 2


def test_starts_nothing_where_no_standard_names_a_time(item, actor):
    Standard.objects.filter(clock_kind=K.TRIAGE).update(retired_at=NOON)
    catalogue.forget()
    assert start(item, actor, K.TRIAGE) is None
    catalogue.forget()


def test_the_header_shows_the_soonest_running_clock(item, actor):
    start(item, actor, K.RESOLVE)
    start(item, actor, K.ACKNOWLEDGE)
    services.pause(
        item_id=item.pk, kinds=[K.ACKNOWLEDGE], at=NOON + HOUR, actor_id=actor, reason="asked"
    )
    item.refresh_from_db()
    assert item.next_due_kind == "resolve"
    services.cancel(item_id=item.pk, at=NOON + HOUR, actor_id=actor)
    item.refresh_from_db()
    assert (item.next_due_at, item.next_due_kind) == (None, "")


def test_pausing_and_resuming_moves_the_due_time(item, actor):
    clock = start(item, actor)
    kinds = [K.ACKNOWLEDGE]
    services.pause(item_id=item.pk, kinds=kinds, at=NOON + HOUR, actor_id=actor, reason="x")
    clock.refresh_from_db()
    assert (clock.state, clock.next_check_at) == ("paused", None)
    assert (
        services.pause(item_id=item.pk, kinds=kinds, at=NOON, actor_id=actor, reason="x") == 0
    )
    services.resume(item_id=item.pk, at=NOON + 3 * HOUR, actor_id=actor)
    clock.refresh_from_db()
    assert clock.due_at == datetime(2026, 3, 5, 10, tzinfo=UTC)  # two hours of it tomorrow
    assert (clock.original_due_at, clock.state) == (NOON + 4 * HOUR, "running")
    assert clock.next_check_at == NOON + 3 * HOUR


def test_met_late_keeps_the_breach_and_the_working_seconds(item, actor):
    clock = start(item, actor)
    services.meet(item_id=item.pk, kinds=[K.ACKNOWLEDGE], at=NOON + 22 * HOUR, actor_id=actor)
    clock.refresh_from_db()
    assert (clock.state, clock.met_at) == (ClockState.MET, NOON + 22 * HOUR)
    assert (clock.breached_at, clock.miss_seconds) == (NOON + 4 * HOUR, 2 * 3600)
    event = Event.objects.get(verb="clock.breached")
    assert (event.failure_id, event.item_id, event.at) == (
        item.failure_id,
        item.pk,
        clock.due_at,
    )


def test_met_in_time_leaves_no_breach(item, actor):
    clock = start(item, actor)
    assert services.meet(
        item_id=item.pk, kinds=list(K), at=NOON + HOUR, actor_id=actor
    ) == 1  # fmt: skip
    clock.refresh_from_db()
    assert (clock.breached_at, clock.miss_seconds, clock.next_check_at) == (None, 0, None)
    assert not Event.objects.filter(verb="clock.breached").exists()


def test_a_breach_about_support_names_its_holder_and_no_failure(actor):
    supporter = make_person()
    item = make_item(kind="employee", owner=supporter)
    start(item, actor, K.OFFER_SUPPORT)
    services.meet(item_id=item.pk, kinds=[K.OFFER_SUPPORT], at=NOON + 73 * HOUR, actor_id=actor)
    event = Event.objects.get(verb="clock.breached")
    assert (event.failure_id, event.audience, event.public) == (None, "named", {})
    assert event.private["readers"] == [supporter.pk]
    assert event.stream == f"employee:{item.pk}"


def test_recomputes_when_a_holiday_is_entered_late(item, actor):
    clock = start(item, actor, K.RESOLVE)
    CalendarException.objects.create(
        calendar_id=clock.calendar_id, date=NOON.date() + timedelta(days=1), name="Strike"
    )
    forget_snapshots()
    before = clock.due_at
    assert services.recompute(clock_ids=[clock.pk], at=NOON) == 1
    clock.refresh_from_db()
    assert clock.due_at == before + timedelta(days=1)
    item.refresh_from_db()
    assert item.next_due_at == clock.due_at


def test_refuses_two_live_clocks_of_a_kind(item, actor):
    clock = start(item, actor)
    clock.pk, clock.instance = None, 2
    with pytest.raises(IntegrityError, match="one_live_clock"), transaction.atomic():
        clock.save(force_insert=True)


def test_writes_nothing_for_nobody(actor, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert services.meet(item_id=0, kinds=[K.RESOLVE], at=NOON, actor_id=actor) == 0


def test_rows_for_a_batch_make_the_same_clock(item, actor):
    planned = services.plan(
        K.RESOLVE, priority=item.priority, department_id=item.department_id, at=NOON
    )
    columns, begun = services.columns_of(
        planned, clock_id=987654, item_id=item.pk, at=NOON, actor_id=actor
    )
    Clock.objects.create(**columns)
    ClockEvent.objects.create(**begun)
    before = Clock.objects.get(pk=987654)
    services.recompute(clock_ids=[987654], at=NOON)
    after = Clock.objects.get(pk=987654)
    assert {**before.__dict__, "_state": None} == {**after.__dict__, "_state": None}
