"""The survey a customer answers, and the guess of a colleague."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.services.letters import RATINGS
from cases.states import Solved
from recovery.web.forms import PageForm

LONGEST = 4_000
_AGREE = [(number, str(number)) for number in range(1, 6)]
# What is asked beside, each from 1 (not at all) to 5 (fully).
STATEMENTS = {
    "outcome": _("What I got was fair"),
    "fairness": _("The way it was handled was fair"),
    "treatment": _("I was treated with respect"),
    "information": _("I was told what I needed to know, honestly"),
    "ease": _("It was easy for me to have it put right"),
    "prevention": _("I believe that it will not happen again"),
}


def _number(value: Any) -> int | None:
    return int(value) if value else None


def _scale(label: Any, choices: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", _("No answer")), *choices],
        required=False,
        coerce=int,
        empty_value=None,
    )


class RateForm(PageForm):
    """The first click."""

    rating = forms.TypedChoiceField(
        label=_("How well did we put it right?"),
        choices=[(number, _(word)) for number, word in RATINGS],
        coerce=int,
        error_messages={"required": _("Choose one first.")},
    )


class SurveyForm(PageForm):
    """All the rest; nothing of it is required, but something."""

    solved = forms.ChoiceField(
        label=_("Is it solved for you?"),
        choices=[("", _("No answer")), *((each.value, _(each.word)) for each in Solved)],
        required=False,
    )
    words = forms.CharField(
        label=_("What should we know?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in STATEMENTS.items():
            self.fields[name] = _scale(label, _AGREE)
        numbers = [(number, str(number)) for number in range(11)]
        self.fields["recommend"] = _scale(
            _("Would you recommend us? 0 is never, 10 is surely"), numbers
        )

    def clean(self) -> dict[str, Any]:
        """Refuse what says nothing at all: the first press stands without it."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and all(value in {None, ""} for value in given.values()):
            raise forms.ValidationError(
                _("Answer one of these, or close the page: your first answer is kept."), "empty"
            )
        return given

    def answers(self) -> dict[str, Any]:
        """What the service is given."""
        given = self.cleaned_data
        return {
            "solved": given["solved"],
            "words": given["words"],
            "recommend": given["recommend"],
            "fives": {name: given[name] for name in STATEMENTS},
        }


class GuessForm(PageForm):
    rating = forms.TypedChoiceField(
        label=_("How will the customer say we put it right?"),
        choices=[(number, _(word)) for number, word in RATINGS],
        coerce=int,
        help_text=_(
            "Written before anybody knows. It shows how far we see ourselves as they do."
        ),
    )
