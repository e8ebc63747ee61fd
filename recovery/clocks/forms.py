"""Forms of promises: they check and keep what was typed; the services do the rest."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recovery.clocks.policy.promising import MOST_NAME, MOST_WORDS
from recovery.web.forms import PageForm

type Choices = Sequence[tuple[int, str]]


def _words(label: Any, *, help_text: Any = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


def _due_at(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )


def _number(text: str) -> int | None:
    return int(text) if text else None


class PromiseForm(PageForm):
    """What is promised. `beside` says what the standard would be, under the time."""

    words = _words(
        _("What you promise"),
        help_text=_("As the customer heard it: “we call you back”. It stands on their page."),
    )
    due_at = _due_at(_("By when"))
    desk = forms.TypedChoiceField(
        label=_("Which desk answers for it"),
        required=False,
        coerce=_number,
        empty_value=None,
        help_text=_("It stays with the desk when you go home."),
    )
    holder = forms.TypedChoiceField(
        label=_("Who holds it"), required=False, coerce=_number, empty_value=None
    )
    to_whom = forms.CharField(
        label=_("To whom, if not the customer"), required=False, max_length=MOST_NAME
    )

    def __init__(
        self, *args: Any, desks: Choices, people: Choices, beside: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_at"].help_text = beside
        self._offer("desk", [("", _("No desk: within my shift")), *_texts(desks)])
        self._offer("holder", [("", _("Nobody yet")), *_texts(people)])

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _texts(choices: Choices) -> list[tuple[str, str]]:
    return [(str(key), name) for key, name in choices]


class KeptForm(PageForm):
    words = _words(
        _("What shows that it was kept"),
        rows=2,
        help_text=_("Who called when, what was sent, a number."),
    )


class AgreeForm(PageForm):
    due_at = _due_at(_("The time you agreed on"))
    words = _words(
        _("How the customer agreed"),
        rows=2,
        help_text=_("In their words. It can be done once, and only before it is due."),
    )


class ReleaseForm(PageForm):
    words = _words(_("What the customer said"), rows=2)
