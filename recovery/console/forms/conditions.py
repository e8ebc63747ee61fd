"""Up to three conditions of a rule, one row each; a mixin for the forms of rules."""

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

ROWS = 3
OPS = (
    (Op.IS.value, _("is")),
    (Op.IS_NOT.value, _("is not")),
    (Op.AT_LEAST.value, _("is at least")),
    (Op.AT_MOST.value, _("is at most")),
)


class ConditionsForm(PageForm):
    """Adds the rows c0 … c2 (fact, comparison, values); conditions() reads those that are used."""

    def __init__(self, *args: Any, when: Sequence[Condition] = (), **kwargs: Any) -> None:
        initial = kwargs.pop("initial", None) or {}
        for row, each in enumerate(when[:ROWS]):
            initial[f"c{row}_fact"] = each.fact
            initial[f"c{row}_op"] = each.op.value
            initial[f"c{row}_values"] = ", ".join(map(str, each.values))
        super().__init__(*args, initial=initial, **kwargs)
        for row in range(ROWS):
            number = {"number": row + 1}
            self.fields[f"c{row}_fact"] = forms.ChoiceField(
                label=_("Condition %(number)s: what") % number,
                choices=[("", _("No condition here")), *Fact.choices()],
                required=False,
            )
            self.fields[f"c{row}_op"] = forms.ChoiceField(
                label=_("Condition %(number)s: how") % number, choices=OPS, required=False
            )
            self.fields[f"c{row}_values"] = forms.CharField(
                label=_("Condition %(number)s: values") % number,
                max_length=400,
                required=False,
                help_text=_("Several apart by commas: any of them. Yes or no is 1 or 0."),
            )

    def condition_rows(self) -> Iterator[Sequence[BoundField]]:
        """The fields of each row, for the template."""
        for row in range(ROWS):
            yield [self[f"c{row}_{name}"] for name in ("fact", "op", "values")]

    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of a valid form."""
        return tuple(self._read)

    def clean(self) -> dict[str, Any]:
        """Read each row that is used; what cannot be read stands under its own field."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self._read = []
        for row in range(ROWS):
            fact, typed = given.get(f"c{row}_fact"), given.get(f"c{row}_values", "")
            if not fact:
                continue
            op = given.get(f"c{row}_op") or Op.IS.value
            try:
                read = condition_from(fact, op, typed, field=f"c{row}_values")
            except Invalid as refusal:
                attach(self, refusal)
            else:
                self._read.append(read)
        return given
