"""Verbs on calendars: what is kept, what is refused, what is said in the log."""

from datetime import date

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.org.models import Calendar, CalendarException, CalendarVersion, Recomputation
from recovery.org.roles import Role
from recovery.org.selectors import schedule_of
from recovery.org.services import (
    add_exception,
    retire_calendar,
    use_calendar,
)
from tests.factories import NOON, WEEKDAYS, make_calendar, make_department, make_person
from tests.org.keeping import FRIDAY, HOUR, OFFICE, add, at, change, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_person(Role.ADMIN)


class TestAdding:
    def test_keeps_the_hours_as_the_first_version(self, admin):
        made = add(admin)
        assert made.week == WEEKDAYS
        version = made.versions.get()
        assert (version.number, version.since, version.week) == (1, None, WEEKDAYS)
        assert schedule_of(made.pk).add(NOON, 5 * HOUR) == at("2026-03-05T09:00")
        assert said("calendar.added") == [(admin.pk, {"name": "Gate", "zone": "UTC"})]

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"name": " "}, "name"),
            ({"zone": "Europe/Nowhere"}, "zone"),
            ({"week": {}}, "day_0"),
            ({"week": {0: [["22:00", "06:00"]], 1: [["05:00", "07:00"]]}}, "day_1"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, admin, facts, field):
        with pytest.raises(Invalid) as refused:
            add(admin, **facts)
        assert [part.field for part in refused.value.parts] == [field]

    def test_says_all_that_is_wrong_at_once(self, admin):
        with pytest.raises(Invalid) as refused:
            add(admin, name="", zone="", week={})
        assert [part.field for part in refused.value.parts] == ["name", "zone", "day_0"]

    def test_refuses_a_name_there_is_however_written(self, admin):
        add(admin)
        with pytest.raises(Invalid, match="Another calendar has this name"):
            add(admin, name="GATE ")

    def test_takes_no_hours_around_the_clock(self, admin):
        assert schedule_of(add(admin, always=True, week={}).pk).add(NOON, HOUR) == NOON + HOUR

    def test_is_for_those_who_may_change_settings(self):
        with pytest.raises(NotAllowed):
            add(make_person(Role.LEAD))


class TestChanging:
    def test_hours_hold_from_their_day_and_the_past_stays(self, admin):
        calendar = add(admin)
        change(calendar, admin)
        hours = schedule_of(calendar.pk)
        assert hours.next_opening(at("2026-03-05T00:00")) == at("2026-03-05T08:00")
        assert hours.next_opening(at("2026-03-06T00:00")) == at("2026-03-06T12:00")
        assert list(calendar.versions.order_by("number").values_list("number", "since")) == [
            (1, None), (2, FRIDAY),
        ]  # fmt: skip

    def test_a_calendar_older_than_its_versions_keeps_what_it_was(self, admin):
        calendar = make_calendar()
        change(calendar, admin)
        assert schedule_of(calendar.pk).hours_on(date(2026, 3, 5))[0][0].hour == 8
        assert calendar.versions.count() == 2

    def test_a_later_change_takes_the_place_of_what_was_planned(self, admin):
        calendar = add(admin)
        change(calendar, admin, since=date(2026, 6, 1))
        change(calendar, admin, week={0: [["10:00", "11:00"]]}, since=FRIDAY)
        hours = schedule_of(calendar.pk)
        assert hours.next_opening(at("2026-06-02T00:00")) == at("2026-06-08T10:00")

    def test_is_written_down_and_asks_for_the_clocks(self, admin):
        calendar = add(admin)
        change(calendar, admin, name="Gate B")
        assert said("calendar.changed") == [
            (
                admin.pk,
                {"name": ["Gate", "Gate B"], "version": [1, 2], "since": "2026-03-06"},
            )
        ]
        asked = Recomputation.objects.get(calendar=calendar)
        assert (asked.wanted_by, asked.wanted_at, asked.total) == (admin, NOON, None)

    def test_a_name_moves_no_clock_and_makes_no_version(self, admin):
        calendar = add(admin)
        change(calendar, admin, name="Gate B", week=OFFICE)
        assert not Recomputation.objects.exists()
        assert calendar.versions.count() == 1

    def test_a_zone_is_corrected_for_all_time(self, admin):
        calendar = add(admin)
        change(calendar, admin, zone="Asia/Tokyo", week=OFFICE)
        assert schedule_of(calendar.pk).is_open(at("2026-03-02T00:00"))
        assert Recomputation.objects.count() == 1

    def test_saving_the_same_changes_nothing(self, admin):
        calendar = add(admin)
        assert change(calendar, admin, week=OFFICE).revision == 1
        assert said("calendar.changed") == []

    def test_what_somebody_else_changed_is_not_overwritten(self, admin):
        calendar = add(admin)
        change(calendar, admin, expected_revision=1)
        with pytest.raises(Conflict, match="Somebody changed"):
            change(calendar, admin, name="Other", expected_revision=1)

    def test_may_keep_its_own_name(self, admin):
        assert change(add(admin), admin).name == "Gate"

    def test_a_calendar_that_is_not_there(self, admin):
        with pytest.raises(NotFound):
            change(Calendar(pk=999, name="X", zone="UTC"), admin)


