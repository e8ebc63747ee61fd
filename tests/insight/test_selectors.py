"""What the boards add up: the days of a period, the desks asked for, the age of open work."""

from datetime import timedelta

import pytest

from recovery.failures.models import WorkItem
from recovery.insight.models import DepartmentDay
from recovery.insight.policy import Period
from recovery.insight.selectors import (
    by_department,
    milestones,
    open_by_age,
    pareto,
    totals,
)
from recovery.insight.services import fold, mark
from tests.factories import NOON, make_department, make_failure, make_item, make_mode

pytestmark = pytest.mark.django_db
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
TODAY = NOON.date()
DAYS = (-2, -1, 0, 1, 2)
PERIOD = Period(TODAY - DAY, TODAY + DAY)  # two days: the day before and this one


def a_failure(desk, mode=None, *, days=0):
    failure = make_failure(department=desk, at=NOON + days * DAY, mode=mode)
    mark([failure.pk])
    return failure


def add(desk, day, **figures):
    names = {field.name for field in DepartmentDay._meta.concrete_fields}
    zero = dict.fromkeys(names - {"id", "day", "department_id"}, 0)
    DepartmentDay.objects.create(day=day, department_id=desk, **(zero | figures))


class TestPeriod:
    def test_begins_with_its_first_day_and_ends_before_its_last(self):
        desk = make_department()
        for days in DAYS:
            a_failure(desk, days=days)
        fold(NOON)
        assert totals(PERIOD, None)["failures"] == 2
        assert pareto(PERIOD, None)[1] == pareto(PERIOD, frozenset({desk.pk}))[1] == 2

    def test_proof_is_judged_on_the_year_before_and_the_rest_on_the_period(self):
        desk = make_department().pk
        period = Period(TODAY - 90 * DAY, TODAY + DAY)
        long_ago = TODAY - 365 * DAY
        before = (
            TODAY - 100 * DAY
        )  # a day too early for the period, were it moved like that of proof
        for day in (long_ago - 92 * DAY, long_ago - DAY, long_ago, before, TODAY - 40 * DAY):
            add(desk, day, proof_required=1, learning_required=1, customer_required=1)
        found = milestones(period, None, TODAY)
        assert {key: due for key, (_met, due) in found.items()} == {
            "proof": 1, "learning": 1, "customer": 1, "care": 0,
        }  # fmt: skip


class TestDesks:
    def test_stand_in_order_of_name_without_those_unknown(self):
        for name in ("Ramp", "Baggage", "Gate"):
            add(make_department(name).pk, TODAY, failures=1)
        add(0, TODAY, failures=9)
        assert [name for name, _ in by_department(PERIOD, None)] == ["Baggage", "Gate", "Ramp"]

    def test_count_their_own_kinds_only(self):
        mine, other = make_department(), make_department()
        lost, late = make_mode("Bag lost", department=mine), make_mode("Late", department=mine)
        make_mode("Never happened", department=mine)
        for desk, mode in (
            (mine, lost),
            (mine, late),
            (mine, late),
            (mine, None),
            (other, lost),
        ):
            a_failure(desk, mode)
        fold(NOON)
        assert pareto(PERIOD, frozenset({mine.pk})) == (
            [("Late", late.pk, 2), ("", None, 1), ("Bag lost", lost.pk, 1)], 4,
        )  # fmt: skip
        assert pareto(PERIOD, None, limit=1) == ([("Bag lost", lost.pk, 2)], 5)


class TestOpenWork:
    def ages(self, desks=None):
        return [band.open for band in open_by_age(NOON, desks)]

    @pytest.mark.parametrize(
        ("days", "band"), [(0, 0), (2, 1), (4, 2), (8, 3), (15, 4), (29, 5), (400, 5)]
    )
    def test_is_of_an_age_from_its_first_second(self, days, band):
        make_item(at=NOON - days * DAY)
        before = max(band - 1, 0)
        make_item(at=NOON - days * DAY + SECOND)
        found = self.ages()
        assert sum(found) == 2
        assert found[5 if days == 400 else before] >= 1
        assert found[band] >= 1

    @pytest.mark.parametrize(("left", "over"), [(-SECOND, 1), (0 * SECOND, 0), (HOUR, 0)])
    def test_is_over_time_once_its_clock_has_run_out(self, left, over):
        make_item(at=NOON - DAY, next_due_at=NOON + left)
        assert open_by_age(NOON, None)[0].over == over

    @pytest.mark.parametrize(
        ("kind", "state", "counted"),
        [
            ("process", "triage", 1),
            ("process", "action_chosen", 1),
            ("process", "implemented", 0),
            ("process", "verifying", 0),
            ("process", "not_shown", 0),
            ("customer", "verifying", 1),
            ("employee", "", 0),
        ],
    )
    def test_leaves_out_waiting_for_proof_and_all_care(self, kind, state, counted):
        make_item(kind=kind, state=state)
        assert sum(self.ages()) == counted

    def test_of_the_desks_asked_for_only_and_while_it_is_open(self):
        item = make_item()
        make_item()
        desk = frozenset({item.department_id})
        assert (sum(self.ages(desk)), sum(self.ages(frozenset()))) == (1, 0)
        WorkItem.objects.update(closed_at=NOON)
        assert sum(self.ages()) == 0
