"""What the preview says is what happens: the same people, at the same times."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind
from recovery.escalation import registry
from recovery.escalation.models import Firing, Rung
from recovery.escalation.policy import ClockCard, Roster, RungCard, trial
from recovery.escalation.selectors import calls_of, ladders
from recovery.escalation.services import sweep
from recovery.events.services import pump
from recovery.kernel.hours import Schedule
from recovery.org.roles import Role
from tests.factories import NOON, make_department, make_failure, make_item, make_person

MINUTE = timedelta(minutes=1)
K = ClockKind


@pytest.fixture
def desk(db):
    return make_department("Baggage", parent=make_department("Customer care"))


def begin(desk, **facts):
    """A case whose 15 minutes run from noon."""
    item = make_item(make_failure(department=desk, priority=1), **facts)
    clocks.start(item_id=item.pk, kind=K.ACKNOWLEDGE, at=NOON, actor_id=make_person().pk)
    return item


def told_in(calls):
    return [(call.rung.percent, call.occurrence, call.at, list(call.people)) for call in calls]


def test_foretells_what_the_sweep_then_does(desk):
    owner = make_person(Role.HANDLER, desk)
    lead = make_person(Role.LEAD, desk, lead=True)
    Rung.objects.filter(version__ladder__clock_kind=K.ACKNOWLEDGE, percent=100).update(
        every=10, most=2
    )
    ladders.forget()
    item = begin(desk, owner=owner)
    foretold = calls_of(item, NOON)
    assert [call.people for call in foretold] == [[owner.pk], [lead.pk], [lead.pk]]
    assert not any(call.done for call in foretold)
    for call in foretold:
        sweep(call.at)
        pump(call.at)
    happened = Firing.objects.order_by("fired_at").values_list(
        "rung__percent", "occurrence", "fired_at", "told"
    )
    assert list(happened) == told_in(foretold)
    after = calls_of(item, NOON + timedelta(days=1))
    assert all(call.done for call in after)
    assert told_in(after) == told_in(foretold)


def test_what_is_due_and_not_swept_yet_is_foretold_for_now(desk):
    make_person(Role.LEAD, desk, lead=True)
    item = begin(desk)
    late = NOON + timedelta(hours=1)
    assert {call.at for call in calls_of(item, late)} == {late}


def test_while_a_clock_is_paused_nobody_knows_when(desk):
    item = begin(desk)
    clocks.pause(
        item_id=item.pk, kinds=[K.ACKNOWLEDGE], at=NOON, actor_id=make_person().pk, reason="x"
    )
    assert {call.at for call in calls_of(item, NOON)} == {None}


def test_nobody_is_foretold_of_a_clock_that_was_met(desk):
    item = begin(desk)
    sweep(NOON + 12 * MINUTE)
    pump(NOON + 12 * MINUTE)
    clocks.meet(
        item_id=item.pk, kinds=[K.ACKNOWLEDGE], at=NOON + 13 * MINUTE,
        actor_id=make_person().pk,
    )  # fmt: skip
    assert [(call.rung.percent, call.done) for call in calls_of(item, NOON)] == [(75, True)]


def test_reads_a_case_in_the_same_number_of_queries_whatever_it_went_through(
    desk, django_assert_max_num_queries
):
    owner = make_person(Role.HANDLER, desk)
    for _ in range(4):
        make_person(Role.LEAD, desk, lead=True)
    item = begin(desk, owner=owner)
    for kind in (K.RESOLVE, K.FOLLOW_UP, K.TRIAGE):
        clocks.start(item_id=item.pk, kind=kind, at=NOON, actor_id=owner.pk)
    sweep(NOON + 20 * MINUTE)
    calls_of(item, NOON)
    with django_assert_max_num_queries(4):
        assert len(calls_of(item, NOON)) == 8


def test_support_foretells_the_supporter_and_one_deputy(db, monkeypatch):
    supporter, deputy = make_person(Role.SUPPORTER), make_person(Role.SUPPORTER)
    monkeypatch.setattr(
        registry, "_FINDERS", [lambda items: dict.fromkeys(items, (deputy.pk, 0))]
    )
    item = make_item(kind="employee", owner=supporter)
    clocks.start(item_id=item.pk, kind=K.OFFER_SUPPORT, at=NOON, actor_id=supporter.pk)
    assert [call.people for call in calls_of(item, NOON)] == [[supporter.pk], [deputy.pk]]


def test_a_trial_says_whom_a_met_clock_would_have_spared():
    clock = ClockCard(
        1, "resolve", Schedule.always(ZoneInfo("UTC")), timedelta(hours=4),
        NOON + timedelta(hours=4), is_live=False, ended_at=NOON + timedelta(hours=3),
    )  # fmt: skip
    rungs = (RungCard(1, 50, "owner", 0), RungCard(2, 100, "owner", 1))
    calls = trial(clock, rungs, roster=Roster(7, 7))
    assert [(call.rung.percent, call.spared, call.people) for call in calls] == [
        (50, False, [7]),
        (100, True, [7]),
    ]
