"""What was given and what is owed, over many cases, for the boards."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest, TruncMonth

from cases.models import CustomerCase, Remedy
from cases.selectors.files import visible_to
from cases.states import CaseState, LineKind, RemedyState
from recovery.failures.states import SEVERITIES
from recovery.org.models import Person
from recovery.org.selectors import organisation

MOST_CASES: Final = 50_000
_OWED: Final = (RemedyState.OFFERED, RemedyState.ACCEPTED, RemedyState.REFUSAL_ASKED)


@dataclass(frozen=True, slots=True)
class Gift:
    """What one customer got of our own accord for one failure; minor units, nothing is 0."""

    case_id: int
    mode_id: int
    mode: str
    grade: int
    segment: str
    channel: str
    department_id: int
    level: int
    amount_minor: int


def gifts(since: date, until: date, department_ids: Collection[int] | None) -> list[Gift]:
    """Goodwill of each case put right from `since` up to `until`, newest first; one query.

    Entitlements, expenses and care are left out: they follow rules, not judgement.
    """
    zone = ZoneInfo(organisation().zone)
    begin, end = (datetime.combine(day, time.min, zone) for day in (since, until))
    found = CustomerCase.objects.filter(
        remedied_at__gte=begin, remedied_at__lt=end, failure__mode__isnull=False, history=False
    ).exclude(item__state=CaseState.MERGED)
    if department_ids is not None:
        found = found.filter(item__department_id__in=department_ids)
    given = Q(remedies__line=LineKind.GOODWILL, remedies__state=RemedyState.DELIVERED)
    rows = found.annotate(
        grade=Greatest(*(f"failure__{name}" for name in SEVERITIES)),
        given=Coalesce(Sum("remedies__amount_minor", filter=given), 0),
    ).values_list(
        "pk", "failure__mode_id", "failure__mode__name", "grade",
        Coalesce("customer__segment", F("item__segment")), "failure__channel",
        "item__department_id", "item__level", "given",
    )  # fmt: skip
    return [Gift(*row) for row in rows.order_by("-remedied_at", "pk")[:MOST_CASES]]


def readable(person: Person, case_ids: Collection[int]) -> set[int]:
    """Those of the cases that `person` may read; one query."""
    return set(visible_to(person).filter(pk__in=case_ids).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Owed:
    """Rights of customers neither paid nor refused: written down in a month, at a department."""

    month: date
    department_id: int | None
    currency: str
    count: int
    amount_minor: int


def _rights() -> QuerySet[Remedy]:
    return Remedy.objects.filter(line=LineKind.ENTITLEMENT, state__in=_OWED)


def owed_by_month(department_ids: Collection[int] | None = None) -> list[Owed]:
    """What the law owes customers and is not yet paid, oldest month first; one query."""
    found = _rights()
    if department_ids is not None:
        found = found.filter(case__item__department_id__in=department_ids)
    zone = ZoneInfo(organisation().zone)
    rows = (
        found.annotate(month=TruncMonth("offered_at", tzinfo=zone))
        .values_list("month", "case__item__department_id", "currency")
        .annotate(count=Count("pk"), amount=Sum("amount_minor"))
        .order_by("month", "case__item__department_id", "currency")
    )
    return [Owed(month.date(), *rest) for month, *rest in rows]
