"""The form of a rule: what sets it off, when it applies, what it does."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from recovery.console.forms.conditions import ConditionsForm
from recovery.escalation.policy.rule_drafts import RuleDraft
from recovery.escalation.policy.triggers import RuleCard
from recovery.escalation.states import HIGHEST, TaskKind, Tells, Trigger
from recovery.web.forms import PageForm

# Code, minutes of one, whether they are working time.
UNITS: Final = {
    "minutes": (1, False),
    "hours": (60, False),
    "days": (24 * 60, False),
    "working_hours": (60, True),
    "working_days": (8 * 60, True),
}
UNIT_WORDS = (
    ("minutes", _("minutes")),
    ("hours", _("hours")),
    ("days", _("days")),
    ("working_hours", _("working hours")),
    ("working_days", _("working days")),
)
_NOBODY = [("", _("Nobody"))]
_NO_TASK = [("", _("No task"))]


class RuleTrialForm(PageForm):
    case = forms.CharField(
        label=_("Try it on a case"),
        max_length=14,
        widget=forms.TextInput(attrs={"placeholder": "C-7K3Q9X"}),
        help_text=_("Past or present. Nothing is sent."),
    )


class RuleForm(ConditionsForm):
    """A rule; draft() is what it says. `card` fills it with a version there is."""

    name = forms.CharField(label=_("What it is called"), max_length=120)
    trigger = forms.ChoiceField(label=_("When"), choices=Trigger.choices())
    wait_amount = forms.IntegerField(label=_("How long after"), min_value=0, initial=0)
    wait_unit = forms.ChoiceField(label=_("Counted in"), choices=UNIT_WORDS, initial="days")
    tells = forms.ChoiceField(
        label=_("Tells"), choices=[*_NOBODY, *Tells.choices()], required=False
    )
    level = forms.ChoiceField(
        label=_("Raises to tier"),
        choices=[(0, _("does not raise")), *((each, each) for each in range(1, HIGHEST + 1))],
    )
    assigns = forms.BooleanField(
        label=_("Gives the case to one of them"),
        required=False,
        help_text=_("To whoever of them holds the fewest open cases."),
    )
    task_kind = forms.ChoiceField(
        label=_("Opens a task"), choices=[*_NO_TASK, *TaskKind.choices()], required=False
    )
    task_words = forms.CharField(label=_("What is to be done"), max_length=240, required=False)
    task_days = forms.IntegerField(label=_("Within working days"), min_value=0, required=False)
    every = forms.IntegerField(label=_("Again every … minutes"), min_value=0, required=False)
    most = forms.IntegerField(label=_("Times at most"), min_value=0, required=False)
    since = forms.DateTimeField(
        label=_("From when"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty is from now. What waits already keeps what it began with."),
    )
    case = forms.CharField(
        label=_("Try it on a case first"),
        max_length=14,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "C-7K3Q9X"}),
        help_text=_("Past or present. Nothing is saved or sent."),
    )

    def __init__(self, *args: Any, card: RuleCard | None = None, **kwargs: Any) -> None:
        super().__init__(
            *args,
            when=card.when if card else (),
            initial=_initial(card) if card else {},
            **kwargs,
        )
        if card:
            del self.fields["name"]

    def draft(self) -> RuleDraft:
        """The rule of a valid form."""
        given = self.cleaned_data
        minutes, in_hours = UNITS[given["wait_unit"]]
        return RuleDraft(
            trigger=Trigger(given["trigger"]),
            wait_minutes=given["wait_amount"] * minutes,
            in_hours=in_hours,
            when=self.conditions(),
            every=given["every"] or None,
            most=given["most"] or None,
            tells=given["tells"],
            level=int(given["level"]),
            assigns=given["assigns"],
            task_kind=given["task_kind"],
            task_words=given["task_words"],
            task_days=given["task_days"],
        )

    @property
    def begins(self) -> datetime | None:
        """From when it holds; None is now."""
        found: datetime | None = self.cleaned_data["since"]
        return found


def _initial(card: RuleCard) -> dict[str, Any]:
    amount, unit = _in_units(int(card.wait.total_seconds() // 60), in_hours=card.in_hours)
    repeats = card.most > 1
    return {
        "trigger": card.trigger.value,
        "wait_amount": amount,
        "wait_unit": unit,
        "tells": card.tells,
        "level": card.level,
        "assigns": card.assigns,
        "task_kind": card.task_kind,
        "task_words": card.task_words,
        "task_days": card.task_days or None,
        "every": int(card.every.total_seconds() // 60) if repeats else None,
        "most": card.most if repeats else None,
    }


def _in_units(minutes: int, *, in_hours: bool) -> tuple[int, str]:
    """The largest unit in which it comes out even."""
    fitting = [
        (minutes // size, unit)
        for unit, (size, working) in UNITS.items()
        if working is in_hours and minutes % size == 0
    ]
    return fitting[-1] if fitting else (minutes // 60, "working_hours")
