"""Calendars: who works by them, their hours, days that are different, and a trial."""

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recovery.console.forms.calendars import (
    NONE,
    USUAL,
    CalendarForm,
    DayForm,
    HolidaysForm,
    TryForm,
    UseForm,
    week_texts,
)
from recovery.console.presenters import calendars as words
from recovery.console.selectors.calendars import live_clocks_by_calendar
from recovery.kernel.hours import NeverOpen
from recovery.org import services
from recovery.org.roles import Permission
from recovery.org.selectors import (
    all_calendars,
    calendar_with_history,
    departments,
    last_recomputation,
    organisation,
    schedule_from,
    unfinished_recomputations,
    users_of_calendars,
)
from recovery.org.selectors.holidays import countries, parts_of
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.org.models import Calendar

TRIED_HOURS = 8


@require_safe
@login_required
def calendar_list(request: HttpRequest) -> HttpResponse:
    services.require(person_of(request), Permission.SETTINGS)
    now, users = timezone.now(), users_of_calendars()
    clocks, busy = live_clocks_by_calendar(), unfinished_recomputations()
    rows = [
        words.row_of(
            each,
            schedule_from(each),
            users=users.get(each.pk, []),
            clocks=clocks.get(each.pk, 0),
            busy=each.pk in busy,
            now=now,
        )
        for each in all_calendars()
    ]
    return page(request, "settings/calendars.html", {"rows": rows})


@require_safe
@login_required
def calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """One calendar; ?start=…&hours=… tries it; htmx asks for the progress alone."""
    services.require(person_of(request), Permission.SETTINGS)
    return _show(request, calendar_id)


def _show(request: HttpRequest, calendar_id: int, **forms: BaseForm) -> HttpResponse:
    """The page of a calendar, with forms that were refused in place of fresh ones."""
    found = calendar_with_history(calendar_id)
    hours, now = schedule_from(found), timezone.now()
    today = now.astimezone(hours.zone).date()
    users = users_of_calendars().get(found.pk, [])
    days = [words.day_row(each) for each in found.exceptions.all()]
    context = {
        "calendar": found,
        "is_open": hours.is_open(now),
        "open_words": words.open_words(hours, now),
        "week": words.week_rows(hours.week_on(today)),
        "planned": [
            (day, words.week_words(week)) for day, week in hours.changes if day > today
        ],
        "days": [each for each in days if each.day >= today],
        "days_gone": [each for each in days if each.day < today],
        "users": users,
        "clocks": live_clocks_by_calendar().get(found.pk, 0),
        "progress": words.progress_of(last_recomputation(found.pk)),
        "versions": found.versions.all(),
        "country": dict(countries()).get(found.country, ""),
        "parts": ", ".join(parts_of(found.country)),
    }
    try_form, trial = _try(request, found)
    context |= {"try_form": try_form, "trial": trial} | _forms(found) | forms
    bad = any(form.errors for form in (*forms.values(), try_form))
    return page(
        request,
        "settings/calendar.html",
        context,
        fragment="progress",
        status=422 if bad else 200,
    )


def _forms(found: "Calendar") -> dict[str, object]:
    place = {"country": found.country or NONE, "subdivision": found.subdivision}
    return {
        "day_form": DayForm(prefix="day"),
        "holidays_form": HolidaysForm(initial=place, prefix="holidays"),
        "use_form": UseForm(desks=_desks(), prefix="use"),
    }


def _desks() -> list[tuple[int, str]]:
    return [(key, card.name) for key, card in departments().items()]


