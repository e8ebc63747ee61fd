"""Clocks that were met and missed: counted once each, kept up to date, equal to a rebuild."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.services import acknowledge
from recovery.clocks.models import Clock, ClockEvent, Standard
from recovery.clocks.states import ClockKind
from recovery.events.services import pump, record
from recovery.failures.models import Failure, WorkItem
from recovery.failures.states import Whole
from recovery.insight.models import ClockDay, ClockFact, DirtyItem
from recovery.insight.policy import Period
from recovery.insight.presenters.clocks import clocks_board
from recovery.insight.selectors import clock_counts
from recovery.insight.services import fold_clocks, mark_clocks, rebuild_clocks
from recovery.org.models import Organisation
from recovery.org.roles import Role
from recovery.org.selectors import forget_snapshots, system_person
from tests.cases.casting import begin, make_case, make_desk
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = NOON.date()
ONLY_TODAY = Period(TODAY, TODAY + DAY)


def clock(item, kind="acknowledge", *, state="met", late=False, instance=1, at=NOON):
    house = Standard.objects.get(key="house-acknowledge").versions.get()
    return Clock.objects.create(
        item=item, kind=kind, state=state, instance=instance, target_seconds=60, standard=house,
        started_at=at, due_at=at, original_due_at=at,
        met_at=at if state == "met" else None, breached_at=at if late else None,
    )  # fmt: skip


def counted(*items):
    mark_clocks([each.pk for each in items])
    fold_clocks()
    found = clock_counts(ONLY_TODAY, None)
    return tuple(
        sum(getattr(each, name) for each in found) for name in ("met", "late", "undone")
    )


def everything():
    days = ClockDay.objects.order_by("day", "department_id", "kind", "standard_id")
    return list(days.values_list("day", "department_id", "kind", "met", "late", "undone"))


@pytest.mark.parametrize(
    ("state", "late", "said"),
    [
        ("met", False, (1, 0, 0)),
        ("met", True, (0, 1, 0)),
        ("running", True, (0, 0, 1)),
        ("paused", True, (0, 0, 1)),
        ("cancelled", True, (0, 0, 1)),
        ("running", False, (0, 0, 0)),
        ("cancelled", False, (0, 0, 0)),
    ],
)
def test_a_clock_counts_once_by_what_became_of_it(state, late, said):
    item = make_item()
    found = clock(item, state="running", late=late)
    Clock.objects.filter(pk=found.pk).update(
        state=state,
        met_at=NOON if state == "met" else None,
        paused_at=NOON if state == "paused" else None,
    )
    assert counted(item) == said


def test_history_merged_and_void_count_nowhere():
    items = []
    for facts in ({"history": True}, {"status": Whole.MERGED}, {"status": Whole.VOID}):
        failure = make_failure()
        Failure.objects.filter(pk=failure.pk).update(**facts)
        items.append(make_item(failure))
        clock(items[-1])
    assert counted(*items) == (0, 0, 0)


def test_support_is_never_counted():
    item = make_item(kind="employee")
    clock(item, kind="offer_support")
    assert counted(item) == (0, 0, 0)


def test_what_a_merge_ended_is_counted_by_the_clock_that_goes_on():
    item = make_item()
    gone = clock(item, state="cancelled", late=True)
    person = system_person()
    ClockEvent.objects.create(clock=gone, verb="cancel", at=NOON, by=person, reason="merged")
    clock(item, instance=2)
    assert counted(item) == (1, 0, 0)


def test_counts_on_the_day_of_the_house_on_which_it_was_met_or_ran_over():
    Organisation.objects.update(zone="Pacific/Auckland")
    forget_snapshots()
    item = make_item()
    clock(item)
    mark_clocks([item.pk])
    fold_clocks()
    assert ClockDay.objects.get().day == TODAY + DAY  # noon in UTC is past midnight there


def test_stays_equal_to_a_rebuild_whatever_happens():
    here, there = make_item(), make_item()
    first, second = clock(here), clock(there, state="running", late=True)
    counted(here, there)
    Clock.objects.filter(pk=second.pk).update(state="met", met_at=NOON)
    WorkItem.objects.filter(pk=here.pk).update(department=make_department())
    Clock.objects.filter(pk=first.pk).update(breached_at=NOON - DAY)
    counted(here, there)
    kept = everything()
    rebuild_clocks()
    assert everything() == kept
    assert ClockFact.objects.count() == 2
    assert [row[3:] for row in kept] == [(0, 1, 0), (0, 1, 0)]


def test_the_log_says_which_case_to_count():
    desk = make_desk()
    case = make_case(desk)
    begin(case.failure)
    at = Clock.objects.get(item=case.item, kind=ClockKind.ACKNOWLEDGE).started_at
    acknowledge(case_id=case.pk, words="We know.", channel="phone", actor=desk.handler, now=at)
    pump(at)
    assert DirtyItem.objects.filter(item_id=case.pk).exists()
    fold_clocks()
    assert ClockDay.objects.get(kind=ClockKind.ACKNOWLEDGE).met == 1
    Failure.objects.filter(pk=case.failure_id).update(status=Whole.VOID)
    record(
        stream=f"failure:{case.failure_id}", verb="failure.voided", actor_id=desk.handler.pk,
        at=at, failure_id=case.failure_id,
    )  # fmt: skip
    pump(at)
    fold_clocks()
    assert not ClockDay.objects.exists()


def test_one_day_of_one_desk_is_shown_by_kind_desk_and_standard():
    desk = make_department("Baggage")
    items = [make_item(make_failure(department=desk)) for _ in range(12)]
    for place, item in enumerate(items):
        clock(item, late=place < 9)
    counted(*items)
    board = clocks_board(ONLY_TODAY, None)
    assert board.decided == 12
    assert [each.words for each in board.sums] == ["12", "3", "9", "0"]
    kinds, desks, named = (figure.table[0] for figure in board.figures)
    assert kinds[:3] == ["Acknowledge", "3", "12"]
    assert (desks[0], named[0]) == ("Baggage", "Acknowledge")
    assert "too few to emphasise: Acknowledge" in board.figures[0].finding


def test_the_board_costs_the_same_queries_however_many_clocks(django_assert_max_num_queries):
    desk = make_department()
    client = Client()
    client.force_login(make_person(Role.LEAD, desk, lead=True))
    items = [make_item(make_failure(department=desk)) for _ in range(20)]
    for item in items:
        clock(item, at=timezone.now())
    mark_clocks([each.pk for each in items])
    fold_clocks()
    client.get(reverse("insight:clocks"))
    with django_assert_max_num_queries(12):
        answer = client.get(reverse("insight:clocks"), {"days": "30", "department": desk.pk})
    assert answer.status_code == 200
    assert "20" in answer.content.decode()


@pytest.mark.parametrize(
    "asked", [{"days": "x"}, {"days": "0"}, {"department": "9" * 40}, {"department": "-1"}]
)
def test_nonsense_in_the_address_gives_the_usual_board(asked):
    client = Client()
    client.force_login(make_person(Role.LEAD, lead=True))
    answer = client.get(reverse("insight:clocks"), asked)
    assert answer.status_code == 200
    assert "No clock was met or ran over" in answer.content.decode()
