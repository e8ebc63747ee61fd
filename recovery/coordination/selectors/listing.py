"""Failures and complaints as lists, narrowed by what a reader asks for. Newest first by key."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet

from recovery.failures.models import Failure, WorkItem
from recovery.failures.states import TrackKind
from recovery.org.selectors import departments


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed by; None and "" narrow nothing. A department includes its parts."""

    status: str = ""
    category_id: int | None = None
    department_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    priority: int | None = None
    words: str = ""


def find_failures(wanted: Wanted) -> QuerySet[Failure]:
    """Failures by when they were detected."""
    found = Failure.objects.filter(**_facts(wanted))
    if wanted.since:
        found = found.filter(detected_at__gte=wanted.since)
    if wanted.until:
        found = found.filter(detected_at__lt=wanted.until)
    if wanted.words:
        found = found.filter(searchdoc__tsv=_query(wanted.words))
    return found


def find_complaints(wanted: Wanted) -> QuerySet[WorkItem]:
    """Customer cases with a complaint, by when it was received."""
    found = WorkItem.objects.filter(
        kind=TrackKind.CUSTOMER, case__complained=True, **_facts(wanted, "failure__")
    )
    if wanted.since:
        found = found.filter(opened_at__gte=wanted.since)
    if wanted.until:
        found = found.filter(opened_at__lt=wanted.until)
    if wanted.words:
        found = found.filter(failure__searchdoc__tsv=_query(wanted.words))
    return found


def _query(words: str) -> SearchQuery:
    return SearchQuery(words, config="simple", search_type="websearch")


def _facts(wanted: Wanted, to_failure: str = "") -> dict[str, object]:
    facts: dict[str, object] = {
        "status": wanted.status,
        "category_id": wanted.category_id,
        "priority": wanted.priority,
    }
    if wanted.department_id:
        card = departments().get(wanted.department_id)
        facts["owning_department_id__in"] = card.below if card else {wanted.department_id}
    return {f"{to_failure}{name}": value for name, value in facts.items() if value}
