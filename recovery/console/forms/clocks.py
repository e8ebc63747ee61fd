"""The form that gives a clock more time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recovery.web.forms import PageForm

HOUR = 3600


class ToldForm(PageForm):
    """How the authority was told, and what proves it."""

    words = forms.CharField(
        label=_("How it was told, and what proves it"),
        max_length=240,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ExtendForm(PageForm):
    """Either so many working hours, or until a moment; `version` is that of the case."""

    hours = forms.DecimalField(
        label=_("Hours more"),
        required=False,
        min_value=0,
        max_value=8784,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
        help_text=_("In hours that count for this clock."),
    )
    until = forms.DateTimeField(
        label=_("Or until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In your own time zone."),
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=240,
        help_text=_("Everybody who may read the case reads it. No names of customers."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two ways to say how much."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and bool(given.get("hours")) == bool(given.get("until")):
            self.add_error("hours", _("Give the hours or the moment, one of the two."))
        return given

    def facts(self) -> dict[str, Any]:
        """What the verb is given: seconds or until, the reason, the version seen."""
        given = self.cleaned_data
        hours = given["hours"]
        return {
            "seconds": int(hours * HOUR) if hours else None,
            "until": given["until"],
            "reason": given["reason"],
            "expected_version": given["version"],
        }
