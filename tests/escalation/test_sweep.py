"""The sweep fires each rung once, notices breaches, and lets one bad row stop nobody."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, transaction

from recovery.clocks import services as clocks
from recovery.clocks.models import Clock
from recovery.clocks.states import ClockKind
from recovery.escalation.models import Firing, Ladder, LadderVersion, Rung
from recovery.escalation.policy import JUST_AFTER
from recovery.escalation.services import sweep, sweeping
from recovery.events.models import Event
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
K = ClockKind


@pytest.fixture
def actor():
    return make_person().pk


def begin(actor, *, priority=1, kind=K.ACKNOWLEDGE, at=NOON, **facts):
    """A clock of 15 minutes around the clock."""
    failure = make_failure(department=facts.pop("department", None), priority=priority)
    item = make_item(failure, **facts)
    return clocks.start(item_id=item.pk, kind=kind, at=at, actor_id=actor)


def fired(clock):
    found = Firing.objects.filter(clock=clock).order_by("rung__percent")
    return list(found.values_list("rung__percent", flat=True))


def test_a_fresh_clock_is_looked_at_and_put_off_to_its_first_rung(actor):
    clock = begin(actor)
    assert sweep(NOON) == 0
    clock.refresh_from_db()
    assert clock.next_check_at == NOON + 11.25 * MINUTE


def test_fires_each_rung_once_and_then_leaves_the_clock_alone(actor):
    clock = begin(actor)
    assert sweep(NOON + 12 * MINUTE) == 1
    assert sweep(NOON + 12 * MINUTE) == 0
    assert fired(clock) == [75]
    assert sweep(NOON + 16 * MINUTE) == 1
    clock.refresh_from_db()
    assert (clock.next_check_at, clock.breached_at) == (None, clock.due_at)
    assert sweep(NOON + 99 * MINUTE) == 0
    assert fired(clock) == [75, 100]


def test_after_a_long_absence_fires_all_that_is_due(actor):
    clock = begin(actor)
    assert sweep(NOON + timedelta(days=3)) == 2
    assert fired(clock) == [75, 100]


def test_records_firings_and_breaches_in_the_log_of_the_case(actor):
    clock = begin(actor)
    sweep(NOON + 16 * MINUTE)
    events = Event.objects.filter(item_id=clock.item_id).order_by("id")
    breach, *firings = events
    assert (breach.verb, breach.at) == ("clock.breached", clock.due_at)
    assert [each.verb for each in firings] == ["escalation.fired"] * 2
    assert {each.audience for each in events} == {"scope"}
    assert {each.failure_id for each in events} == {clock.item.failure_id}
    assert [each.public["percent"] for each in firings] == [75, 100]


def test_records_a_breach_once_whoever_notices(actor):
    clock = begin(actor)
    sweep(NOON + 16 * MINUTE)
    clocks.recompute(clock_ids=[clock.pk], at=NOON)  # to be looked at once more
    sweep(NOON + 17 * MINUTE)
    clocks.meet(
        item_id=clock.item_id, kinds=[K.ACKNOWLEDGE], at=NOON + 20 * MINUTE, actor_id=actor
    )
    assert Event.objects.filter(verb="clock.breached").count() == 1
    clock.refresh_from_db()
    assert clock.miss_seconds == 300


def test_says_nothing_outside_about_support(actor):
    supporter = make_person()
    item = make_item(kind="employee", owner=supporter)
    clocks.start(item_id=item.pk, kind=K.OFFER_SUPPORT, at=NOON, actor_id=actor)
    assert sweep(NOON + timedelta(days=4)) == 2
    events = list(Event.objects.filter(item_id=item.pk))
    assert len(events) == 3
    for event in events:
        assert (event.failure_id, event.audience, event.public) == (None, "named", {})
        assert event.private["readers"] == [supporter.pk]


@pytest.mark.parametrize("end", ["met", "cancelled", "paused"])
def test_leaves_clocks_alone_that_do_not_run(actor, end):
    clock = begin(actor)
    verb = {"met": clocks.meet, "cancelled": clocks.cancel, "paused": clocks.pause}[end]
    more = {"reason": "asked"} if end == "paused" else {}
    verb(item_id=clock.item_id, kinds=[K.ACKNOWLEDGE], at=NOON, actor_id=actor, **more)
    assert sweep(NOON + 99 * MINUTE) == 0


def test_a_pause_puts_rungs_off(actor):
    clock = begin(actor)
    sweep(NOON)
    clocks.pause(
        item_id=clock.item_id,
        kinds=[K.ACKNOWLEDGE],
        at=NOON + MINUTE,
        actor_id=actor,
        reason="x",
    )
    clocks.resume(item_id=clock.item_id, at=NOON + 61 * MINUTE, actor_id=actor)
    assert sweep(NOON + 62 * MINUTE) == 0
    clock.refresh_from_db()
    assert clock.next_check_at == NOON + 71.25 * MINUTE
    assert sweep(clock.due_at) == 1
    assert sweep(clock.due_at + JUST_AFTER) == 1


def test_keeps_to_the_ladder_in_force_when_the_clock_started(actor):
    before = begin(actor)
    change = NOON + timedelta(hours=1)
    ladder = Ladder.objects.get(clock_kind=K.ACKNOWLEDGE)
    old = ladder.versions.get()
    old.effective = (old.effective.lower, change)
    old.save()
    new = LadderVersion.objects.create(ladder=ladder, number=2, effective=(change, None))
    Rung.objects.create(version=new, order=1, percent=50, tells="owner")
    sweeping.ladders.forget()
    after = begin(actor, at=change)
    sweep(change + timedelta(hours=9))
    assert (fired(before), fired(after)) == ([75, 100], [50])
    sweeping.ladders.forget()


def test_one_bad_row_is_put_off_and_the_rest_of_its_batch_fires(actor, monkeypatch):
    good, bad, also_good = begin(actor), begin(actor), begin(actor)
    decide = sweeping._decide

    def stumble(due, hours, now):
        if due.id == bad.pk:
            raise ValueError("unreadable")
        return decide(due, hours, now)

    monkeypatch.setattr(sweeping, "_decide", stumble)
    now = NOON + 16 * MINUTE
    assert sweep(now) == 4
    assert (fired(good), fired(bad), fired(also_good)) == ([75, 100], [], [75, 100])
    bad.refresh_from_db()
    assert bad.next_check_at == now + sweeping.PUT_OFF
    monkeypatch.undo()
    assert sweep(now + sweeping.PUT_OFF) == 2


def test_a_busy_database_is_no_row_s_fault(actor, monkeypatch):
    clock = begin(actor)

    def busy(due, hours, now):
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(sweeping, "_decide", busy)
    with pytest.raises(OperationalError):
        sweep(NOON + 16 * MINUTE)
    clock.refresh_from_db()
    assert clock.next_check_at == NOON


def test_a_whole_batch_costs_a_handful_of_statements(actor, django_assert_max_num_queries):
    for _ in range(12):
        begin(actor)
    sweep(NOON)
    with django_assert_max_num_queries(7):  # with the two savepoint statements
        assert sweep(NOON + 16 * MINUTE) == 24


def test_goes_on_batch_by_batch(actor, monkeypatch):
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)
    for _ in range(5):
        begin(actor)
    assert sweep(NOON + 16 * MINUTE) == 10


def begin_with(actor, **rung):
    """A clock whose ladder has one rung, which tells the owner."""
    ladder = Ladder.objects.get(clock_kind=K.ACKNOWLEDGE)
    Rung.objects.filter(version__ladder=ladder).delete()
    Rung.objects.create(version=ladder.versions.get(), order=1, tells="owner", **rung)
    sweeping.ladders.forget()
    return begin(actor)


def test_repeats_a_rung_by_its_interval_and_no_more_than_it_may(actor):
    clock = begin_with(actor, percent=100, every=10, most=3)
    assert sweep(clock.due_at + MINUTE) == 1
    clock.refresh_from_db()
    assert clock.next_check_at == clock.due_at + 10 * MINUTE + JUST_AFTER
    assert sweep(clock.due_at + 25 * MINUTE) == 2
    assert sweep(clock.due_at + timedelta(days=2)) == 0
    found = Firing.objects.filter(clock=clock).values_list("occurrence", flat=True)
    assert sorted(found) == [1, 2, 3]
    numbers = Event.objects.filter(verb="escalation.fired").order_by("id")
    assert [each.public["occurrence"] for each in numbers] == [1, 2, 3]


def test_fires_minutes_before_the_due_time(actor):
    clock = begin_with(actor, minutes=-5)
    assert sweep(clock.due_at - 6 * MINUTE) == 0
    assert sweep(clock.due_at - 5 * MINUTE) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"percent": 50, "minutes": 5},
        {"percent": 50, "most": 2},
        {"percent": 50, "most": 2, "every": 4},
        {"percent": 50, "every": 10},
        {"percent": 50, "level": 5},
    ],
)
def test_a_rung_has_one_anchor_and_repeats_within_bounds(actor, wrong):
    with pytest.raises(IntegrityError, match="rung_"), transaction.atomic():
        begin_with(actor, **wrong)


def test_refuses_a_second_firing_of_a_rung(actor):
    clock = begin(actor)
    sweep(NOON + 12 * MINUTE)
    first = Firing.objects.get(clock=clock)
    with pytest.raises(IntegrityError, match="firing_once"), transaction.atomic():
        Firing.objects.create(rung=first.rung, clock=clock, fired_at=NOON)


def test_every_kind_of_clock_has_a_ladder_of_two_rungs():
    # What nobody accepts in time goes to the lead by itself, without a rung.
    for kind in set(ClockKind) - {ClockKind.ACCEPT_HANDOVER}:
        rungs = Rung.objects.filter(version__ladder__clock_kind=kind).order_by("order")
        # The next word and a look are the holder's own affair until they are over.
        is_quiet = kind in {K.NEXT_UPDATE, K.VERIFY}
        assert [rung.percent for rung in rungs] == ([100, 200] if is_quiet else [75, 100])
        is_support = kind in {K.OFFER_SUPPORT, K.FOLLOW_UP_SUPPORT}
        assert rungs[1].tells == ("deputy" if is_support else "desk_lead")


def test_survives_a_desk_without_a_calendar(actor):
    clock = begin(actor, priority=3, department=make_department())
    assert sweep(NOON + timedelta(hours=5)) == 2
    assert Clock.objects.get(pk=clock.pk).breached_at == NOON + timedelta(hours=4)
