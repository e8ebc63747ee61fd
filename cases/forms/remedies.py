"""What the customer is offered, given, owed or refused."""

from collections.abc import Sequence
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import AmountField, choices_of, evidence_field, looked_field
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


class Choice(Protocol):
    """An offering of the catalogue that may be chosen; one that fits the case comes first."""

    @property
    def id(self) -> int:
        """Its version."""

    @property
    def fits(self) -> bool:
        """Whether its conditions hold of the case."""


class OfferForm(_RemedyForm):
    """An offer of the catalogue, chosen beforehand, or of one's own; `rows` are the catalogue's."""

    offering = forms.IntegerField(required=False, widget=forms.HiddenInput)
    line = forms.ChoiceField(
        label=_("As"),
        choices=choices_of((LineKind.GOODWILL, LineKind.EXPENSE, LineKind.CARE)),
        initial=LineKind.GOODWILL.value,
    )

    def __init__(self, *args: Any, rows: Sequence[Choice] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fitting = [each for each in rows if each.fits]
        self.others = [each for each in rows if not each.fits]
        given = self["offering"].value()
        self.chosen = next((each for each in rows if str(each.id) == str(given)), None)


class GiveForm(OfferForm):
    evidence = evidence_field()
    looked = looked_field()
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
    looked = looked_field()
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

    field_order = ("instead", "evidence", "looked", "completes")


class CameBackForm(PageForm):
    """What was given came back: why, and what proves it."""

    words = forms.CharField(label=_("Why"), max_length=MOST_LINE)
    evidence = forms.CharField(
        label=_("What proves that it came back"),
        max_length=MOST_LINE,
        help_text=_("The bank’s message, the returned voucher, who took it."),
    )


class RefuseRightForm(PageForm):
    words = forms.CharField(
        label=_("The legal reason"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The customer will read it. A second person decides."),
    )
    evidence = evidence_field(_("The document that proves it"))
