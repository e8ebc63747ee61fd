"""Conditions of a rule or of a rung, one row each; never fewer rows than there are conditions."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from recovery.console.selectors.conditions import condition_from
from recovery.failures.policy import Fact
from recovery.kernel.conditions import Condition, Op
from recovery.kernel.refusals import Invalid
from recovery.web.forms import PageForm, attach

ROWS = 3  # to begin with
MOST_ROWS = 12
NAMES = ("fact", "op", "values")
OPS = (
    (Op.IS.value, _("is")),
    (Op.IS_NOT.value, _("is not")),
    (Op.AT_LEAST.value, _("is at least")),
    (Op.AT_MOST.value, _("is at most")),
)


def condition_fields(prefix: str = "", *, rows: int = ROWS) -> dict[str, forms.Field]:
    """The fields "<prefix>c0_fact", "<prefix>c0_op", "<prefix>c0_values" and so on."""
    found: dict[str, forms.Field] = {}
    for row in range(rows):
        number = {"number": row + 1}
        found[f"{prefix}c{row}_fact"] = forms.ChoiceField(
            label=_("Condition %(number)s: what") % number,
            choices=[("", _("No condition here")), *Fact.choices()],
            required=False,
        )
        found[f"{prefix}c{row}_op"] = forms.ChoiceField(
            label=_("Condition %(number)s: how") % number, choices=OPS, required=False
        )
        found[f"{prefix}c{row}_values"] = forms.CharField(
            label=_("Condition %(number)s: values") % number,
            max_length=400,
            required=False,
            help_text=_("Several apart by commas: any of them. Yes or no is 1 or 0."),
        )
    return found


def conditions_initial(
    when: Sequence[Condition], prefix: str = ""
) -> Iterator[tuple[str, object]]:
    """What these fields show of conditions there are."""
    for row, each in enumerate(when):
        yield f"{prefix}c{row}_fact", each.fact
        yield f"{prefix}c{row}_op", each.op.value
        yield f"{prefix}c{row}_values", ", ".join(map(str, each.values))


def condition_rows_of(form: forms.Form, prefix: str = "") -> list[list[BoundField]]:
    """The fields of each row, for the template."""
    rows = range(_rows_in(form, prefix))
    return [[form[f"{prefix}c{row}_{name}"] for name in NAMES] for row in rows]


def _rows_in(form: forms.Form, prefix: str) -> int:
    names = (f"{prefix}c{row}_fact" for row in range(MOST_ROWS))
    return sum(name in form.fields for name in names)


def read_conditions(form: forms.Form, prefix: str = "") -> tuple[Condition, ...]:
    """Read each row that is used; what cannot be read stands under its own field."""
    given, found = form.cleaned_data, []
    for row in range(_rows_in(form, prefix)):
        fact, typed = given.get(f"{prefix}c{row}_fact"), given.get(f"{prefix}c{row}_values", "")
        if not fact:
            continue
        op = given.get(f"{prefix}c{row}_op") or Op.IS.value
        try:
            found.append(condition_from(fact, op, typed, field=f"{prefix}c{row}_values"))
        except Invalid as refusal:
            attach(form, refusal)
    return tuple(found)


class ConditionsForm(PageForm):
    """Adds the rows of one rule; conditions() reads those that are used."""

    def __init__(self, *args: Any, when: Sequence[Condition] = (), **kwargs: Any) -> None:
        initial = (kwargs.pop("initial", None) or {}) | dict(conditions_initial(when))
        super().__init__(*args, initial=initial, **kwargs)
        sent = sum(f"c{row}_fact" in self.data for row in range(MOST_ROWS))
        rows = max(ROWS, sent, min(len(when) + 1, MOST_ROWS))
        self.fields.update(condition_fields(rows=rows))

    def condition_rows(self) -> Sequence[Sequence[BoundField]]:
        """The fields of each row, for the template."""
        return condition_rows_of(self)

    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of a valid form."""
        return self._read

    def clean(self) -> dict[str, Any]:
        """Read the conditions."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self._read = read_conditions(self)
        return given
