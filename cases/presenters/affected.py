"""The people of one failure as lines of a list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import CustomerCase
from cases.presenters.model import name_of
from cases.selectors import AffectedCounts, may_see_customer
from cases.states import CaseState
from recovery.failures.selectors import item_reference
from recovery.org.models import Person


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow the list, with how many it shows."""

    code: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One affected person: `may_tick` when an outreach may still reach them."""

    id: int
    url: str
    reference: str
    name: str
    state: str
    told_at: datetime | None
    address: str
    has_address: bool
    owner: str
    may_tick: bool


def filters_of(counts: AffectedCounts, wanted: str) -> list[Filter]:
    """The ways to narrow the list; all when `wanted` is none of them."""
    known = (
        ("all", _("All"), counts.all),
        ("not-told", _("Not told yet"), counts.not_told),
        ("told", _("Told"), counts.told),
        ("no-address", _("No address"), counts.no_address),
    )
    current = wanted if wanted in {code for code, _label, _count in known} else "all"
    return [Filter(code, label, count, code == current) for code, label, count in known]


def person_rows(cases: Iterable[CustomerCase], viewer: Person) -> Sequence[PersonRow]:
    """Each person, by name and address only where `viewer` may read customers."""
    return [_row(each, viewer) for each in cases]


def _row(case: CustomerCase, viewer: Person) -> PersonRow:
    item = case.item
    sees = may_see_customer(viewer, item.department_id, item.owner_id)
    reference = item_reference("customer", case.pk)
    email = case.customer.email if case.customer else ""
    phone = case.customer.phone if case.customer else ""
    return PersonRow(
        id=case.pk,
        url=reverse("cases:case", args=[reference]),
        reference=reference,
        name=name_of(case, sees=sees),
        state=_(CaseState(item.state).word),
        told_at=case.acknowledged_at,
        address=(email or phone) if sees else "",
        has_address=bool(email),
        owner=item.owner.name if item.owner else "",
        may_tick=item.state == CaseState.DETECTED and not case.complained,
    )
