"""What tracks report and what the whole makes of it; scenario 10 as far as the spine reaches."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from recovery.events.models import Event
from recovery.failures.models import Failure, SearchDoc, Track, WorkItem
from recovery.failures.services import (
    change_item,
    lock_failure,
    lock_item,
    report_track,
    require_track,
)
from recovery.failures.states import TrackEnd, TrackKind, TrackState, Whole
from recovery.org.selectors import forget_snapshots, system_person
from tests.factories import NOON, make_failure, make_item

DAY = timedelta(days=1)
CUSTOMER, PROCESS, EMPLOYEE = TrackKind
NONE = dict.fromkeys(TrackKind, TrackState.NOT_REQUIRED)


def report(failure_id, kind, state, end=None, at=NOON):
    report_track(
        failure_id=failure_id, kind=kind, state=state, end=end, at=at,
        actor_id=system_person().pk,
    )  # fmt: skip


def require(failure, kind, reason, at=NOON):
    require_track(
        failure_id=failure.pk, kind=kind, reason=reason, at=at, actor_id=system_person().pk
    )


def whole(failure):
    return Failure.objects.get(pk=failure.pk)


@pytest.mark.django_db
class TestScenario10:
    """A roster file four hours late, caught inside: no reach, until a connection is missed."""

    @pytest.fixture
    def failure(self):
        failure = make_failure(
            tracks=NONE | {PROCESS: TrackState.WAITING}, no_reach="Caught before departure."
        )
        report(failure.pk, PROCESS, TrackState.ACTIVE)
        return failure

    def test_is_recovering_by_its_process_alone(self, failure):
        assert whole(failure).status == Whole.RECOVERING

    def test_is_recovered_when_pooled(self, failure):
        report(failure.pk, PROCESS, TrackState.ENDED, TrackEnd.POOLED)
        found = whole(failure)
        assert (found.status, found.learning_placed_at) == (Whole.RECOVERED, NOON)
        assert found.customer_ended_at is None
        assert not SearchDoc.objects.get(pk=failure.pk).is_open

    def test_is_reopened_by_a_customer_found_on_day_three(self, failure):
        report(failure.pk, PROCESS, TrackState.ENDED, TrackEnd.POOLED)
        require(failure, CUSTOMER, "customers_affected", at=NOON + 3 * DAY)
        report(failure.pk, CUSTOMER, TrackState.ACTIVE, at=NOON + 3 * DAY)
        found = whole(failure)
        assert (found.status, found.reopened_count) == (Whole.REOPENED, 1)
        assert found.first_recovered_at == NOON
        assert SearchDoc.objects.get(pk=failure.pk).is_open


@pytest.mark.django_db
class TestReport:
    def test_the_same_news_twice_is_no_news(self):
        failure = make_failure()
        for _ in range(2):
            report(failure.pk, CUSTOMER, TrackState.ACTIVE)
        verbs = Event.objects.filter(failure_id=failure.pk).values_list("verb", flat=True)
        assert sorted(verbs) == ["failure.status_changed", "track.changed"]

    def test_dates_the_end_and_takes_it_back_when_it_comes_back(self):
        failure = make_failure()
        report(failure.pk, CUSTOMER, TrackState.ENDED, TrackEnd.OK)
        assert whole(failure).customer_ended_at == NOON
        report(failure.pk, CUSTOMER, TrackState.ACTIVE, at=NOON + DAY)
        track = Track.objects.get(failure=failure, kind=CUSTOMER)
        assert (track.ended_at, track.end, track.ended_before) == (None, "", True)
        assert whole(failure).customer_ended_at is None

    def test_a_bad_end_is_not_a_customer_put_right(self):
        failure = make_failure()
        report(failure.pk, CUSTOMER, TrackState.ENDED, TrackEnd.FAILED)
        assert whole(failure).customer_ended_at is None

    def test_each_time_it_comes_back_is_counted(self):
        failure = make_failure(tracks=NONE | {CUSTOMER: TrackState.WAITING})
        for day in range(3):
            report(failure.pk, CUSTOMER, TrackState.ENDED, TrackEnd.OK, at=NOON + day * DAY)
            report(failure.pk, CUSTOMER, TrackState.ACTIVE, at=NOON + day * DAY)
        assert whole(failure).reopened_count == 3
        assert whole(failure).first_recovered_at == NOON

    def test_noted_that_turns_out_to_matter_was_never_recovered_before(self):
        failure = make_failure(tracks=NONE, status=Whole.NOTED)
        require(failure, CUSTOMER, "complaint")
        found = whole(failure)
        assert (found.status, found.reopened_count) == (Whole.OPEN, 0)

    def test_a_required_track_keeps_every_reason_once(self):
        failure = make_failure()
        for reason in ("complaint", "customers_affected", "complaint"):
            require(failure, CUSTOMER, reason)
        track = Track.objects.get(failure=failure, kind=CUSTOMER)
        assert track.reasons == ["complaint", "customers_affected"]


def test_the_last_two_cases_that_end_at_once_leave_the_track_ended(own_database):
    forget_snapshots()
    failure = make_failure(tracks=NONE | {CUSTOMER: TrackState.ACTIVE})
    items = [make_item(failure).pk for _ in range(2)]
    start = Barrier(2)

    def end(item_id):
        start.wait()
        try:
            with transaction.atomic():
                lock_failure(failure.pk)
                change_item(lock_item(item_id), closed_at=NOON)
                still_open = WorkItem.objects.filter(failure=failure, closed_at__isnull=True)
                if still_open.exists():
                    report(failure.pk, CUSTOMER, TrackState.ACTIVE)
                else:
                    report(failure.pk, CUSTOMER, TrackState.ENDED, TrackEnd.OK)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(end, items))
    assert Track.objects.get(failure=failure, kind=CUSTOMER).end == TrackEnd.OK
    assert whole(failure).status == Whole.RECOVERED
