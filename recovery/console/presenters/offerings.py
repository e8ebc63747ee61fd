"""Offerings of the catalogue in words, for those who set up the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.presenters.offerings import worth_words
from cases.states import LineKind, RemedyKind
from recovery.console.presenters.conditions import conditions_words
from recovery.kernel.conditions import read
from recovery.org.selectors import organisation

if TYPE_CHECKING:
    from cases.models import OfferingVersion


@dataclass(frozen=True, slots=True)
class OfferingVersionRow:
    """A version in words; `since` None: shipped. `abroad`: its amounts are not in our currency."""

    number: int
    what: str
    worth: str
    words: str
    when: str
    since: datetime | None
    until: datetime | None
    made_by: str
    is_now: bool
    abroad: bool


@dataclass(frozen=True, slots=True)
class OfferingListRow:
    """An offering of the list with its newest version."""

    id: int
    name: str
    version: OfferingVersionRow
    versions: int


def version_row(version: "OfferingVersion", now: datetime) -> OfferingVersionRow:
    """A version read with its offering and author."""
    span = version.effective
    what = f"{_(RemedyKind(version.kind).word)}, {_(LineKind(version.line).word)}"
    return OfferingVersionRow(
        number=version.number,
        what=capfirst(what),
        worth=worth_words(version),
        words=_(version.words),
        when=conditions_words(read(version.conditions)),
        since=span.lower if version.made_at else None,
        until=span.upper,
        made_by=version.made_by.name if version.made_by else "",
        is_now=span.lower <= now and (span.upper is None or now < span.upper),
        abroad=bool(version.most_minor) and version.currency != organisation().currency,
    )


def list_rows(
    found: "Mapping[int, Sequence[OfferingVersion]]", now: datetime
) -> list[OfferingListRow]:
    """One row for each offering, those in the catalogue first."""
    rows = [
        OfferingListRow(
            key, _(versions[0].offering.name), version_row(versions[0], now), len(versions)
        )
        for key, versions in found.items()
    ]
    return sorted(rows, key=lambda row: not row.version.is_now)