class TestAskingForTheClocks:
    def test_one_that_has_not_begun_serves_both_changes(self, admin):
        calendar = add(admin)
        change(calendar, admin)
        later = NOON + HOUR
        add_exception(
            calendar_id=calendar.pk, day=FRIDAY, name="Strike", intervals=[], actor=admin,
            now=later,
        )  # fmt: skip
        assert Recomputation.objects.get().wanted_at == later

    def test_one_under_way_ends_where_it_is(self, admin):
        calendar = add(admin)
        change(calendar, admin)
        Recomputation.objects.update(total=900, done=500, moved=20, last_clock=7)
        change(calendar, admin, week=OFFICE)
        first, second = Recomputation.objects.order_by("pk")
        assert (first.superseded, first.finished_at, first.done) == (True, NOON, 500)
        assert (second.total, second.done, second.finished_at) == (None, 0, None)


class TestUse:
    def test_a_desk_works_by_it(self, admin):
        calendar, desk = add(admin), make_department()
        use_calendar(calendar_id=calendar.pk, department_id=desk.pk, actor=admin, now=NOON)
        desk.refresh_from_db()
        assert desk.calendar == calendar
        facts = {"department": desk.pk, "before": None, "after": calendar.pk}
        assert said("calendar.given") == [(admin.pk, facts)]

    def test_is_not_retired_while_a_desk_works_by_it(self, admin):
        calendar = add(admin)
        make_department("Gate desk", calendar=calendar)
        with pytest.raises(Conflict, match="Gate desk"):
            retire_calendar(calendar_id=calendar.pk, actor=admin, now=NOON)

    def test_once_retired_nobody_takes_it(self, admin):
        calendar = add(admin)
        for _ in range(2):
            retire_calendar(calendar_id=calendar.pk, actor=admin, now=NOON)
        assert len(said("calendar.retired")) == 1
        with pytest.raises(Conflict, match="retired"):
            use_calendar(
                calendar_id=calendar.pk, department_id=make_department().pk, actor=admin,
                now=NOON,
            )  # fmt: skip


class TestTheTablesThemselves:
    @pytest.mark.parametrize(
        "facts",
        [
            {"week": {}},
            {"week": {"7": [["08:00", "16:00"]]}},
            {"week": {"0": [["08:00", "25:00"]]}},
            {"week": {"0": [["8:00", "16:00"]]}},
            {"week": {"0": [["08:00"]]}},
            {"subdivision": "BY"},
        ],
    )
    def test_hold_no_calendar_that_is_none(self, facts):
        with pytest.raises(IntegrityError), transaction.atomic():
            Calendar.objects.create(**({"name": "X", "zone": "UTC", "week": WEEKDAYS} | facts))

    @pytest.mark.parametrize("hours", [[["08:00", "noon"]], [["08:00", "09:00", "10:00"]]])
    def test_hold_no_day_with_hours_that_are_none(self, hours):
        calendar = make_calendar()
        with pytest.raises(IntegrityError), transaction.atomic():
            CalendarException.objects.create(
                calendar=calendar, date=FRIDAY, name="X", intervals=hours
            )

    @pytest.mark.parametrize("verb", ["UPDATE org_calendarversion SET week = '{}'",
                                      "DELETE FROM org_calendarversion"])  # fmt: skip
    def test_rewrite_no_version(self, admin, verb):
        add(admin)
        with (
            pytest.raises((IntegrityError, InternalError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(verb)
        assert CalendarVersion.objects.count() == 1
