"""The roll-ups: kept up to date they equal a rebuild, and both equal a count by hand."""

from datetime import timedelta

import pytest

from cases.services import acknowledge
from recovery.events.services import pump
from recovery.failures.models import Failure, Track
from recovery.failures.services import edit_failure, report_track
from recovery.failures.states import TrackEnd, TrackKind, TrackState, Whole
from recovery.insight.models import DepartmentDay, Dirty, Fact, ModeDay
from recovery.insight.policy import MILESTONES, Period, matured_before
from recovery.insight.selectors import milestones, pareto, totals
from recovery.insight.services import fold, mark, rebuild
from recovery.org.roles import Role
from recovery.org.selectors import system_person
from tests.cases.casting import begin, make_case, make_desk
from tests.factories import NOON, make_department, make_failure, make_mode, make_person

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = NOON.date()
ONLY_TODAY = Period(TODAY, TODAY + DAY)


def counted(*failures):
    mark([failure.pk for failure in failures])
    fold(NOON)


def end(failure, kind, *, at, how=TrackEnd.OK):
    report_track(
        failure_id=failure.pk, kind=kind, state=TrackState.ENDED, end=how, at=at,
        actor_id=system_person().pk,
    )  # fmt: skip


def everything():
    """The three tables without what says only when they were written."""
    return [
        sorted(
            tuple(value for name, value in row.items() if name not in {"id", "counted_at"})
            for row in model.objects.values()
        )
        for model in (DepartmentDay, ModeDay)
    ] + [sorted(Fact.objects.values_list("failure_id", "department_id", "status", "weight"))]


@pytest.fixture
def some():
    """Five failures on two desks: plain, answered in time, late, merged, void."""
    desk, other = make_desk(), make_department()
    plain = make_failure(department=other, affected_count=4, cost_minor=500)
    kept = make_case(desk).failure
    late = make_case(desk).failure
    for failure, at in ((kept, NOON + HOUR), (late, NOON + 9 * DAY)):
        begin(failure)
        case = failure.items.get()
        acknowledge(
            case_id=case.pk, words="We know.", channel="phone", actor=desk.handler, now=at
        )
    gone = [
        make_failure(department=desk.department, status=status, affected_count=9)
        for status in (Whole.MERGED, Whole.VOID)
    ]
    return [plain, kept, late, *gone]


class TestFold:
    def test_equals_a_count_by_hand(self, some):
        counted(*some)
        found = totals(ONLY_TODAY, None)
        assert (found["failures"], found["affected"], found["contacted"]) == (3, 6, 2)
        assert (found["acknowledge_due"], found["acknowledge_met"]) == (2, 1)
        assert found["cost_minor"] == 500

    def test_equals_a_rebuild(self, some):
        counted(*some)
        kept = everything()
        assert rebuild() == 5
        assert everything() == kept
        assert len(kept[0]) == 2

    def test_counts_once_however_often_it_is_told(self, some):
        counted(*some)
        once = everything()
        for _ in range(2):
            counted(*some)
        assert everything() == once
        assert not Dirty.objects.exists()

    def test_hears_of_changes_from_the_log(self, some):
        pump(NOON)
        fold(NOON)
        before = totals(ONLY_TODAY, None)["recovered"]
        failure = some[0]
        for kind in TrackKind:
            end(failure, kind, at=NOON)
        pump(NOON)
        assert Dirty.objects.filter(failure_id=failure.pk).exists()
        fold(NOON)
        assert totals(ONLY_TODAY, None)["recovered"] == before + 1

    def test_what_is_merged_or_void_weighs_nothing_in_every_roll_up(self, some):
        gone = some[3:]
        counted(*gone)
        assert set(Fact.objects.values_list("weight", flat=True)) == {0}
        assert set(totals(ONLY_TODAY, None).values()) == {0}
        assert pareto(ONLY_TODAY, None) == ([], 0)

    def test_a_moved_failure_leaves_its_old_desk(self, some):
        counted(*some)
        plain, desk = some[0], some[1].owning_department_id
        old = plain.owning_department_id
        Failure.objects.filter(pk=plain.pk).update(owning_department_id=desk)
        counted(plain)
        assert totals(ONLY_TODAY, frozenset({old}))["failures"] == 0
        assert totals(ONLY_TODAY, frozenset({desk}))["failures"] == 3
        kept = everything()
        rebuild()
        assert everything() == kept

    def test_another_mode_moves_it_too(self, some):
        lead = make_person(Role.LEAD, some[0].owning_department)
        counted(*some)
        mode = make_mode("Bag left behind")
        edit_failure(failure_id=some[0].pk, changes={"mode_id": mode.pk}, actor=lead, now=NOON)
        pump(NOON)
        fold(NOON)
        rows, total = pareto(ONLY_TODAY, None)
        assert rows == [("", None, 2), ("Bag left behind", mode.pk, 1)]
        assert total == 3
        assert pareto(ONLY_TODAY, frozenset(Fact.objects.values_list("department_id", flat=True))) == (
            rows, total,
        )  # fmt: skip

    def test_history_is_volume_but_in_no_rate(self, some):
        Failure.objects.update(history=True)
        counted(*some)
        found = totals(ONLY_TODAY, None)
        assert found["failures"] == 3
        assert found["acknowledge_due"] == found["resolve_due"] == 0
        judged = milestones(ONLY_TODAY, None, TODAY + 400 * DAY)
        assert set(judged.values()) == {(0, 0)}


class TestMilestones:
    def judged(self, key, *, today):
        period = Period(today - 90 * DAY, today + DAY)
        return milestones(period, None, today)[key]

    @pytest.mark.parametrize(("key", "days"), [("customer", 31), ("learning", 31), ("care", 4)])
    def test_judges_only_what_is_old_enough(self, key, days):
        counted(make_failure())
        assert self.judged(key, today=TODAY + (days - 1) * DAY) == (0, 0)
        assert self.judged(key, today=TODAY + days * DAY) == (0, 1)

    def test_a_day_counts_when_its_last_minute_has_had_the_whole_horizon(self):
        for each in MILESTONES:
            youngest = matured_before(TODAY, each) - DAY
            assert youngest + DAY + each.horizon <= TODAY

    @pytest.mark.parametrize(
        ("kind", "how", "days", "met"),
        [
            (TrackKind.CUSTOMER, TrackEnd.OK, 30, 1),
            (TrackKind.CUSTOMER, TrackEnd.OK, 31, 0),
            (TrackKind.CUSTOMER, TrackEnd.OK_UNCONFIRMED, 30, 1),
            (TrackKind.CUSTOMER, TrackEnd.WAIVED, 1, 0),
            (TrackKind.CUSTOMER, TrackEnd.FAILED, 1, 0),
            (TrackKind.PROCESS, TrackEnd.POOLED, 30, 1),
            (TrackKind.PROCESS, TrackEnd.POOLED, 31, 0),
        ],
    )
    def test_in_time_is_within_its_own_horizon(self, kind, how, days, met):
        failure = make_failure()
        end(failure, kind, at=NOON + days * DAY, how=how)
        counted(failure)
        key = "customer" if kind is TrackKind.CUSTOMER else "learning"
        assert self.judged(key, today=TODAY + 60 * DAY) == (met, 1)

    def test_a_track_nobody_needs_is_not_judged(self):
        failure = make_failure()
        Track.objects.filter(failure=failure).update(state=TrackState.NOT_REQUIRED)
        counted(failure)
        for key in ("customer", "learning", "care", "proof"):
            assert self.judged(key, today=TODAY + 60 * DAY) == (0, 0)
