"""The form of a ladder: up to six rungs, one row each, and from when it holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from recovery.console.forms.conditions import (
    condition_fields,
    condition_rows_of,
    conditions_initial,
    read_conditions,
)
from recovery.escalation.policy import RungCard, RungDraft
from recovery.escalation.policy.drafts import MOST_RUNGS
from recovery.escalation.states import HIGHEST, TaskKind, Tells
from recovery.kernel.conditions import Condition
from recovery.web.forms import PageForm, speak_plainly

PERCENT, BEFORE, AFTER = "percent", "before", "after"
ANCHORS = (
    ("", _("No rung here")),
    (PERCENT, _("Percent of its time used")),
    (BEFORE, _("Minutes before it is due")),
    (AFTER, _("Minutes after it is due")),
)
NAMES = ("anchor", "amount", "real", "tells", "level", "hours", "every", "most")
MORE = ("assigns", "task_kind", "task_days", "task_words")


@dataclass(frozen=True, slots=True)
class FormRow:
    """The fields of one rung, and its number for people; conditions and deeds in a drawer."""

    number: int
    fields: Sequence[BoundField]
    is_used: bool
    conditions: Sequence[Sequence[BoundField]]
    more: Sequence[BoundField]
    has_more: bool


class TrialForm(PageForm):
    """Which case to try a ladder on."""

    case = forms.CharField(
        label=_("Try it on a case"),
        max_length=14,
        widget=forms.TextInput(attrs={"placeholder": "C-7K3Q9X"}),
        help_text=_("Past or present. Nothing is sent."),
    )


class LadderForm(PageForm):
    """Six rows of rungs; drafts() reads those that are used."""

    since = forms.DateTimeField(
        label=_("From when"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty is from now. Clocks that run already keep the ladder they have."),
    )
    case = forms.CharField(
        label=_("Try it on a case first"),
        max_length=14,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "C-7K3Q9X"}),
        help_text=_("Past or present. Nothing is saved or sent."),
    )

    def __init__(self, *args: Any, rungs: Sequence[RungCard] = (), **kwargs: Any) -> None:
        initial = {
            name: value for row, rung in enumerate(rungs) for name, value in _row(row, rung)
        }
        super().__init__(*args, initial=initial, **kwargs)
        for row in range(MOST_RUNGS):
            prefix = f"r{row}_"
            for name, field in (_fields(prefix) | condition_fields(prefix)).items():
                speak_plainly(field)
                # The summary of errors leads to a field: it must say of which rung.
                field.label = _("%(label)s, rung %(number)s") % {
                    "label": field.label,
                    "number": row + 1,
                }
                self.fields[name] = field

    def rows(self) -> Iterator[FormRow]:
        """The rows in order, for the template."""
        for row in range(MOST_RUNGS):
            fields = [self[f"r{row}_{name}"] for name in NAMES]
            more = [self[f"r{row}_{name}"] for name in MORE]
            conditions = condition_rows_of(self, f"r{row}_")
            typed = [*more, *(field for each in conditions for field in (each[0], each[-1]))]
            yield FormRow(
                row + 1,
                fields,
                is_used=row == 0 or bool(fields[0].value()),
                conditions=conditions,
                more=more,
                has_more=any(field.value() for field in typed),
            )

    def drafts(self) -> list[RungDraft]:
        """The rungs of a valid form."""
        return [
            self._draft(row) for row in range(MOST_RUNGS) if self.cleaned_data[f"r{row}_anchor"]
        ]

    def _draft(self, row: int) -> RungDraft:
        given = {name: self.cleaned_data[f"r{row}_{name}"] for name in (*NAMES, *MORE)}
        amount = given["amount"]
        minutes = {BEFORE: -amount, AFTER: amount}.get(given["anchor"])
        return RungDraft(
            row, given["tells"], minutes=minutes, level=int(given["level"]),
            percent=amount if given["anchor"] == PERCENT else None,
            in_real_time=given["real"], in_hours=given["hours"], every=given["every"],
            most=given["most"], when=self._when[row], assigns=given["assigns"],
            task_kind=given["task_kind"], task_words=given["task_words"],
            task_days=given["task_days"],
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for the amount of each rung that is used, and read its conditions."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self._when: dict[int, tuple[Condition, ...]] = {}
        for row in range(MOST_RUNGS):
            if given.get(f"r{row}_anchor"):
                self._when[row] = read_conditions(self, f"r{row}_")
            name = f"r{row}_amount"
            if given.get(f"r{row}_anchor") and name not in self.errors and given[name] is None:
                self.add_error(name, forms.ValidationError(_("Fill this in.")))
        return given

    @property
    def begins(self) -> datetime | None:
        """From when the ladder holds; None is now."""
        found: datetime | None = self.cleaned_data["since"]
        return found


def _fields(prefix: str) -> dict[str, forms.Field]:
    found = {
        "anchor": forms.ChoiceField(label=_("When"), choices=ANCHORS, required=False),
        "amount": forms.IntegerField(label=_("How many"), min_value=0, required=False),
        "real": forms.BooleanField(label=_("Minutes by the wall clock"), required=False),
        "tells": forms.ChoiceField(label=_("Tells"), choices=Tells.choices()),
        "level": forms.ChoiceField(
            label=_("Tier"), choices=[(each, str(each)) for each in range(HIGHEST + 1)]
        ),
        "hours": forms.BooleanField(label=_("Only in working hours"), required=False),
        "every": forms.IntegerField(
            label=_("Again every … minutes"), min_value=0, required=False
        ),
        "most": forms.IntegerField(label=_("Times at most"), min_value=0, required=False),
        "assigns": forms.BooleanField(
            label=_("Gives the case to one of them"),
            required=False,
            help_text=_("To whoever of them holds the fewest open cases."),
        ),
        "task_kind": forms.ChoiceField(
            label=_("Opens a task"),
            choices=[("", _("No task")), *TaskKind.choices()],
            required=False,
        ),
        "task_words": forms.CharField(
            label=_("What is to be done"), max_length=240, required=False
        ),
        "task_days": forms.IntegerField(
            label=_("Within working days"), min_value=0, required=False
        ),
    }
    return {f"{prefix}{name}": field for name, field in found.items()}


def _row(row: int, rung: RungCard) -> Iterator[tuple[str, object]]:
    by_percent = rung.percent is not None
    repeats = rung.most > 1
    values = {
        "anchor": PERCENT if by_percent else BEFORE if rung.minutes < 0 else AFTER,
        "amount": rung.percent if by_percent else abs(rung.minutes),
        "real": rung.in_real_time,
        "tells": rung.tells,
        "level": rung.level,
        "hours": rung.in_hours,
        "every": rung.every if repeats else None,
        "most": rung.most if repeats else None,
        "assigns": rung.assigns,
        "task_kind": rung.task_kind,
        "task_words": rung.task_words,
        "task_days": rung.task_days or None,
    }
    yield from conditions_initial(rung.when, f"r{row}_")
    for name, value in values.items():
        yield f"r{row}_{name}", value
