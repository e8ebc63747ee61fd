"""The pages of calendars: what is typed is kept, what is done is said, what runs is shown."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recovery.coordination.services import recompute_clocks
from recovery.org.models import Calendar, CalendarException, Recomputation
from recovery.org.roles import Role
from tests.coordination.moving_hours import running
from tests.factories import make_calendar, make_department, make_person

pytestmark = pytest.mark.django_db

WEEK = {f"day_{day}": "08:00–16:00" for day in range(5)}
NEW = {"name": "Gate", "zone": "Europe/Lisbon", **WEEK}


@pytest.fixture
def admin(client):
    person = make_person(Role.ADMIN)
    client.force_login(person)
    return person


def page_of(calendar, name="calendar"):
    return reverse(f"console:{name}", args=[calendar.pk])


def changed(calendar, **facts):
    kept = {"name": calendar.name, "zone": calendar.zone, "revision": calendar.revision}
    return kept | WEEK | {"since": "2026-03-05"} | facts


def test_the_index_leads_to_what_there_is(client, admin):
    assert reverse("console:calendars") in client.get("/settings/").text


def test_the_way_is_shown_to_those_who_may_go_it(client, admin):
    assert 'href="/settings/">' in client.get("/").text
    assert 'href="/settings/" aria-current="page"' in client.get("/settings/calendars/").text
    client.force_login(make_person(Role.LEAD))
    assert 'href="/settings/"' not in client.get("/").text


class TestTheList:
    def test_says_who_works_by_it_and_what_runs(self, client, admin):
        calendar = make_calendar("House")
        running(calendar)
        make_department("Gate desk", calendar=calendar)
        said = client.get("/settings/calendars/").text
        for part in ("House", "Mon–Fri 08:00–16:00", "Gate desk", "1 clock"):
            assert part in said

    def test_says_when_it_is_open(self, client, admin):
        make_calendar("Always", always=True)
        assert "Open day and night" in client.get("/settings/calendars/").text

    def test_teaches_when_there_is_none(self, client, admin):
        assert "No calendar yet" in client.get("/settings/calendars/").text

    def test_asks_no_more_for_more_calendars(
        self, client, admin, django_assert_max_num_queries
    ):
        for _ in range(6):
            make_calendar()
        with django_assert_max_num_queries(16):
            client.get("/settings/calendars/")


class TestAdding:
    def test_leads_to_its_page(self, client, admin):
        answer = client.post("/settings/calendars/new/", NEW)
        made = Calendar.objects.get(name="Gate")
        assert (answer.status_code, answer.url) == (303, page_of(made))
        assert made.week["4"] == [["08:00", "16:00"]]

    def test_several_intervals_nights_and_midnight(self, client, admin):
        days = {"day_0": "8-12, 13-17", "day_1": "22:00–06:00", "day_2": "08:00–24:00"}
        client.post("/settings/calendars/new/", {"name": "X", "zone": "UTC", **days})
        assert Calendar.objects.get(name="X").week == {
            "0": [["08:00", "12:00"], ["13:00", "17:00"]],
            "1": [["22:00", "06:00"]],
            "2": [["08:00", "00:00"]],
        }

    def test_copies_monday_without_a_script(self, client, admin):
        facts = {"name": "X", "zone": "UTC", "day_0": "9–17", "day_2": "nonsense",
                 "day_5": "10–12", "as_monday": "on"}  # fmt: skip
        client.post("/settings/calendars/new/", facts)
        week = Calendar.objects.get(name="X").week
        assert set(week) == {"0", "1", "2", "3", "4", "5"}
        assert week["2"] == [["09:00", "17:00"]]
        assert week["5"] == [["10:00", "12:00"]]

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"day_1": "08:00–12:00, 11:00–17:00"}, "Join the two or move one."),
            ({"day_1": "noon–five"}, "is no time of day"),
            ({"day_1": "09:00–09:00"}, "Write 00:00–24:00 if it is open all day."),
            ({"day_1": "22:00–10:00"}, "End the night before it, or open later."),
            ({"zone": "Europe/Lisabon"}, "Choose one such as Europe/Lisbon"),
            (dict.fromkeys(WEEK, ""), "Write hours for one day at least"),
        ],
    )
    def test_bad_input_is_kept_and_says_what_to_do(self, client, admin, facts, said):
        answer = client.post("/settings/calendars/new/", NEW | facts)
        assert answer.status_code == 422
        assert said in answer.text
        for typed in facts.values():
            assert typed in answer.text
        assert not Calendar.objects.exists()

    def test_all_that_is_wrong_is_said_at_once(self, client, admin):
        answer = client.post("/settings/calendars/new/", NEW | {"day_1": "x", "day_3": "y"})
        assert "“x”" in answer.text
        assert "“y”" in answer.text


class TestChanging:
    def test_holds_from_its_day(self, client, admin):
        calendar = make_calendar()
        client.post(page_of(calendar, "edit_calendar"), changed(calendar, day_4=""))
        found = calendar.versions.get(number=2)
        assert (found.since, set(found.week)) == (date(2026, 3, 5), {"0", "1", "2", "3"})

    def test_shows_what_holds_now(self, client, admin):
        said = client.get(page_of(make_calendar(), "edit_calendar")).text
        assert said.count('value="08:00–16:00"') == 5

    def test_offers_today_as_a_browser_reads_it_whatever_the_language(self, client, admin):
        address = page_of(make_calendar(), "edit_calendar")
        said = client.get(address, headers={"Accept-Language": "en-GB"}).text
        today = timezone.now().date()
        assert f'name="since" value="{today:%Y-%m-%d}"' in said

    def test_what_somebody_else_saved_is_not_overwritten(self, client, admin):
        calendar = make_calendar()
        answer = client.post(
            page_of(calendar, "edit_calendar"), changed(calendar, revision=0, name="Mine")
        )
        assert answer.status_code == 422
        assert "Somebody changed this calendar" in answer.text
        assert "Mine" in answer.text

    def test_a_planned_change_is_shown_before_its_day(self, client, admin):
        calendar = make_calendar()
        facts = changed(calendar, since="2099-01-01", day_4="")
        client.post(page_of(calendar, "edit_calendar"), facts)
        assert "Mon–Thu 08:00–16:00" in client.get(page_of(calendar)).text


class TestDays:
    DAY = {"day-day": "2099-05-01", "day-name": "Outing", "day-how": "closed"}

    def test_are_entered_and_taken_out(self, client, admin):
        calendar = make_calendar()
        answer = client.post(page_of(calendar, "add_day"), self.DAY)
        assert answer.status_code == 303
        assert "Outing" in client.get(page_of(calendar)).text
        client.post(page_of(calendar.exceptions.get(), "remove_day"))
        assert not CalendarException.objects.exists()

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"day-how": "other"}, "Write the hours, or choose closed."),
            ({"day-how": "other", "day-hours": "10-9:99"}, "is no time of day"),
            ({"day-name": ""}, "Fill this in."),
            ({"day-day": "soon"}, "valid date"),
        ],
    )
    def test_bad_input_is_kept(self, client, admin, facts, said):
        answer = client.post(page_of(make_calendar(), "add_day"), self.DAY | facts)
        assert answer.status_code == 422
        assert said in answer.text
        assert "2099-05-01" in answer.text or facts.get("day-day") in answer.text

    def test_holidays_are_entered_with_their_names(self, client, admin):
        calendar = make_calendar()
        facts = {"holidays-country": "DE", "holidays-subdivision": "by"}
        client.post(page_of(calendar, "choose_holidays"), facts)
        calendar.refresh_from_db()
        assert (calendar.country, calendar.subdivision) == ("DE", "BY")
        said = client.get(page_of(calendar)).text
        assert "Epiphany" in said
        assert "Public holidays of Germany" in said

    def test_a_part_that_is_none_is_refused(self, client, admin):
        facts = {"holidays-country": "DE", "holidays-subdivision": "xx"}
        answer = client.post(page_of(make_calendar(), "choose_holidays"), facts)
        assert answer.status_code == 422
        assert "is no part of that country" in answer.text


class TestTrying:
    def ask(self, client, calendar, start="2026-03-04T12:00", hours="8"):
        return client.get(page_of(calendar), {"start": start, "hours": hours})

    def test_says_when_it_is_due_and_why(self, client, admin):
        said = self.ask(client, make_calendar()).text
        for part in ("Thu 5 Mar 2026, 12:00", "12:00–16:00", "08:00–12:00", "4 h"):
            assert part in said

    def test_tells_the_time_of_the_desk(self, client, admin):
        tokyo = make_calendar(zone="Asia/Tokyo")
        assert "Wed 4 Mar 2026, 14:00" in self.ask(client, tokyo, "2026-03-04T12:00", "2").text

    @pytest.mark.parametrize(
        ("start", "hours"),
        [
            ("soon", "8"),
            ("2026-03-04T12:00", "-1"),
            ("0001-01-01T00:00", "1"),
            ("2026-03-04T12:00", "NaN"),
        ],
    )
    def test_nonsense_is_kept_and_answered(self, client, admin, start, hours):
        answer = self.ask(client, make_calendar(), start, hours)
        assert answer.status_code == 422
        assert start in answer.text

    def test_a_long_sum_is_cut_in_the_middle(self, client, admin):
        said = self.ask(client, make_calendar(), hours="2000").text
        assert "before the last are not shown" in said


class TestProgress:
    NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)

    def run_of(self, calendar, **facts):
        return Recomputation.objects.create(
            calendar=calendar, wanted_by=make_person(), wanted_at=self.NOW, **facts
        )

    def ask(self, client, calendar):
        return client.get(page_of(calendar), headers={"HX-Request": "true"}).text

    def test_waits_works_and_is_done(self, client, admin):
        calendar = make_calendar()
        run = self.run_of(calendar)
        assert "in a moment" in self.ask(client, calendar)
        Recomputation.objects.update(total=900, done=500, moved=20)
        said = self.ask(client, calendar)
        assert "500 of 900" in said
        assert "20 moved so far" in said
        assert "every 2s" in said
        run.refresh_from_db()
        Recomputation.objects.update(done=900, finished_at=self.NOW)
        said = self.ask(client, calendar)
        assert "900 clocks looked at, 20 moved" in said
        assert "every 2s" not in said
        assert "<h1>" not in said

    def test_a_saved_change_ends_in_numbers(self, client, admin):
        calendar = make_calendar()
        running(calendar)
        client.post(page_of(calendar, "edit_calendar"), changed(calendar, day_3=""))
        recompute_clocks(now=Recomputation.objects.get().wanted_at + timedelta(seconds=9))
        said = client.get(page_of(calendar)).text
        assert "1 clock looked at, 1 moved" in said


class TestUse:
    def test_a_desk_works_by_it(self, client, admin):
        calendar, desk = make_calendar(), make_department("Gate desk")
        client.post(page_of(calendar, "use_calendar"), {"use-department": desk.pk})
        desk.refresh_from_db()
        assert desk.calendar == calendar

    def test_is_retired_when_nobody_does(self, client, admin):
        calendar = make_calendar()
        client.post(page_of(calendar, "retire_calendar"))
        assert "Retired" in client.get("/settings/calendars/").text
        assert "Retire the calendar" not in client.get(page_of(calendar)).text

    def test_is_not_retired_while_somebody_does(self, client, admin):
        desk = make_department("Gate desk", calendar=make_calendar())
        answer = client.post(page_of(desk.calendar, "retire_calendar"))
        assert answer.status_code == 409
        assert "Gate desk" in answer.text


def test_a_calendar_that_is_not_there(client, admin):
    assert client.get("/settings/calendars/999/").status_code == 404
