"""Fields that the forms of a case share: money as people type it, words, ways, evidence."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cases.policy import MOST_MINOR
from cases.services.holding import MOST_LINE, MOST_WORDS
from recovery.failures.states import Channel
from recovery.org.selectors import organisation
from recovery.web.words import DIGITS, SIGNS

LONGEST_AMOUNT: Final = 20
# Plain digits or whole groups of three between marks, then at most one mark with what is less
# than a whole unit; marks of groups and of the rest differ.
_AMOUNT: Final = re.compile(
    r"(?P<whole>-?\d+|-?\d{1,3}(?:(?:,\d{3})+(?=\.|$)|(?:\.\d{3})+(?=,|$)))"
    r"(?:[.,](?P<cents>\d+))?",
    re.ASCII,
)


_CURRENCY: Final = re.compile(r"[$£€¥]|\b[A-Za-z]{3}\b")
_SIGNS: Final = {sign: code for code, sign in SIGNS.items()}


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
        typed = _without_currency(str(value or "").strip())
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


def _without_currency(typed: str) -> str:
    """Leave our own currency out ("€80", "80 EUR"). Raises ValidationError for another one."""
    ours = organisation().currency
    found = _CURRENCY.search(typed)
    if found is None:
        return typed
    named = _SIGNS.get(found[0], found[0].upper())
    if named != ours:
        raise ValidationError(
            _("Amounts are in %(currency)s here. Convert it first."),
            "wrong_currency",
            {"currency": ours},
        )
    return typed.replace(found[0], "", 1).strip()


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


def words_field(
    label: Any, *, required: bool = True, rows: int = 3, **options: Any
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


def channel_field() -> forms.ChoiceField:
    known = [(each.value, _(each.word)) for each in Channel if each != Channel.API]
    return forms.ChoiceField(label=_("By"), choices=known, initial=Channel.PHONE.value)


def evidence_field(label: Any = None) -> forms.CharField:
    return forms.CharField(
        label=label or _("What proves it"),
        max_length=MOST_LINE,
        help_text=_("A bank reference, a voucher number, who handed it over."),
    )


def choices_of(kinds: Any) -> list[tuple[str, Any]]:
    return [(each.value, capfirst(_(each.word))) for each in kinds]


def looked_field() -> forms.BooleanField:
    """Shown only once a payment looks like one there is."""
    return forms.BooleanField(
        label=_("I have looked at both: it is another payment"), required=False
    )
