"""The promise-kept rate: broken is broken, moved stands apart, and a rebuild says the same."""

from datetime import timedelta

import pytest

from recovery.insight.models import ClockDay
from recovery.insight.policy import Period
from recovery.insight.presenters.clocks import clocks_board
from recovery.insight.selectors import clock_counts, promise_counts
from recovery.insight.services import fold_clocks, rebuild_clocks
from tests.cases.casting import make_case, make_desk
from tests.clocks.promising import HOUR, agree, keep, promise, release, run
from tests.factories import NOON

pytestmark = pytest.mark.django_db
TODAY = Period(NOON.date(), NOON.date() + timedelta(days=1))


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def item(desk):
    return make_case(desk).item


def count(kind):
    found = [each for each in clock_counts(TODAY, None) if each.kind == kind]
    return [sum(getattr(each, name) for each in found) for name in ("met", "late", "undone")]


def everything():
    return list(ClockDay.objects.order_by("pk").values_list("kind", "met", "late", "undone"))


def a_day_of_promises(item, handler):
    keep(promise(item, handler, words="kept"), handler)
    keep(promise(item, handler, words="late"), handler, now=NOON + 3 * HOUR)
    promise(item, handler, words="open and over")
    release(promise(item, handler, words="released before"), handler)
    release(promise(item, handler, words="released after"), handler, now=NOON + 3 * HOUR)
    keep(agree(promise(item, handler, words="moved"), handler), handler, now=NOON + 3 * HOUR)
    promise(item, handler, words="to come", due_at=NOON + 90 * HOUR)
    run(NOON + 6 * HOUR)
    fold_clocks()


def test_counts_what_fell_due_and_shows_what_was_moved_apart(item, desk):
    a_day_of_promises(item, desk.handler)
    assert count("promise") == [1, 1, 2]
    assert count("promise_moved") == [1, 0, 0]


def test_stays_equal_to_a_rebuild(item, desk):
    a_day_of_promises(item, desk.handler)
    before = everything()
    rebuild_clocks()
    assert sorted(everything()) == sorted(before)


def test_counts_for_the_desk_that_answers_for_it(item, desk):
    above = desk.department.parent
    keep(promise(item, desk.handler, desk_id=above.pk), desk.handler)
    run(NOON + HOUR)
    fold_clocks()
    assert {e.department_id for e in clock_counts(TODAY, None) if e.kind == "promise"} == {
        above.pk
    }


def test_the_board_says_how_many_were_moved_and_later_than_the_standard(item, desk):
    a_day_of_promises(item, desk.handler)
    promise(item, desk.handler, words="far", due_at=NOON + 5000 * HOUR)
    made = promise_counts(TODAY, None)
    assert (made.made, made.moved, made.later, made.compared) == (8, 1, 1, 8)
    figure = clocks_board(TODAY, None).figures[0]
    assert figure.key == "promises"
    assert "Of 8 made in this period 1 were renegotiated, and 1 of 8" in figure.finding
    assert [row[0] for row in figure.table] == ["As first promised", "Another time agreed"]


def test_says_nothing_of_promises_where_there_are_none(item):
    assert "promises" not in [each.key for each in clocks_board(TODAY, None).figures]
