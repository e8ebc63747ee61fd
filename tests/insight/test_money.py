"""The money board: budgets, what is owed, like failures and unlike remedies."""

from datetime import timedelta

import pytest

from cases.models import CustomerCase
from cases.selectors.giving import gifts, owed_by_month
from recovery.insight.policy import Period
from recovery.insight.presenters.money import money_board
from recovery.org.roles import Role
from tests.cases.casting import make_customer, make_desk, owe
from tests.cases.giving import give, make_budget, ready
from tests.factories import NOON, make_department, make_failure, make_mode, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOON.date()
PERIOD = Period(TODAY - 30 * DAY, TODAY + DAY)


@pytest.fixture
def desk():
    return make_desk(handler_limit=100_000, week=9_000_000)


@pytest.fixture
def mode():
    return make_mode("Bag not on flight")


def gave(desk, mode, *amounts, segment="leisure", **facts):
    """Cases of one kind put right, each with this much goodwill."""
    made = []
    for number, amount in enumerate(amounts):
        failure = make_failure(department=desk.department, mode=mode, **facts)
        case = ready(desk, make_customer(f"Nr {number}", segment=segment), failure=failure)
        kind = "voucher" if amount else "apology"
        give(case, desk.handler, amount, f"V-{case.pk}", kind=kind)
        made.append(case)
    return made


def board(viewer, likes=""):
    return money_board(PERIOD, None, likes=likes, viewer=viewer, today=TODAY)


def test_only_goodwill_of_cases_put_right_counts_and_nothing_is_nothing(desk, mode):
    gave(desk, mode, 2_000, 0)
    ready(desk, failure=make_failure(department=desk.department, mode=mode))
    case = gave(desk, mode, 1_000)[0]
    owe(case, desk, 25_000)
    found = gifts(PERIOD.start, PERIOD.end, None)
    assert sorted(each.amount_minor for each in found) == [0, 1_000, 2_000]
    assert gifts(PERIOD.start, PERIOD.end, {make_department().pk}) == []


def test_likes_are_of_one_mode_and_one_band_of_harm(desk, mode):
    gave(desk, mode, 1_000, 1_000, 1_000)
    gave(desk, mode, 1_000, experience=1)
    found = board(desk.lead)
    assert [(each.name, each.n) for each in found.likes] == [
        ("Bag not on flight, serious harm", 3), ("Bag not on flight, small harm", 1),
    ]  # fmt: skip
    assert found.chosen.words == "fewer than 5"
    assert found.figures == []


def test_from_five_on_the_ends_are_shown_and_from_ten_on_the_middle(desk, mode):
    gave(desk, mode, *range(1_000, 6_000, 1_000))
    assert board(desk.lead).chosen.words == "€10.00 to €50.00, n 5: too few to compare"
    gave(desk, mode, *range(1_000, 6_000, 1_000), segment="business")
    found = board(desk.lead)
    assert found.chosen.words == "€30.00, half from €20.00 to €40.00, n 10"
    segments = next(each for each in found.figures if each.key == "segment")
    assert [row[0] for row in segments.table] == ["business", "leisure"]
    assert segments.finding == "Too few of them to compare."


def test_what_lies_far_outside_is_listed_only_to_those_who_may_read_it(desk, mode):
    gave(desk, mode, *[2_000] * 9)
    (far,) = gave(desk, mode, 90_000)
    mine, other = board(desk.lead), board(make_person(Role.LEAD, make_department()))
    assert [each.amount for each in mine.outliers] == ["€900.00"]
    assert CustomerCase.objects.filter(pk=far.pk).exists()
    assert (other.outliers, other.hidden) == ([], 1)


def test_the_queries_stay_the_same(desk, mode, django_assert_max_num_queries):
    make_budget(desk.department, desk.lead, 1_000_000)
    gave(desk, mode, *[2_000] * 9, 90_000)
    owe(ready(desk), desk)
    with django_assert_max_num_queries(7):
        assert board(desk.lead).budgets


def test_what_is_owed_is_told_by_month_and_department_as_a_file(client, desk):
    for month in (1, 1, 3):
        owe(ready(desk), desk, 25_000, at=NOON.replace(month=month))
    rows = [(str(each.month), each.count, each.amount_minor) for each in owed_by_month()]
    assert rows == [("2026-01-01", 2, 50_000), ("2026-03-01", 1, 25_000)]
    client.force_login(desk.lead)
    answer = client.get("/boards/money/owed.csv")
    lines = answer.content.decode().splitlines()
    assert lines[0] == "month,department,claims,amount_minor,currency"
    assert lines[1] == f"2026-01,{desk.department.name},2,50000,EUR"
    assert client.get("/boards/money/?likes=7-nonsense&days=x").status_code == 200
