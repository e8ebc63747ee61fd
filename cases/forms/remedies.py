"""What the customer is offered, given, owed or refused."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import AmountField, choices_of, evidence_field
from cases.services.holding import MOST_LINE
from cases.states import LineKind, RemedyKind
from recovery.org.selectors import organisation
from recovery.web.forms import PageForm


class _RemedyForm(PageForm):
    kind = forms.ChoiceField(label=_("What"), choices=choices_of(RemedyKind))
    amount = AmountField(label=_("Worth"), required=False)
    words = forms.CharField(
        label=_("In words the customer would use"),
        max_length=MOST_LINE,
        help_text=_("Such as “the taxi to the port, repaid”."),
    )

    field_order = ("line", "kind", "amount", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].label = _("Worth, in %(currency)s") % {
            "currency": organisation().currency
        }


class OfferForm(_RemedyForm):
    line = forms.ChoiceField(
        label=_("As"),
        choices=choices_of((LineKind.GOODWILL, LineKind.EXPENSE, LineKind.CARE)),
        initial=LineKind.GOODWILL.value,
    )


class GiveForm(OfferForm):
    evidence = evidence_field()
    completes = forms.BooleanField(label=_("That was all: it is put right now"), required=False)


class OweForm(_RemedyForm):
    """A right of the customer: recorded, not offered."""

    words = forms.CharField(
        label=_("Which right"),
        max_length=MOST_LINE,
        help_text=_("The law or rule it comes from. It is outside every limit."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = RemedyKind.PAYMENT.value


class DeliverForm(PageForm):
    evidence = evidence_field()
    completes = forms.BooleanField(
        label=_("That was all: it is put right now"), required=False, initial=True
    )


class PayForm(DeliverForm):
    """Paying a right, in money or, if the customer signed for it, otherwise."""

    instead = forms.ChoiceField(
        label=_("Paid"),
        required=False,
        choices=[
            ("", _("in money")),
            (RemedyKind.VOUCHER.value, _("as a voucher, signed for by the customer")),
            (RemedyKind.RE_PERFORMANCE.value, _("in kind, signed for by the customer")),
        ],
    )

    field_order = ("instead", "evidence", "completes")


class RefuseRightForm(PageForm):
    words = forms.CharField(
        label=_("The legal reason"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The customer will read it. A second person decides."),
    )
    evidence = evidence_field(_("The document that proves it"))
