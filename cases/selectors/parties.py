"""Who is on a case beside its customer."""

from cases.models import Party
from cases.selectors.files import visible_to
from recovery.org.models import Person


def parties_of(case_id: int) -> list[Party]:
    """Those on a case now, in the order they came; one query. For who may see the customer."""
    return list(Party.objects.filter(case=case_id, ended_at=None).order_by("pk"))


def case_of_party(person: Person, party_id: int) -> int | None:
    """The case that somebody is on, if `person` may read it."""
    found = Party.objects.filter(pk=party_id, case__in=visible_to(person))
    return found.values_list("case_id", flat=True).first()
