"""The form of a budget."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import AmountField
from cases.states import BudgetPeriod
from recovery.org.selectors import organisation
from recovery.web.forms import PageForm


class BudgetForm(PageForm):
    """What a department may give away in each month or quarter, and who answers for it."""

    department = forms.TypedChoiceField(label=_("Department"), coerce=int)
    period = forms.ChoiceField(
        label=_("In each"), choices=BudgetPeriod.choices(), initial=BudgetPeriod.QUARTER.value
    )
    amount = AmountField(label=_("How much"))
    owner = forms.TypedChoiceField(
        label=_("Who owns it"),
        coerce=int,
        help_text=_("Decides on what is above it, and is warned when it nears its end."),
    )
    warn_percent = forms.IntegerField(
        label=_("Warn from … percent on"), min_value=1, max_value=100, initial=80
    )
    from_next = forms.BooleanField(
        label=_("Only from the next month or quarter on"), required=False
    )

    def __init__(
        self,
        *args: Any,
        departments: Sequence[tuple[int, str]],
        people: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = departments  # type: ignore[attr-defined]  # a choice field
        self.fields["owner"].choices = [("", _("Choose")), *people]  # type: ignore[attr-defined]  # a choice field
        self.fields["amount"].label = _("How much, in %(currency)s") % {
            "currency": organisation().currency
        }
