"""The customer panel of the failure page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import CustomerCase
from cases.presenters.model import CaseModel, model_of, name_of, persons
from cases.selectors import (
    Counts,
    counts_of,
    first_open,
    has_cases,
    may_see_customer,
    others_of,
)
from cases.states import CaseState
from recovery.failures.selectors import item_reference
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can

# More people than this have a page of their own; the failure's then names a few of them.
MANY, FEW = 20, 5


@dataclass(frozen=True, slots=True)
class OtherCase:
    """Another customer of the same failure, in one line."""

    url: str
    reference: str
    name: str
    state: str
    who: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What the failure page shows of its customers: counts, one case whole, the others in lines."""

    template: str
    people: str
    counts: Counts
    model: CaseModel | None
    others: Sequence[OtherCase]
    unlisted: int


def panel(viewer: Person, failure_id: int, now: datetime) -> Panel | None:
    """The customers of a failure for `viewer`; None when they may read none of its cases.

    Two queries without cases, about ten with them, however many there are.
    """
    counts = counts_of(viewer, failure_id)
    file = first_open(viewer, failure_id) if counts.cases else None
    if file is None:
        hidden = not can(viewer, Permission.CASE_READ) or has_cases(failure_id)
        return None if hidden else _empty(counts)
    shown = FEW if counts.cases > MANY else MANY
    alone = counts.cases == 1
    others = [] if alone else others_of(viewer, failure_id, but=file.case.pk, limit=shown)
    return Panel(
        template="cases/_panel.html",
        people=persons(counts.cases),
        counts=counts,
        model=model_of(file, viewer, now),
        others=[_other(each, viewer) for each in others],
        unlisted=counts.cases - 1 - len(others),
    )


def _empty(counts: Counts) -> Panel:
    return Panel("cases/_panel.html", persons(0), counts, None, (), 0)


def _other(case: CustomerCase, viewer: Person) -> OtherCase:
    item = case.item
    reference = item_reference("customer", case.pk)
    return OtherCase(
        url=reverse("cases:case", args=[reference]),
        reference=reference,
        name=name_of(case, sees=may_see_customer(viewer, item.department_id, item.owner_id)),
        state=_(CaseState(item.state).word),
        who=item.owner.name if item.owner else "",
    )
