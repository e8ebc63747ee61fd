"""Days that are not as the week says, by hand and by the country’s holidays."""

from datetime import date

import pytest

from recovery.events.services import run_daily
from recovery.kernel.refusals import Invalid, NotFound
from recovery.org.models import CalendarException, Recomputation
from recovery.org.roles import Role
from recovery.org.selectors import schedule_of, system_person
from recovery.org.selectors.holidays import holidays_of
from recovery.org.services import (
    add_exception,
    choose_holidays,
    fill_holidays,
    remove_exception,
)
from tests.factories import NOON, make_person
from tests.org.keeping import FRIDAY, add, at, said

pytestmark = pytest.mark.django_db
GOOD_FRIDAY = date(2026, 4, 3)


@pytest.fixture
def admin():
    return make_person(Role.ADMIN)


class TestDays:
    def day(self, calendar, actor, on=FRIDAY, **facts):
        given = {"name": "Strike", "intervals": []} | facts
        return add_exception(calendar_id=calendar.pk, day=on, **given, actor=actor, now=NOON)

    def test_a_closed_day_and_other_hours(self, admin):
        calendar = add(admin)
        self.day(calendar, admin)
        self.day(calendar, admin, date(2026, 3, 9), intervals=[["10:00", "12:00"]])
        hours = schedule_of(calendar.pk)
        assert hours.next_opening(at("2026-03-06T00:00")) == at("2026-03-09T10:00")
        assert len(said("calendar.exception_added")) == 2

    def test_a_desk_around_the_clock_may_close_for_a_day(self, admin):
        calendar = add(admin, always=True)
        self.day(calendar, admin)
        assert not schedule_of(calendar.pk).is_open(at("2026-03-06T12:00"))

    def test_a_day_is_entered_once(self, admin):
        calendar = add(admin)
        self.day(calendar, admin)
        with pytest.raises(Invalid, match="entered already, as “Strike”"):
            self.day(calendar, admin, name="Other")

    def test_needs_a_name(self, admin):
        with pytest.raises(Invalid) as refused:
            self.day(add(admin), admin, name=" ")
        assert refused.value.field == "name"

    def test_taken_out_it_is_as_the_week_says(self, admin):
        calendar = add(admin)
        made = self.day(calendar, admin)
        remove_exception(exception_id=made.pk, actor=admin, now=NOON)
        assert schedule_of(calendar.pk).is_open(at("2026-03-06T12:00"))
        with pytest.raises(NotFound):
            remove_exception(exception_id=made.pk, actor=admin, now=NOON)


class TestHolidays:
    def choose(self, calendar, actor, country="PT", part="", now=NOON):
        return choose_holidays(
            calendar_id=calendar.pk, country=country, subdivision=part, actor=actor, now=now
        )

    def days(self, calendar, **which):
        return set(calendar.exceptions.filter(**which).values_list("date", flat=True))

    def test_the_rest_of_this_year_and_all_of_the_next(self, admin):
        calendar = add(admin)
        entered = self.choose(calendar, admin)
        days = self.days(calendar, by_hand=False)
        assert len(days) == entered
        assert GOOD_FRIDAY in days
        assert date(2027, 1, 1) in days
        assert min(days) >= NOON.date()
        assert max(days) < date(2028, 1, 1)
        assert not schedule_of(calendar.pk).is_business_day(GOOD_FRIDAY)

    def test_are_those_of_the_part(self):
        assert date(2026, 1, 6) in holidays_of("DE", "BY", [2026])
        assert date(2026, 1, 6) not in holidays_of("DE", "", [2026])

    def test_never_replace_what_was_entered_by_hand(self, admin):
        calendar = add(admin)
        TestDays().day(
            calendar, admin, GOOD_FRIDAY, name="Open", intervals=[["08:00", "10:00"]]
        )
        self.choose(calendar, admin)
        kept = CalendarException.objects.get(calendar=calendar, date=GOOD_FRIDAY)
        assert (kept.name, kept.by_hand) == ("Open", True)

    def test_another_country_replaces_what_is_to_come_only(self, admin):
        calendar = add(admin)
        self.choose(calendar, admin)
        self.choose(calendar, admin, "US", now=at("2026-06-01T12:00"))
        days = self.days(calendar, by_hand=False)
        assert GOOD_FRIDAY in days
        assert date(2026, 7, 4) in days
        assert date(2026, 12, 8) not in days

    def test_none_takes_them_away(self, admin):
        calendar = add(admin)
        self.choose(calendar, admin)
        assert self.choose(calendar, admin, "") == 0
        assert self.days(calendar) == set()

    def test_one_taken_out_is_worked_as_usual_and_does_not_come_back(self, admin):
        calendar = add(admin)
        self.choose(calendar, admin)
        holiday = calendar.exceptions.get(date=GOOD_FRIDAY)
        remove_exception(exception_id=holiday.pk, actor=admin, now=NOON)
        assert fill_holidays(actor=system_person(), now=NOON) == 0
        assert schedule_of(calendar.pk).is_business_day(GOOD_FRIDAY)
        remove_exception(exception_id=holiday.pk, actor=admin, now=NOON)
        assert not schedule_of(calendar.pk).is_business_day(GOOD_FRIDAY)

    def test_the_daily_job_looks_a_year_ahead(self, admin):
        calendar = add(admin)
        self.choose(calendar, admin)
        Recomputation.objects.all().delete()
        run_daily(at("2027-01-01T00:05"))
        assert date(2028, 12, 25) in self.days(calendar)
        assert [actor for actor, _ in said("calendar.holidays_filled")] == [system_person().pk]
        assert Recomputation.objects.count() == 1
        assert fill_holidays(actor=system_person(), now=at("2027-01-02T00:05")) == 0

    @pytest.mark.parametrize(
        ("country", "part", "field"),
        [("XX", "", "country"), ("PT", "BY", "subdivision"), ("", "BY", "subdivision")],
    )
    def test_refuses_a_place_it_does_not_know(self, admin, country, part, field):
        with pytest.raises(Invalid) as refused:
            self.choose(add(admin), admin, country, part)
        assert refused.value.field == field
