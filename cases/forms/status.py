"""Forms of the customer's own page: hardly anything to fill in, and that in their own words."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from recovery.web.forms import PageForm

LONGEST: Final = 10_000


def _words(label: Any, *, required: bool, ask: Any = None) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": ask} if ask else {},
    )


class NoWordsForm(PageForm):
    """The button says it all."""


class SayForm(PageForm):
    words = _words(
        _("What you want to tell us"), required=True, ask=_("Write what you want to tell us.")
    )


class SolvedForm(PageForm):
    words = _words(_("Anything you want to add (optional)"), required=False)


class NotSolvedForm(PageForm):
    words = _words(
        _("What is still wrong?"), required=True, ask=_("Write what is still wrong.")
    )


class DisagreeForm(PageForm):
    words = _words(_("Why do you disagree?"), required=True, ask=_("Write why you disagree."))


class TurnDownForm(PageForm):
    words = _words(_("What would be right? (optional)"), required=False)


class NameForm(PageForm):
    surname = forms.CharField(
        label=_("Your surname"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": _("Type your surname.")},
    )
