"""Running clocks follow their calendar: all of them, once, with progress."""

from datetime import date, timedelta

import pytest
from django.db import OperationalError

from recovery.clocks.models import Clock, ClockEvent, Standard, StandardVersion
from recovery.clocks.states import ClockVerb
from recovery.coordination.services import recompute_clocks, recomputing
from recovery.events.models import Event
from recovery.failures.models import WorkItem
from recovery.org.models import Recomputation
from recovery.org.roles import Role
from recovery.org.services import add_exception
from tests.coordination.moving_hours import (
    DUE,
    HOUR,
    MOVED,
    SOON,
    due_times,
    open_later,
    running,
)
from tests.factories import NOON, make_calendar, make_person


@pytest.fixture
def admin(db):
    return make_person(Role.ADMIN)


@pytest.mark.django_db
class TestOneByOne:
    def test_a_clock_moves_and_says_so(self, admin):
        clock = running(make_calendar())
        open_later(clock.calendar, admin)
        assert recompute_clocks(now=SOON) == 1
        clock.refresh_from_db()
        assert (clock.due_at, clock.original_due_at) == (MOVED, DUE)
        assert clock.next_check_at == SOON
        item = WorkItem.objects.get(pk=clock.item_id)
        assert (item.next_due_at, item.next_due_kind) == (MOVED, "resolve")
        last = clock.history.latest("id")
        assert (last.verb, last.by) == (ClockVerb.CALENDAR, admin)

    def test_says_how_many_were_looked_at_and_how_many_moved(self, admin):
        calendar = make_calendar()
        running(calendar)
        running(calendar)
        Clock.objects.filter(pk=running(calendar).pk).update(due_at=MOVED)
        running(make_calendar())
        open_later(calendar, admin)
        recompute_clocks(now=SOON)
        run = Recomputation.objects.get()
        assert (run.total, run.done, run.moved, run.failed) == (3, 3, 2, 0)
        assert run.finished_at == SOON
        said = Event.objects.get(verb="calendar.recomputed")
        assert said.public == {"looked_at": 3, "moved": 2, "failed": 0}
        assert said.actor_id == admin.pk

    def test_waits_until_every_process_knows_the_new_hours(self, admin):
        open_later(running(make_calendar()).calendar, admin)
        assert recompute_clocks(now=NOON + timedelta(seconds=2)) == 0
        assert Recomputation.objects.get().total is None

    def test_a_calendar_nobody_runs_by_is_done_at_once(self, admin):
        open_later(make_calendar(), admin)
        assert recompute_clocks(now=SOON) == 0
        assert Recomputation.objects.get().finished_at == SOON

    def test_time_worked_before_the_change_is_kept(self, admin):
        clock = running(make_calendar())
        open_later(clock.calendar, admin, since=date(2026, 3, 6))
        recompute_clocks(now=SOON)
        clock.refresh_from_db()
        assert clock.due_at == DUE

    def test_a_closed_day_moves_clocks_too(self, admin):
        clock = running(make_calendar())
        add_exception(
            calendar_id=clock.calendar_id, day=date(2026, 3, 5), name="Strike", intervals=[],
            actor=admin, now=NOON,
        )  # fmt: skip
        recompute_clocks(now=SOON)
        clock.refresh_from_db()
        assert clock.due_at == DUE + 24 * HOUR

    def test_what_a_law_set_stays(self, admin):
        calendar = make_calendar()
        law = Standard.objects.create(
            key="law", name="Law", words="Two months.", clock_kind="resolve", legal=True,
            law="Regulation 1", authority="The office",
        )  # fmt: skip
        version = StandardVersion.objects.create(
            standard=law, number=1, effective=(None, None), targets={"3": 28800}
        )
        running(calendar, standard=version)
        open_later(calendar, admin)
        assert recompute_clocks(now=SOON) == 0
        assert due_times() == {DUE}

    def test_what_has_ended_stays(self, admin):
        clock = running(make_calendar())
        Clock.objects.update(state="met", met_at=NOON)
        open_later(clock.calendar, admin)
        assert recompute_clocks(now=SOON) == 0
        assert due_times() == {DUE}

    def test_twice_changes_nothing(self, admin):
        open_later(running(make_calendar()).calendar, admin)
        recompute_clocks(now=SOON)
        assert recompute_clocks(now=SOON + HOUR) == 0
        assert ClockEvent.objects.filter(verb=ClockVerb.CALENDAR).count() == 1

    def test_goes_on_where_it_was(self, admin, monkeypatch):
        monkeypatch.setattr(recomputing, "AT_ONCE", 2)
        calendar = make_calendar()
        for _ in range(5):
            running(calendar)
        open_later(calendar, admin)
        seen = []
        while recompute_clocks(now=SOON, chunks=1):
            run = Recomputation.objects.get()
            seen.append((run.done, run.moved, run.total, run.finished_at is not None))
        assert seen == [(2, 2, 5, False), (4, 4, 5, False), (5, 5, 5, True)]

    def test_a_second_change_begins_anew(self, admin, monkeypatch):
        monkeypatch.setattr(recomputing, "AT_ONCE", 2)
        calendar = make_calendar()
        for _ in range(3):
            running(calendar)
        open_later(calendar, admin)
        recompute_clocks(now=SOON, chunks=1)
        week = {day: [["08:00", "16:00"]] for day in range(5)}
        open_later(calendar, admin, week=week, now=SOON)
        recompute_clocks(now=SOON + HOUR)
        first, second = Recomputation.objects.order_by("pk")
        assert (first.superseded, first.done, first.moved) == (True, 2, 2)
        assert (second.done, second.moved) == (3, 2)
        assert due_times() == {DUE}

    def test_one_bad_clock_stops_no_other(self, admin):
        calendar = make_calendar()
        running(calendar)
        bad = running(calendar)
        ClockEvent.objects.filter(clock=bad).delete()
        open_later(calendar, admin)
        recompute_clocks(now=SOON)
        run = Recomputation.objects.get()
        assert (run.done, run.moved, run.failed) == (2, 1, 1)
        assert run.finished_at == SOON

    def test_a_busy_database_is_no_clocks_fault(self, admin, monkeypatch):
        def busy(**_):
            raise OperationalError

        open_later(running(make_calendar()).calendar, admin)
        with monkeypatch.context() as patched:
            patched.setattr(recomputing, "recompute", busy)
            with pytest.raises(OperationalError):
                recompute_clocks(now=SOON)
        assert recompute_clocks(now=SOON) == 1
        assert Recomputation.objects.get().failed == 0

    def test_queries_do_not_grow_with_the_clocks(self, admin, django_assert_max_num_queries):
        calendar = make_calendar()
        for _ in range(12):
            running(calendar)
        open_later(calendar, admin)
        with django_assert_max_num_queries(30):
            recompute_clocks(now=SOON)
