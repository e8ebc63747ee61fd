"""Offerings of the catalogue in words, and as what stands in the form once one is chosen."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases.models import OfferingVersion
from cases.selectors.catalogue import Fitting
from recovery.org.selectors import organisation
from recovery.web.words import DIGITS, money


@dataclass(frozen=True, slots=True)
class OfferingRow:
    """One offering to choose: its name, what it is worth in words, the form filled in with it."""

    id: int
    name: str
    worth: str
    fits: bool
    initial: dict[str, Any]


def offering_rows(found: Iterable[Fitting]) -> list[OfferingRow]:
    """The offerings of a case, in their order."""
    return [
        OfferingRow(
            id=each.version.pk,
            name=_(each.version.offering.name),
            worth=worth_words(each.version),
            fits=each.fits,
            initial=_initial(each.version),
        )
        for each in found
    ]


def worth_words(version: OfferingVersion) -> str:
    """What an offering is worth: "€40.00 (€20.00 to €80.00)"; nothing for words and deeds."""
    if not version.most_minor:
        return ""
    usual, least, most = (
        money(amount, version.currency)
        for amount in (version.usual_minor, version.least_minor, version.most_minor)
    )
    if version.least_minor == version.most_minor:
        return usual
    return _("%(usual)s (%(least)s to %(most)s)") % {
        "usual": usual,
        "least": least,
        "most": most,
    }


def _initial(version: OfferingVersion) -> dict[str, Any]:
    return {
        "offering": version.pk,
        "line": version.line,
        "kind": version.kind,
        "amount": plain_amount(version.usual_minor),
        "words": _(version.words),
    }


def plain_amount(minor: int) -> str:
    """Minor units as people type them: "80.50"; nothing for nothing."""
    digits = DIGITS.get(organisation().currency, 2)
    return f"{minor / 10**digits:.{digits}f}" if minor else ""
