"""Forms of the case page: they check and keep what was typed; the services do the rest."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cases.policy import MOST_MINOR
from cases.services.holding import MOST_LINE, MOST_WORDS
from cases.states import ContactDirection, LineKind, RemedyKind, RemedyWish
from recovery.failures.states import Channel
from recovery.org.selectors import organisation
from recovery.web.forms import PageForm
from recovery.web.words import DIGITS

LONGEST_AMOUNT: Final = 20
# Plain digits or whole groups of three between marks, then at most one mark with what is less
# than a whole unit; marks of groups and of the rest differ.
_AMOUNT: Final = re.compile(
    r"(?P<whole>-?\d+|-?\d{1,3}(?:(?:,\d{3})+(?=\.|$)|(?:\.\d{3})+(?=,|$)))"
    r"(?:[.,](?P<cents>\d+))?",
    re.ASCII,
)


class AmountField(forms.Field):
    """Money as people type it ("80", "80.50", "1.250,00"), cleaned to minor units."""

    widget = forms.TextInput(
        attrs={
            "inputmode": "decimal",
            "autocomplete": "off",
            "class": "num",
            "maxlength": LONGEST_AMOUNT,
        }
    )

    def to_python(self, value: Any) -> int:
        """Return minor units; nothing typed is nothing. Raises ValidationError."""
        typed = str(value or "").strip()
        try:
            minor = minor_of(typed, DIGITS.get(organisation().currency, 2)) if typed else 0
        except InvalidOperation as error:
            raise ValidationError(
                _("Write an amount such as 80 or 80.50."), "amount"
            ) from error
        if not 0 <= minor <= MOST_MINOR:
            raise ValidationError(
                _("Give an amount from nothing to one million."), "amount_out_of_range"
            )
        return minor


def minor_of(typed: str, digits: int) -> int:
    """Read an amount with comma or point; "1.250" could be either and is refused.

    Raises InvalidOperation for what is no amount.
    """
    plain = typed.replace(" ", "").replace("'", "")
    found = _AMOUNT.fullmatch(plain)
    if len(typed) > LONGEST_AMOUNT or not found:
        raise InvalidOperation
    cents = found["cents"] or ""
    if len(cents) > digits:
        raise InvalidOperation
    whole = found["whole"].replace(",", "").replace(".", "")
    return int(Decimal(f"{whole}.{cents or 0}").scaleb(digits))


def _words(
    label: Any, *, required: bool = True, rows: int = 3, **options: Any
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


def _channel() -> forms.ChoiceField:
    known = [(each.value, _(each.word)) for each in Channel if each != Channel.API]
    return forms.ChoiceField(label=_("By"), choices=known, initial=Channel.PHONE.value)


def _evidence(label: Any = None) -> forms.CharField:
    return forms.CharField(
        label=label or _("What proves it"),
        max_length=MOST_LINE,
        help_text=_("A bank reference, a voucher number, who handed it over."),
    )


def _choices(kinds: Any) -> list[tuple[str, Any]]:
    return [(each.value, capfirst(_(each.word))) for each in kinds]


class PressForm(PageForm):
    """Nothing to fill in: the button says it all."""


class AcknowledgeForm(PageForm):
    words = _words(
        _("What you tell the customer"),
        rows=4,
        help_text=_("That you know, what happens next, by when, and who answers for it."),
    )
    channel = _channel()


class AssessForm(PageForm):
    at_risk = forms.BooleanField(label=_("Somebody is at risk right now"), required=False)
    words = _words(
        _("What it did to the customer"),
        required=False,
        help_text=_("For colleagues. Time, money, trust, health; what was missed."),
    )


class AskForm(PageForm):
    words = _words(_("What you ask the customer"))
    channel = _channel()


class SaidForm(PageForm):
    words = _words(
        _("What the customer says"), help_text=_("Their own words, as they said or wrote them.")
    )
    channel = _channel()


class AnswerForm(PageForm):
    words = _words(_("What the customer says (optional)"), required=False, rows=2)
    channel = _channel()


class ReasonForm(PageForm):
    words = _words(_("Why"), rows=2)


class ShortReasonForm(PageForm):
    words = forms.CharField(label=_("Why"), max_length=MOST_LINE)


class NewFactsForm(PageForm):
    words = _words(_("What is new"))


class _RemedyForm(PageForm):
    kind = forms.ChoiceField(label=_("What"), choices=_choices(RemedyKind))
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
        choices=_choices((LineKind.GOODWILL, LineKind.EXPENSE, LineKind.CARE)),
        initial=LineKind.GOODWILL.value,
    )


class GiveForm(OfferForm):
    evidence = _evidence()
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
    evidence = _evidence()
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
    evidence = _evidence(_("The document that proves it"))


class FinalForm(PageForm):
    words = _words(_("The reasons, as the customer reads them"), rows=5)
    outside_body = forms.CharField(
        label=_("Where the customer may turn, and by when"), max_length=160
    )
    channel = _channel()


class BodyForm(PageForm):
    outside_body = forms.CharField(label=_("Which body"), max_length=160)


class ProofForm(PageForm):
    evidence = _evidence(_("What proves that it was carried out"))


class FoundForm(PageForm):
    words = _words(_("What the body found"))


class ComplaintForm(PageForm):
    words = _words(_("What the customer says"), rows=4)
    channel = _channel()
    received_at = forms.DateTimeField(
        label=_("Received (if not just now)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    wish = forms.ChoiceField(
        label=_("What they ask for"),
        required=False,
        choices=[("", _("Not said")), *_choices(RemedyWish)],
    )
    wished_outcome = _words(_("In their words"), required=False, rows=2)

    def clean_received_at(self) -> Any:
        """Refuse a time to come where it was typed."""
        at = self.cleaned_data["received_at"]
        if at and at > timezone.now():
            raise ValidationError(_("It cannot have been received later than now."), "to_come")
        return at


class ContactForm(PageForm):
    direction = forms.ChoiceField(
        label=_("Which way"),
        choices=_choices(ContactDirection),
        initial=ContactDirection.OUTGOING.value,
    )
    channel = _channel()
    words = _words(_("What was said"), required=False)
    missed = forms.BooleanField(
        label=_("It did not reach them"),
        required=False,
        help_text=_("Nobody picked up, or it came back. Counts as a try."),
    )