def _try(request: HttpRequest, found: "Calendar") -> tuple[TryForm, words.Trial | None]:
    """When some working hours from a moment on are over; nothing is saved."""
    hours = schedule_from(found)
    if "start" not in request.GET:
        start = timezone.localtime(timezone.now(), hours.zone).strftime("%Y-%m-%dT%H:%M")
        return TryForm(initial={"start": start, "hours": TRIED_HOURS}), None
    form = TryForm(request.GET)
    if not form.is_valid():
        return form, None
    names = {each.date: each.name for each in found.exceptions.all()}
    try:
        return form, words.trial_of(hours, form.begins(hours.zone), form.working(), names=names)
    except NeverOpen:
        form.add_error("hours", _("It does not open often enough for that within four years."))
    return form, None


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_calendar(request: HttpRequest) -> HttpResponse:
    services.require(person_of(request), Permission.SETTINGS)
    posted = request.POST if request.method == "POST" else None
    form = CalendarForm(posted, initial={"zone": organisation().zone}, is_new=True)
    if posted is not None and form.is_valid():
        given = form.cleaned_data
        with refusals_into(form):
            made = services.add_calendar(
                name=given["name"],
                zone=given["zone"],
                always=given["always"],
                week=form.week,
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("Added. Now say who works by it."))
            return see_other(request, _page_of(made.pk))
    context = {"form": form, "calendar": None}
    return page(
        request, "settings/calendar_form.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    services.require(person_of(request), Permission.SETTINGS)
    found = calendar_with_history(calendar_id)
    hours = schedule_from(found)
    posted = request.POST if request.method == "POST" else None
    initial = week_texts(found.week) | {
        "name": found.name,
        "zone": found.zone,
        "always": found.always,
        "since": timezone.localtime(timezone.now(), hours.zone).date(),
        "revision": found.revision,
    }
    form = CalendarForm(posted, initial=initial)
    if posted is not None and form.is_valid():
        given = form.cleaned_data
        with refusals_into(form):
            services.change_calendar(
                calendar_id=calendar_id,
                name=given["name"],
                zone=given["zone"],
                always=given["always"],
                week=form.week,
                since=given["since"],
                expected_revision=given["revision"],
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("Saved. The clocks that run by it follow."))
            return see_other(request, _page_of(calendar_id))
    context = {"form": form, "calendar": found}
    return page(
        request, "settings/calendar_form.html", context, status=422 if form.errors else 200
    )


@login_required
@require_POST
def add_day(request: HttpRequest, calendar_id: int) -> HttpResponse:
    services.require(person_of(request), Permission.SETTINGS)
    form = DayForm(request.POST, prefix="day")
    if form.is_valid():
        with refusals_into(form):
            services.add_exception(
                calendar_id=calendar_id,
                day=form.cleaned_data["day"],
                name=form.cleaned_data["name"],
                intervals=form.intervals,
                as_usual=form.cleaned_data["how"] == USUAL,
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("Entered. The clocks that run by it follow."))
            return see_other(request, _page_of(calendar_id))
    return _show(request, calendar_id, day_form=form)


@login_required
@require_POST
def remove_day(request: HttpRequest, exception_id: int) -> HttpResponse:
    services.require(person_of(request), Permission.SETTINGS)
    left = services.remove_exception(
        exception_id=exception_id, actor=person_of(request), now=timezone.now()
    )
    saved(request, _("Taken out. The clocks that run by it follow."))
    return see_other(request, _page_of(left.pk))


@login_required
@require_POST
def choose_holidays(request: HttpRequest, calendar_id: int) -> HttpResponse:
    services.require(person_of(request), Permission.SETTINGS)
    form = HolidaysForm(request.POST, prefix="holidays")
    if form.is_valid():
        country = form.cleaned_data["country"]
        with refusals_into(form):
            entered = services.choose_holidays(
                calendar_id=calendar_id,
                country="" if country == NONE else country,
                subdivision=form.cleaned_data["subdivision"].strip().upper(),
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("Public holidays entered: %(count)d.") % {"count": entered})
            return see_other(request, _page_of(calendar_id))
    return _show(request, calendar_id, holidays_form=form)


@login_required
@require_POST
def use_calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    services.require(person_of(request), Permission.SETTINGS)
    form = UseForm(request.POST, desks=_desks(), prefix="use")
    if form.is_valid():
        with refusals_into(form):
            desk = services.use_calendar(
                calendar_id=calendar_id,
                department_id=form.cleaned_data["department"],
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("%(desk)s works by it from now on.") % {"desk": desk.name})
            return see_other(request, _page_of(calendar_id))
    return _show(request, calendar_id, use_form=form)


@login_required
@require_POST
def retire_calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    services.require(person_of(request), Permission.SETTINGS)
    services.retire_calendar(
        calendar_id=calendar_id, actor=person_of(request), now=timezone.now()
    )
    saved(request, _("Retired. Clocks that still run by it run on."))
    return see_other(request, reverse("console:calendars"))


def _page_of(calendar_id: int) -> str:
    return reverse("console:calendar", args=[calendar_id])
