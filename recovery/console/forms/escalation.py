"""Forms that raise a case by hand and step it down."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now_said
from django.utils.translation import gettext_lazy as _

from recovery.escalation.states import HIGHEST, LowerReason, RaiseReason, Tier
from recovery.web.forms import PageForm


def _tiers(levels: range) -> list[tuple[int, str]]:
    return [(level, f"{level}: {_now_said(Tier(str(level)).word)}") for level in levels]


class LevelForm(PageForm):
    """Which tier, why, in a sentence; `version` is that of the case when the page was opened."""

    to_level = forms.TypedChoiceField(label=_("To which tier"), coerce=int)
    reason = forms.ChoiceField(label=_("Why"))
    words = forms.CharField(
        label=_("What is needed"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        help_text=_("Colleagues read it here. No names of customers."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def _offer(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field


class EscalateForm(LevelForm):
    def __init__(self, *args: Any, level: int, **kwargs: Any) -> None:
        super().__init__(*args, prefix="up", **kwargs)
        self._offer("to_level", _tiers(range(level + 1, HIGHEST + 1)))
        self._offer("reason", RaiseReason.choices())


class StepDownForm(LevelForm):
    def __init__(self, *args: Any, level: int, **kwargs: Any) -> None:
        super().__init__(*args, prefix="down", **kwargs)
        self._offer("to_level", list(reversed(_tiers(range(min(level, HIGHEST + 1))))))
        self._offer("reason", LowerReason.choices())
