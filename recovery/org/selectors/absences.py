"""Who is away, and when."""

from collections.abc import Collection
from datetime import datetime

from recovery.org.models import Absence, Person


def absences_of(person_ids: Collection[int], now: datetime) -> list[Absence]:
    """Absences that last or are to come, the soonest first; one query."""
    found = Absence.objects.filter(person_id__in=list(person_ids), withdrawn_at__isnull=True)
    found = found.filter(during__endswith__gt=now).select_related("person", "deputy")
    return list(found.order_by("during", "pk"))


def absent_at(at: datetime) -> list[Absence]:
    """Everybody who is away at that time; one query."""
    found = Absence.objects.filter(during__contains=at, withdrawn_at__isnull=True)
    return list(found.select_related("person", "deputy").order_by("pk"))


def is_away(person: Person, at: datetime) -> bool:
    """Whether somebody is away at that time; one query."""
    return Absence.objects.filter(
        person=person, during__contains=at, withdrawn_at__isnull=True
    ).exists()


def next_absence(person: Person, at: datetime) -> datetime | None:
    """When somebody is away next, `at` included: its beginning; one query."""
    found = absences_of([person.pk], at)
    return found[0].during.lower if found else None
