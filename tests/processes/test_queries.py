"""Counted statements: they do not grow with what hangs on a case."""

import pytest

from processes import services
from processes.models import PoolEntry, ProcessCase
from processes.presenters import panel
from processes.presenters.lists import case_row, pool_row
from processes.presenters.model import model_of
from processes.selectors import case_file, links_of, list_open, notes_of, pool_by_mode
from processes.states import LinkState
from recovery.clocks.selectors import readings_for
from recovery.org.models import Person
from recovery.org.selectors import grants
from tests.factories import NOON, make_mode
from tests.processes.conftest import DAY


@pytest.fixture
def viewer(house) -> Person:
    """Somebody whose permissions are known already, as after the first line of a view."""
    found = Person.objects.get(pk=house.owner.pk)
    grants(found)
    return found


@pytest.fixture
def busy(house) -> ProcessCase:
    """A case under watch with linked failures and candidates."""
    case = house.watched()
    for number in range(4):
        failure = house.failure(at=NOON + number * DAY)
        services.consider(failure_id=failure.pk, now=NOON + number * DAY)
        if number % 2:
            services.judge_candidate(
                process_id=case.pk,
                failure_id=failure.pk,
                same=True,
                actor=house.owner,
                now=NOON,
            )
    return case


def test_case_page(busy, viewer, django_assert_num_queries) -> None:
    with django_assert_num_queries(6):
        file = case_file(viewer, busy.pk)
    with django_assert_num_queries(4):
        model_of(
            file,
            viewer,
            NOON,
            linked=links_of(file.case, LinkState.LINKED),
            candidates=links_of(file.case, LinkState.CANDIDATE),
            notes=notes_of(file.case),
        )


def test_panel(house, busy, viewer, django_assert_num_queries) -> None:
    with django_assert_num_queries(10):
        panel(viewer, house.made[0].pk, NOON)


def test_panel_of_a_failure_in_no_case(house, viewer, django_assert_num_queries) -> None:
    failure = house.failure(mode=None)
    with django_assert_num_queries(5):
        panel(viewer, failure.pk, NOON)


@pytest.mark.parametrize("count", [1, 4])
def test_list_whatever_it_holds(house, viewer, count, django_assert_num_queries) -> None:
    for _ in range(count):
        house.opened(mode=make_mode(department=house.desk))
        house.pooled_failure(mode=make_mode(department=house.desk))
    assert PoolEntry.objects.count() == count
    with django_assert_num_queries(4):
        found = list_open(viewer)
        readings = readings_for([each.case.pk for each in found], NOON)
        rows = [case_row(each, readings.get(each.case.pk)) for each in found]
        pool = [pool_row(each, NOON) for each in pool_by_mode(viewer)]
    assert (len(rows), len(pool)) == (count, count)


def test_refresh_of_unchanged_failures_writes_nothing(
    house, busy, django_assert_num_queries
) -> None:
    services.refresh_tracks(process_id=busy.pk, now=NOON)
    with django_assert_num_queries(8):
        services.refresh_tracks(process_id=busy.pk, now=NOON)
