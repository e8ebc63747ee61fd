"""The work list: what comes first, page after page, and what a private task shows."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from recovery.console.selectors import Cursor, work, work_counts, work_page
from recovery.failures.models import WorkItem
from recovery.failures.selectors import item_reference
from recovery.org.roles import Role
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def desk():
    return make_department("Gate")


@pytest.fixture
def handler(desk):
    return make_person(Role.HANDLER, desk)


@pytest.fixture
def failure(desk):
    return make_failure(department=desk)


@pytest.fixture
def client(handler):
    client = Client()
    client.force_login(handler)
    return client


def due(failure, hours, *, now=NOON, **facts):
    at = None if hours is None else now + hours * HOUR
    return make_item(failure, next_due_at=at, **facts)


def everything(person, view="mine", kinds=()):
    """All pages, with how many there were."""
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = work_page(person, view=view, kinds=kinds, cursor=cursor)
        found += [*page.pinned, *page.items]
        cursor = page.cursor and Cursor.read(str(page.cursor))
        pages += 1
    return found, pages


class TestOrder:
    def test_pins_p1_then_the_least_time_left_then_no_clock(self, failure, handler):
        none = due(failure, None, owner=handler)
        late = due(failure, -48, owner=handler)
        soon = due(failure, 1, owner=handler)
        first = due(failure, 3, owner=handler, priority=1)
        over = due(failure, -1, owner=handler)
        found, _pages = everything(handler)
        assert found == [first, late, over, soon, none]

    def test_closed_work_is_no_work(self, failure, handler):
        due(failure, 1, owner=handler, closed_at=NOON)
        assert everything(handler)[0] == []
        assert work_counts(handler) == {"mine": 0, "desk": 0}


class TestPaging:
    @pytest.mark.parametrize("size", [1, 2, 3, 7])
    def test_loses_nothing_and_doubles_nothing(self, failure, handler, monkeypatch, size):
        monkeypatch.setattr(work, "PAGE", size)
        monkeypatch.setattr(work, "CROWD", 100)
        made = [
            due(failure, hours, owner=handler, priority=3)
            for hours in (1, 1, 1, 2, -3, None, None, 5, None)
        ]
        found, pages = everything(handler)
        assert sorted(item.pk for item in found) == [item.pk for item in made]
        assert len(found) == len(set(found))
        assert pages == -(-len(made) // size)

    @pytest.mark.parametrize("size", [1, 2])
    def test_more_p1_than_a_page_holds_are_all_shown(self, failure, handler, monkeypatch, size):
        monkeypatch.setattr(work, "PAGE", size)
        made = [due(failure, hours, owner=handler, priority=1) for hours in (1, 2, 3)]
        rest = due(failure, 1, owner=handler)
        found, _pages = everything(handler)
        assert found[:size] == made[:size]
        assert sorted(item.pk for item in found) == [item.pk for item in (*made, rest)]

    @pytest.mark.parametrize("text", ["", "~", "x~y", "2026-03-04", "~x", "~" + "9" * 30])
    def test_a_nonsense_cursor_never_fails(self, client, text):
        assert client.get("/", {"after": text}).status_code == 200


class TestCrowds:
    def test_many_customers_of_one_failure_stand_in_one_line(self, client, failure, handler):
        made = [due(failure, 1, owner=handler) for _each in range(60)]
        moved_on = due(failure, 2, owner=handler, state="rejected")
        other = due(make_failure(department=failure.owning_department), 3, owner=handler)
        page = work_page(handler, view="mine", kinds=(), cursor=None)
        assert list(page.items) == [made[0], moved_on, other]
        assert dict(page.alike) == {made[0].pk: 59}
        assert page.cursor is None
        assert "and 59 people more of the same failure" in client.get("/").content.decode()

    def test_a_few_stand_for_themselves(self, failure, handler):
        made = [due(failure, 1, owner=handler) for _each in range(5)]
        assert list(work_page(handler, view="mine", kinds=(), cursor=None).items) == made


class TestViews:
    def test_the_desk_holds_what_the_role_may_work_there(self, desk, failure, handler):
        mine, colleague = due(failure, 1, owner=handler), due(failure, 2)
        due(failure, 3, kind="process")
        due(make_failure(), 4)
        assert everything(handler, "desk")[0] == [mine, colleague]
        assert everything(handler, "mine")[0] == [mine]

    def test_a_lead_sees_the_desks_below(self, desk):
        below = make_department(parent=desk)
        item = due(make_failure(department=below), 1)
        lead = make_person(Role.LEAD, desk, lead=True)
        assert everything(lead, "desk")[0] == [item]
        assert everything(make_person(Role.HANDLER, desk), "desk")[0] == []

    def test_narrows_to_tracks(self, failure, handler):
        customer = due(failure, 1, owner=handler)
        process = due(failure, 2, owner=handler, kind="process")
        assert everything(handler, kinds=["process"])[0] == [process]
        assert everything(handler, kinds=["customer"])[0] == [customer]


class TestPrivate:
    @pytest.fixture
    def task(self, handler):
        return due(None, 1, now=timezone.now(), kind="employee", owner=handler)

    def test_is_in_nobody_elses_list(self, desk, task, handler):
        lead = make_person(Role.LEAD, desk, lead=True)
        assert everything(lead, "desk")[0] == everything(lead, "mine")[0] == []
        assert everything(handler)[0] == [task]

    def test_shows_that_it_is_there_and_nothing_else(self, client, task):
        html = client.get("/").content.decode()
        assert "A private task" in html
        row = html[html.index("A private task") - 600 : html.index("A private task") + 900]
        for word in ("Support", "support case", "P2", "P3", "E-"):
            assert word not in row.replace(item_reference("employee", task.pk), "")


class TestPage:
    @pytest.mark.parametrize(
        "query",
        ["view=all", "track=x", "track=employee&track=", "view=desk&track=process", "after"],
    )
    def test_nonsense_in_the_address_never_fails(self, client, query):
        assert client.get(f"/?{query}").status_code == 200

    def test_as_many_queries_for_one_row_as_for_thirty(
        self, client, failure, handler, django_assert_max_num_queries
    ):
        due(failure, 1, owner=handler)
        client.get("/")
        with django_assert_max_num_queries(40) as one:
            client.get("/")
        needed = len(one)
        WorkItem.objects.bulk_create(
            WorkItem(
                kind="customer", failure=failure, owner=handler, state="received",
                department=failure.owning_department, opened_at=NOON, next_due_at=NOON,
            )
            for _ in range(29)
        )  # fmt: skip
        # Two more find that they are one crowd and how many.
        with django_assert_max_num_queries(needed + 2):
            client.get("/")
