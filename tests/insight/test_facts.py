"""One failure as it counts: every column of its fact from its own source."""

from datetime import timedelta

import pytest
from django.utils import timezone

from processes.models import ProcessCase, ProcessLink
from recovery.clocks.models import Clock
from recovery.failures.models import Category, Failure, Track
from recovery.failures.states import Whole
from recovery.insight.models import DepartmentDay, Dirty, Fact, ModeDay
from recovery.insight.services import FOLDED_AT_ONCE, fold, mark, rebuild
from tests.factories import NOON, make_failure, make_item

pytestmark = pytest.mark.django_db
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
HORIZONS = {
    "customer": ("customer_ended_at", "customer", 30 * DAY),
    "learning": ("learning_placed_at", "process", 30 * DAY),
    "care": ("care_offered_at", "employee", 72 * HOUR),
    "proof": ("proven_at", "", 365 * DAY),
}


def fact_of(failure):
    mark([failure.pk])
    fold(NOON)
    return Fact.objects.get(pk=failure.pk)


def change(failure, **facts):
    Failure.objects.filter(pk=failure.pk).update(**facts)


def tie(failure, state):
    item = make_item(kind="process", state="problem_open")
    case = ProcessCase.objects.create(item=item, title="Late", opened_at=NOON)
    ProcessLink.objects.create(
        process=case, failure=failure, state=state, linked_at=NOON, answer_by=NOON,
        linked_by=failure.reported_by,
    )  # fmt: skip


def clock(item, kind, *, state="running", late=False, instance=1):
    Clock.objects.create(
        item=item, kind=kind, state=state, instance=instance, target_seconds=60,
        started_at=NOON, due_at=NOON, original_due_at=NOON,
        met_at=NOON if state == "met" else None, breached_at=NOON if late else None,
    )  # fmt: skip


class TestMilestone:
    @pytest.fixture(params=HORIZONS)
    def key(self, request):
        return request.param

    @pytest.fixture
    def failure(self):
        failure = make_failure()
        tie(failure, "linked")
        return failure

    def read(self, failure, key):
        fact = fact_of(failure)
        return getattr(fact, f"{key}_required"), getattr(fact, f"{key}_in_time")

    @pytest.mark.parametrize(("over", "met"), [(0 * SECOND, 1), (SECOND, 0)])
    def test_is_in_time_up_to_its_horizon(self, failure, key, over, met):
        column, _, horizon = HORIZONS[key]
        change(failure, **{column: NOON + horizon + over})
        assert self.read(failure, key) == (1, met)

    def test_is_not_in_time_while_it_has_not_come(self, failure, key):
        assert self.read(failure, key) == (1, 0)

    def test_is_judged_on_no_history(self, failure, key):
        change(failure, history=True, **{HORIZONS[key][0]: NOON})
        assert self.read(failure, key) == (0, 0)

    def test_is_judged_where_it_is_required_only(self, failure, key):
        column, kind, _ = HORIZONS[key]
        change(failure, **{column: NOON})
        Track.objects.filter(failure=failure, kind=kind).update(state="not_required")
        ProcessLink.objects.update(state="rejected")
        required = 0 if kind or key == "proof" else 1
        assert self.read(failure, key) == (required, required)


@pytest.mark.parametrize(("state", "judged"), [("candidate", 0), ("rejected", 0)])
def test_proof_is_judged_of_what_has_the_cause_only(state, judged):
    failure = make_failure()
    tie(failure, state)
    tie(make_failure(), "linked")
    assert fact_of(failure).proof_required == judged


class TestClocks:
    """Due counts what is known to be kept or not; met what was kept in time."""

    def due(self, failure):
        fact = fact_of(failure)
        return (
            fact.acknowledge_due, fact.acknowledge_met, fact.resolve_due, fact.resolve_met,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("state", "late", "known", "kept"),
        [
            ("running", False, 0, 0),
            ("running", True, 1, 0),
            ("met", False, 1, 1),
            ("met", True, 1, 0),
            ("cancelled", False, 0, 0),
            ("cancelled", True, 1, 0),
        ],
    )
    def test_count_by_what_became_of_them(self, state, late, known, kept):
        failure = make_failure()
        item = make_item(failure)
        clock(item, "acknowledge", state=state, late=late)
        assert self.due(failure) == (known, kept, 0, 0)
        clock(item, "resolve", state=state, late=late)
        assert self.due(failure) == (known, kept, known, kept)
        clock(item, "outreach", state=state, late=late)
        assert self.due(failure) == (2 * known, 2 * kept, known, kept)

    def test_of_other_kinds_and_other_tracks_do_not_count(self):
        failure = make_failure()
        clock(make_item(failure), "approve", state="met")
        clock(make_item(failure, kind="process"), "resolve", state="met")
        assert self.due(failure) == (0, 0, 0, 0)


class TestFacts:
    def test_follow_what_is_known_now(self):
        failure = make_failure()
        before = fact_of(failure)
        assert (before.complained, before.recovered) == (0, 0)
        category = Category.objects.create(name="Luggage", slug="luggage")
        known = {
            "category_id": category.pk, "affected_count": 4, "contacted_count": 3,
            "made_whole_count": 2, "cost_minor": 700, "status": Whole.RECOVERED,
        }  # fmt: skip
        change(failure, received_at=NOON, safety=4, **known)
        fact = fact_of(failure)
        assert (fact.complained, fact.recovered, fact.severity) == (1, 1, 4)
        names = ("category_id", "affected", "contacted", "made_whole", "cost_minor", "status")
        assert [getattr(fact, name) for name in names] == list(known.values())
        assert fact.counted_at > before.counted_at - SECOND

    @pytest.mark.parametrize("status", set(Whole) - {Whole.RECOVERED})
    def test_only_recovered_counts_as_recovered(self, status):
        failure = make_failure()
        change(failure, status=status)
        assert fact_of(failure).recovered == 0


class TestRebuild:
    def test_forgets_what_is_no_longer_there(self):
        Fact.objects.create(
            **{field.name: 0 for field in Fact._meta.fields if field.name != "counted_at"}
            | {"failure_id": 7, "day": NOON.date(), "status": "open"},
            counted_at=timezone.now(),
        )
        mark([7])
        assert rebuild() == 0
        for table in (Fact, DepartmentDay, ModeDay, Dirty):
            assert not table.objects.exists()

    def test_says_how_far_it_has_come(self):
        make_failure()
        made_known = []
        assert rebuild(made_known.append) == 1
        assert made_known == [1]


class TestFolding:
    def test_takes_some_at_a_time(self):
        mark(range(1, FOLDED_AT_ONCE + 2))
        assert fold(NOON) == FOLDED_AT_ONCE + 1
        assert not Dirty.objects.exists()

    def test_asks_little_when_nothing_changed(self, django_assert_num_queries):
        with django_assert_num_queries(4):
            assert fold(NOON) == 0
