"""Forms of the process pages: they check and keep what was typed; the services do the rest."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from processes.policy.proof import LONGEST_DAYS, LOOKS, MOST_EVENTS, SUGGESTED_LOOKS, Draft
from processes.states import ActionKind, ActionStrength, CauseKind
from recovery.web.forms import PageForm

LINE: Final = 240
STATEMENT: Final = 20_000


def _line(label: Any, *, required: bool = True, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=LINE, **options)


def _day(label: Any, *, required: bool = True, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        **options,
    )


def _words(label: Any, *, rows: int = 4, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=STATEMENT,
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


class PressForm(PageForm):
    """Nothing to fill in."""


class OpenForm(PageForm):
    statement = _words(
        _("What is the problem?"),
        help_text=_("What fails, where, since when, how often. No cause and no person yet."),
    )
    title = forms.CharField(label=_("In one line (optional)"), required=False, max_length=160)


class PoolForm(PageForm):
    reason = _line(_("Why can it wait?"))
    review_at = _day(
        _("Look again on (optional)"),
        required=False,
        help_text=_("Ninety days from now, if you leave it empty."),
    )


class ContainForm(PageForm):
    words = _line(
        _("What stops the spread?"),
        required=False,
        help_text=_("Leave it empty if a containment action is marked done already."),
    )
    evidence = _line(_("How do you know that it is done?"), required=False)


class CauseForm(PageForm):
    kind = forms.TypedChoiceField(
        label=_("Which why?"),
        choices=CauseKind.choices(),
        coerce=CauseKind,
        widget=forms.RadioSelect,
        initial=CauseKind.OCCURRENCE.value,
    )
    words = _line(_("Because …"), help_text=_("One step back from the why before it."))
    evidence = _line(_("How do you know?"), help_text=_("A record, a count, a test, a visit."))
    made_easy_by = _line(_("If a person slipped: what made it easy to do?"), required=False)


class ActionForm(PageForm):
    kind = forms.TypedChoiceField(
        label=_("What does it do?"),
        choices=ActionKind.choices(),
        coerce=ActionKind,
        initial=ActionKind.CORRECTIVE.value,
    )
    words = _line(_("What is to be done?"))
    strength = forms.TypedChoiceField(
        label=_("How strong is it?"),
        choices=ActionStrength.choices(),
        coerce=ActionStrength,
        initial=ActionStrength.INTERMEDIATE.value,
    )
    justification = _line(_("If weak: why is nothing stronger possible?"), required=False)
    owner_id = forms.TypedChoiceField(
        label=_("Who sees to it?"), required=False, coerce=int, empty_value=None
    )
    due_on = _day(_("By when?"))

    def __init__(
        self, *args: Any, people: "list[tuple[int, str]] | None" = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner_id"]
        if isinstance(owner, forms.ChoiceField):
            owner.choices = [("", _("I do")), *(people or [])]


class DoneForm(PageForm):
    evidence = _line(_("How do you know that it is done?"))


class PlanForm(PageForm):
    metric = _line(
        _("What is counted?"),
        help_text=_("So that anybody would count the same."),
    )
    baseline_count = forms.IntegerField(
        label=_("How many before?"), min_value=1, max_value=MOST_EVENTS
    )
    baseline_days = forms.IntegerField(
        label=_("In how many days?"), min_value=1, max_value=LONGEST_DAYS
    )
    left_out = _line(
        _("Which spike is left out?"),
        required=False,
        help_text=_("The days that set this off would flatter any fix."),
    )
    target_ratio = forms.IntegerField(
        label=_("Target: at most how many per cent of the old rate?"),
        min_value=1,
        max_value=99,
        initial=60,
    )
    look_days = forms.CharField(
        label=_("Look after how many days? Three times"),
        max_length=40,
        initial=", ".join(str(each) for each in SUGGESTED_LOOKS),
        help_text=_("Fixed now: looking again until it fits finds luck."),
    )
    reopen_limit = forms.IntegerField(
        label=_("How many recurrences may come after the end before it reopens?"),
        min_value=0,
        max_value=100,
        initial=2,
        help_text=_("0: should never happen again."),
    )
    reopen_days = forms.IntegerField(
        label=_("Within how many days?"), min_value=1, max_value=365, initial=90
    )

    def clean_target_ratio(self) -> float:
        """Per cent as people say it, a share as sums need it."""
        return float(self.cleaned_data["target_ratio"]) / 100

    def clean_look_days(self) -> tuple[int, ...]:
        """Three whole numbers with anything between them."""
        parts = self.cleaned_data["look_days"].replace(",", " ").replace(";", " ").split()
        if len(parts) != LOOKS or not all(part.isdecimal() for part in parts):
            raise ValidationError(
                _("Give three whole numbers of days, such as 120, 240, 360."), "look_days"
            )
        return tuple(int(part) for part in parts)

    @property
    def draft(self) -> Draft:
        """The numbers of the plan, once the form is valid."""
        given = self.cleaned_data
        return Draft(
            baseline_count=given["baseline_count"],
            baseline_days=given["baseline_days"],
            target_ratio=given["target_ratio"],
            look_days=given["look_days"],
            reopen_limit=given["reopen_limit"],
        )


class ImplementForm(PageForm):
    changed_at = _day(
        _("In place since (optional)"),
        required=False,
        help_text=_("Now, if you leave it empty. The watch counts from then."),
    )


class LookForm(PageForm):
    days = forms.IntegerField(
        label=_("Days the service really ran since the change (optional)"),
        required=False,
        min_value=1,
        max_value=LONGEST_DAYS,
        help_text=_("All days, if you leave it empty."),
    )


class RiskForm(PageForm):
    words = _words(
        _("Which risk remains, and why is it acceptable?"),
        help_text=_("It stands here with your name and today’s date."),
    )


class ReasonForm(PageForm):
    reason = _line(_("Why?"), required=False)


class ReferenceForm(PageForm):
    failure = forms.CharField(
        label=_("Reference of the failure"), max_length=20, help_text=_("Such as F-7K3Q9X.")
    )
    reason = _line(_("Why the same cause? (optional)"), required=False)


class ChooseCaseForm(PageForm):
    process_id = forms.TypedChoiceField(label=_("Which case?"), coerce=int)
    reason = _line(_("Why the same cause? (optional)"), required=False)

    def __init__(
        self, *args: Any, cases: "list[tuple[int, str]] | None" = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["process_id"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [("", _("Choose one")), *(cases or [])]
