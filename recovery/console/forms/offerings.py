"""The form of an offering of the catalogue; it checks and keeps what was typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import AmountField, choices_of
from cases.policy.offerings import OfferingDraft
from cases.states import LineKind, RemedyKind
from recovery.console.forms.conditions import ConditionsForm
from recovery.org.selectors import organisation


class OfferingForm(ConditionsForm):
    """An offering; draft() is what it says. Only a new one has a name to give."""

    name = forms.CharField(label=_("What it is called"), max_length=120)
    line = forms.ChoiceField(
        label=_("As"), choices=choices_of((LineKind.GOODWILL, LineKind.EXPENSE, LineKind.CARE))
    )
    kind = forms.ChoiceField(label=_("What"), choices=choices_of(RemedyKind))
    least = AmountField(label=_("Worth at least"), required=False)
    usual = AmountField(label=_("Usually"), required=False)
    most = AmountField(label=_("At most"), required=False)
    words = forms.CharField(
        label=_("In words the customer would use"),
        max_length=240,
        help_text=_("They stand in the offer and can be changed there."),
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["name"]
        self.fields["usual"].label = _("Usually, in %(currency)s") % {
            "currency": organisation().currency
        }

    def draft(self) -> OfferingDraft:
        """The offering of a valid form."""
        given = self.cleaned_data
        return OfferingDraft(
            line=given["line"],
            kind=given["kind"],
            words=given["words"],
            least_minor=given["least"],
            usual_minor=given["usual"],
            most_minor=given["most"],
            when=self.conditions(),
        )
