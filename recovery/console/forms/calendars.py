"""Forms of calendars; they check and keep what was typed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from recovery.kernel.refusals import Invalid
from recovery.org.policy.hours import WEEKDAYS, Pairs, field_of, hours_words, read_hours, zones
from recovery.org.selectors.holidays import countries
from recovery.web.forms import PageForm, attach

NONE = "none"
CLOSED, OTHER, USUAL = "closed", "other", "usual"
MOST_HOURS = 2_000


class CalendarForm(PageForm):
    """Name, zone and the week, a line of text each day."""

    name = forms.CharField(label=_("Name"), max_length=80)
    zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
        help_text=_("The hours below are told in it. Summer time is taken care of."),
    )
    always = forms.BooleanField(label=_("Open around the clock"), required=False)
    as_monday = forms.BooleanField(label=_("Tuesday to Friday as Monday"), required=False)
    since = forms.DateField(
        label=_("Other hours hold from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Time worked before this day counts by the hours of then."),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, word in enumerate(WEEKDAYS):
            self.fields[field_of(day)] = forms.CharField(
                label=_now(word), required=False, max_length=200
            )
        if is_new:
            del self.fields["since"], self.fields["revision"]

    def clean(self) -> None:
        """Read each day, so that all that is wrong is said at once."""
        self.week: dict[int, Pairs] = {}
        if self.cleaned_data.get("always"):
            return
        for day in range(7):
            source = 0 if self.cleaned_data.get("as_monday") and day in range(1, 5) else day
            text = self.cleaned_data.get(field_of(source), "")
            try:
                self.week[day] = read_hours(text, field=field_of(day))
            except Invalid as refused:
                if source == day:
                    attach(self, refused)

    def days(self) -> list[BoundField]:
        """The seven inputs, Monday first."""
        return [self[field_of(day)] for day in range(7)]

    @staticmethod
    def zones() -> tuple[str, ...]:
        """What the input of the zone offers."""
        return zones()


def week_texts(week: Mapping[str, Pairs]) -> dict[str, str]:
    """What stands in the inputs of the days at first."""
    return {field_of(int(day)): hours_words(pairs) for day, pairs in week.items()}


class DayForm(PageForm):
    """A day that is different."""

    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(label=_("What day is it?"), max_length=80)
    how = forms.ChoiceField(
        label=_("On this day"),
        choices=(
            (CLOSED, _("closed")),
            (OTHER, _("other hours")),
            (USUAL, _("as usual")),
        ),
        widget=forms.RadioSelect,
        initial=CLOSED,
    )
    hours = forms.CharField(
        label=_("Other hours"),
        required=False,
        max_length=200,
        help_text=_("Such as 10:00–14:00"),
    )

    def clean(self) -> None:
        """Other hours need some; whatever stands there otherwise is left alone."""
        self.intervals: Pairs = []
        if self.cleaned_data.get("how") != OTHER:
            return
        try:
            self.intervals = read_hours(self.cleaned_data.get("hours", ""))
        except Invalid as refused:
            attach(self, refused)
            return
        if not self.intervals:
            self.add_error("hours", _now("Write the hours, or choose closed."))


class HolidaysForm(PageForm):
    """On whose public holidays the desk is closed."""

    country = forms.ChoiceField(label=_("Public holidays of"))
    subdivision = forms.CharField(
        label=_("Part of it (optional)"),
        required=False,
        max_length=12,
        help_text=_("Its code, such as BY for Bavaria. Empty is the whole country."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = [("", _("Choose")), (NONE, _("No country: only the days entered by hand"))]
        self.fields["country"].choices = [*none, *countries()]  # type: ignore[attr-defined]  # a choice field


class TryForm(PageForm):
    """From when, and how many working hours."""

    start = forms.CharField(
        label=_("From"),
        max_length=25,
        widget=forms.TextInput(attrs={"type": "datetime-local"}),
    )
    hours = forms.DecimalField(
        label=_("Working hours"),
        min_value=0,
        max_value=MOST_HOURS,
        widget=forms.NumberInput(attrs={"step": "0.25"}),
    )

    def clean_start(self) -> datetime:
        """The wall-clock time typed; it has no zone yet."""
        try:
            typed = datetime.fromisoformat(self.cleaned_data["start"]).replace(tzinfo=None)
        except ValueError:
            raise forms.ValidationError(_("Write it as 2026-03-05 14:30.")) from None
        if typed.year not in range(1990, 2101):
            raise forms.ValidationError(_("Choose a year from 1990 to 2100."))
        return typed

    def begins(self, zone: ZoneInfo) -> datetime:
        """The moment meant: what is typed is told in the calendar's zone."""
        typed: datetime = self.cleaned_data["start"]
        return typed.replace(tzinfo=zone)

    def working(self) -> timedelta:
        """The time to add."""
        return timedelta(hours=float(self.cleaned_data["hours"]))


class UseForm(PageForm):
    """Which desk works by the calendar from now on."""

    department = forms.TypedChoiceField(label=_("Desk"), coerce=int)

    def __init__(self, *args: Any, desks: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", _("Choose")), *desks]  # type: ignore[attr-defined]  # a choice field
