"""The overview: who may see it, what it says of few cases, and its drawings."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recovery.insight.models import DepartmentDay
from recovery.insight.policy import GROUP_PRIVACY, Period, share_of
from recovery.insight.presenters.charts import NARROW, WIDE, Counted, Labelled, bars, intervals
from recovery.insight.presenters.figures import percent_words
from recovery.insight.presenters.overview import overview
from recovery.insight.services import fold, mark
from recovery.kernel.statistics import Rating
from recovery.org.roles import ROLES, Permission, Role
from tests.factories import NOON, make_department, make_failure, make_mode, make_person

DAY = timedelta(days=1)
TODAY = date(2026, 3, 4)


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def add(department, day=TODAY, **figures):
    names = {field.name for field in DepartmentDay._meta.concrete_fields}
    zero = dict.fromkeys(names - {"id", "day", "department_id"}, 0)
    DepartmentDay.objects.create(
        day=day, department_id=department.pk, **(zero | {"failures": 1} | figures)
    )


def board(today=TODAY, department_id=None):
    return overview(Period(today - 89 * DAY, today + DAY), department_id, today=today, now=NOON)


def figure(found, key):
    return next(each for each in found.figures if each.key == key)


class TestFewCases:
    @pytest.mark.parametrize(
        ("met", "due", "said"),
        [
            (0, 0, "none yet"),
            (1, 1, "fewer than 5"),
            (4, 4, "fewer than 5"),
            (4, 5, "4 of 5, too few"),
            (9, 9, "9 of 9, too few"),
        ],
    )
    def test_says_no_percentage(self, met, due, said):
        assert percent_words(share_of(met, due)) == said

    def test_from_ten_it_gives_the_interval(self):
        assert percent_words(share_of(9, 10)) == "90 %, 60 to 98"

    @pytest.mark.parametrize(("due", "rating"), [(6, Rating.HIDDEN), (7, Rating.COUNTS)])
    def test_care_of_fewer_than_seven_is_not_told_at_all(self, due, rating):
        assert share_of(due, due, least=GROUP_PRIVACY).rating is rating

    @pytest.mark.django_db
    @pytest.mark.parametrize(("due", "shown"), [(6, ["–"] * 5), (7, ["7", "7", "–", "–", "–"])])
    def test_the_table_hides_what_the_drawing_hides(self, due, shown):
        add(make_department(), TODAY - 10 * DAY, care_in_time=due, care_required=due)
        rows = figure(board(), "milestones").table
        assert [row[1:] for row in rows if row[0].startswith("Care")] == [shown]

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("due", "said"),
        [
            (40, "Clearly below 90 %: Gate."),
            (20, "Below too, but too few to emphasise: Gate."),
            (9, "No department is clearly below 90 %, the house standard."),
        ],
    )
    def test_the_finding_emphasises_from_thirty(self, due, said):
        add(make_department("Gate"), acknowledge_due=due, acknowledge_met=due // 2)
        assert figure(board(), "acknowledge").finding.startswith(said)


@pytest.mark.django_db
class TestPage:
    # A service signs in by key only, so it has no page to open.
    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.SERVICE}))
    def test_is_for_those_who_may_read_boards(self, role):
        allowed = Permission.BOARD_READ in ROLES[role].permissions
        answer = client_of(make_person(role)).get("/boards/")
        assert answer.status_code == (200 if allowed else 403)

    def test_asks_to_sign_in_first(self):
        assert Client().get("/boards/").status_code == 302

    @pytest.mark.parametrize(
        "query",
        [
            "days=0", "days=-1", "days=90.5", "days=9999999999999999999", "days=",
            "department=x", "department=-1", "department=99999999999999999999999",
            "department=²", "department=%00", "days=365&department=1' OR 1=1",
        ],
    )  # fmt: skip
    def test_nonsense_in_the_address_narrows_nothing(self, query):
        answer = client_of(make_person(Role.LEAD)).get(f"/boards/?{query}")
        assert answer.status_code == 200
        assert answer.context["chosen"] is None

    def test_a_department_includes_those_below(self):
        above = make_department("Airline")
        below = make_department("Gate", parent=above)
        add(below, failures=7)
        add(make_department("Cargo"), failures=5)
        assert board(department_id=above.pk).failures == 7
        assert board().failures == 12

    def test_counts_in_as_many_queries_for_two_desks_as_for_twenty(self):
        client = client_of(make_person(Role.MANAGER))

        def queries():
            client.get("/boards/")
            with CaptureQueriesContext(connection) as found:
                assert client.get("/boards/").status_code == 200
            return len(found)

        add(make_department(), timezone.localdate())
        few = queries()
        for _ in range(18):
            add(make_department(), timezone.localdate(), acknowledge_due=12, acknowledge_met=11)
        assert queries() == few <= 20

    def test_draws_and_tells_the_same_rows(self):
        for n in range(3):
            add(make_department(f"Desk {n}"), acknowledge_due=12 + n, acknowledge_met=11)
        found = figure(board(), "acknowledge")
        assert [row[0] for row in found.table] == ["Desk 0", "Desk 1", "Desk 2"]
        for _name, drawing in found.drawings:
            assert [row.label for row in drawing.rows] == [row[0] for row in found.table]
            assert all("%" in row.text for row in drawing.rows)

    def test_the_commonest_kinds_run_up_to_the_whole(self):
        failures = [
            make_failure(mode=mode)
            for mode, n in ((make_mode("Late"), 3), (make_mode("Lost"), 1))
            for _ in range(n)
        ]
        mark([each.pk for each in failures])
        fold(NOON)
        found = figure(board(), "pareto")
        assert found.table == [["Late", "3", "75 %", "75 %"], ["Lost", "1", "25 %", "100 %"]]
        assert found.rows_label == "4 failures"


class TestDrawings:
    @pytest.mark.parametrize("width", [WIDE, NARROW])
    def test_shares_stay_inside_their_scale(self, width):
        rows = [
            Labelled(str(met), share_of(met, due), "words")
            for met, due in ((0, 10), (5, 10), (10, 10), (999, 1000), (3, 4))
        ]
        found = intervals(rows, width=width, standard=0.9)
        assert 0 < found.left < found.standard < found.right < found.side < width == found.width
        for row in found.rows:
            assert 0 < row.y < row.baseline < found.height
            if row.point is not None:
                assert found.left <= row.low <= row.point <= row.high <= found.right
        assert found.rows[-1].point is None
        assert found.ticks[0].x == found.left
        assert found.ticks[-1].x == found.right

    def test_a_higher_share_stands_further_right(self):
        rows = [Labelled("", share_of(met, 40), "") for met in range(41)]
        points = [row.point for row in intervals(rows, width=WIDE).rows]
        assert points == sorted(set(points))

    @pytest.mark.parametrize("width", [WIDE, NARROW])
    def test_bars_are_as_long_as_their_counts_and_end_inside(self, width):
        rows = [
            Counted("a", 100, "100", hatched=25),
            Counted("b", 50, "50"),
            Counted("c", 0, "0"),
        ]
        found = bars(rows, width=width)
        lengths = [row.length for row in found.rows]
        assert lengths[0] == pytest.approx(found.right - found.left)
        assert lengths[1] == pytest.approx(lengths[0] / 2, abs=0.1)
        assert found.rows[0].hatched == pytest.approx(lengths[0] / 4, abs=0.1)
        assert lengths[2] == 0
        assert found.right < width
        assert found.rows[-1].baseline < found.height

    def test_nothing_is_drawn_of_nothing(self):
        assert bars([], width=WIDE).rows == []
        assert intervals([], width=WIDE).rows == []
