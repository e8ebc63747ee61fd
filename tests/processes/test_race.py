"""Two real transactions at once: one open case per mode, whoever is first."""

import threading

import pytest
from django.db import connection, transaction

from processes import services
from processes.models import ProcessCase, ProcessLink
from processes.services import proposals
from recovery.failures.models import WorkItem
from tests.factories import NOON
from tests.processes.conftest import make_house

pytestmark = pytest.mark.usefixtures("own_database")
WAIT = 20


def in_thread(work, errors: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_second_proposal_of_a_mode_waits_and_joins_the_first() -> None:
    house = make_house()
    first, second = house.failure(), house.failure()
    errors: list[BaseException] = []
    with transaction.atomic():
        mine = services.propose(failure_id=first.pk, because="severity", now=NOON)
        thread = in_thread(
            lambda: services.propose(failure_id=second.pk, because="severity", now=NOON), errors
        )
        thread.join(1)
        assert thread.is_alive(), "the second must wait for the first to commit"
    thread.join(WAIT)
    assert not errors
    assert ProcessCase.objects.get() == mine
    assert set(ProcessLink.objects.values_list("failure_id", flat=True)) == {
        first.pk,
        second.pk,
    }
    assert WorkItem.objects.filter(kind="process").count() == 1


def test_second_proposal_stands_when_the_first_is_rolled_back() -> None:
    house = make_house()
    first, second = house.failure(), house.failure()
    errors: list[BaseException] = []
    with transaction.atomic():
        services.propose(failure_id=first.pk, because="severity", now=NOON)
        thread = in_thread(
            lambda: services.propose(failure_id=second.pk, because="severity", now=NOON), errors
        )
        thread.join(1)
        transaction.set_rollback(True)
    thread.join(WAIT)
    assert not errors
    assert ProcessLink.objects.get().failure_id == second.pk


def test_two_judgements_at_once_reopen_once() -> None:
    house = make_house()
    case = house.proven()
    at = NOON.replace(year=2027)
    failures = [house.failure(at=at) for _ in range(3)]
    for failure in failures:
        services.consider(failure_id=failure.pk, now=at)
    errors: list[BaseException] = []
    threads = [
        in_thread(
            lambda failure=failure: services.judge_candidate(
                process_id=case.pk,
                failure_id=failure.pk,
                same=True,
                actor=house.owner,
                now=at,
            ),
            errors,
        )
        for failure in failures
    ]
    for thread in threads:
        thread.join(WAIT)
    assert not errors
    found = ProcessCase.objects.get(pk=case.pk)
    assert (found.is_open, found.round) == (True, 2)


def test_proposals_without_a_mode_do_not_meet() -> None:
    house = make_house()
    cases = [
        proposals.propose(failure_id=house.failure(mode=None).pk, because="severity", now=NOON)
        for _ in range(2)
    ]
    assert len({case.pk for case in cases if case}) == 2
