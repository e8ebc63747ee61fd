"""Clocks speak: what is left or over, of how much, in the units of the desk."""

from datetime import UTC, datetime, timedelta

import pytest

from recovery.clocks import selectors, services
from recovery.clocks.models import Clock
from recovery.clocks.states import ClockKind
from tests.factories import (
    NOON,
    make_failure,
    make_item,
    make_person,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
K = ClockKind


def begin(desk, priority=3, kind=K.ACKNOWLEDGE, at=NOON):
    item = make_item(make_failure(department=desk, priority=priority))
    return services.start(item_id=item.pk, kind=kind, at=at, actor_id=make_person().pk)


def said(clock, now):
    reading = selectors.reading(Clock.objects.get(pk=clock.pk), now)
    return reading.level, reading.percent, reading.words, reading.detail


def test_says_what_is_left_of_working_time(desk):
    clock = begin(desk)
    assert said(clock, NOON) == (0, 0.0, "4 h left", "of 4 h working time")
    assert said(clock, NOON + 2 * HOUR) == (50, 50.0, "2 h left", "of 4 h working time")
    assert said(clock, NOON + 3.5 * HOUR)[:3] == (75, 87.5, "30 min left")


def test_is_over_only_after_the_due_time(desk):
    clock = begin(desk, priority=1)
    assert said(clock, NOON + timedelta(minutes=15))[0] == 75
    assert said(clock, NOON + timedelta(minutes=27)) == (100, 180.0, "12 min over", "of 15 min")


def test_tells_working_time_in_working_days(desk):
    clock = begin(desk, priority=4, kind=K.RESOLVE)
    assert said(clock, NOON)[2:] == ("10 d left", "of 10 working days")
    late = datetime(2026, 3, 20, 12, tzinfo=UTC)
    assert said(clock, late)[2] == "2 d over"


def test_says_so_when_it_ran_over_at_closing_time(desk):
    clock = begin(desk)
    assert said(clock, NOON + 9 * HOUR)[2] == "Over, desk closed"


def test_says_how_much_was_used_before_a_pause(desk):
    clock = begin(desk)
    services.pause(
        item_id=clock.item_id, kinds=[K.ACKNOWLEDGE], at=NOON + HOUR, actor_id=make_person().pk,
        reason="asked",
    )  # fmt: skip
    reading = selectors.reading(Clock.objects.get(pk=clock.pk), NOON + 99 * HOUR)
    assert (reading.words, reading.percent, reading.paused) == ("Paused, 1 h used", 25.0, True)


@pytest.mark.parametrize(
    ("hours", "words", "level"),
    [(1, "Kept", 0), (22, "2 h late", 100), (5, "under 1 min late", 100)],
)
def test_says_how_it_ended(desk, hours, words, level):
    clock = begin(desk)
    services.meet(
        item_id=clock.item_id, kinds=[K.ACKNOWLEDGE], at=NOON + hours * HOUR,
        actor_id=make_person().pk,
    )  # fmt: skip
    assert said(clock, NOON + 99 * HOUR)[0::2][:2] == (level, words)


def test_says_when_it_is_no_longer_needed(desk):
    clock = begin(desk)
    services.cancel(item_id=clock.item_id, at=NOON, actor_id=make_person().pk)
    level, _, words, _ = said(clock, NOON + 99 * HOUR)
    assert (level, words) == (0, "No longer needed")


def test_reads_many_items_with_one_query_and_the_most_urgent_clock(
    desk, django_assert_num_queries
):
    clocks = [begin(desk, kind=K.RESOLVE) for _ in range(3)]
    actor = make_person().pk
    urgent = services.start(
        item_id=clocks[0].item_id, kind=K.ACKNOWLEDGE, at=NOON, actor_id=actor
    )
    services.pause(
        item_id=clocks[1].item_id, kinds=[K.RESOLVE], at=NOON, actor_id=actor, reason="x"
    )
    services.start(item_id=clocks[1].item_id, kind=K.FOLLOW_UP, at=NOON, actor_id=actor)
    with django_assert_num_queries(1):
        found = selectors.readings_for([clock.item_id for clock in clocks] + [0], NOON)
    assert found[urgent.item_id].kind is K.ACKNOWLEDGE
    assert found[clocks[1].item_id].kind is K.FOLLOW_UP
    assert found[clocks[2].item_id].name == "Put it right"
    assert 0 not in found


def test_lists_every_live_clock_of_an_item(desk):
    clock = begin(desk, kind=K.RESOLVE)
    services.start(
        item_id=clock.item_id, kind=K.ACKNOWLEDGE, at=NOON, actor_id=make_person().pk
    )
    kinds = [each.kind for each in selectors.all_readings(clock.item_id, NOON)]
    assert kinds == [K.ACKNOWLEDGE, K.RESOLVE]
    assert len(selectors.clocks_of(clock.item_id)) == 2
