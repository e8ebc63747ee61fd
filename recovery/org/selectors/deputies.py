"""Who decides while somebody is away: the deputy they named, else the next lead up."""

from datetime import datetime

from recovery.org.models import Absence, Person
from recovery.org.roles import Permission
from recovery.org.selectors.absences import absent_at
from recovery.org.selectors.people import can, grants, people_with


def approvers_of(
    permission: Permission, department_id: int | None, now: datetime
) -> list[Person]:
    """Who is asked for a decision there: whoever may and is here, and the deputies of those away.

    Those who may are the leads of the desk and of every department above it, so without a
    deputy the next lead up has it anyway. Where all are away everybody who may is asked: late
    is better than never. Two queries.
    """
    holders = people_with(permission, department_id)
    away = {each.person_id: each for each in absent_at(now)}
    found = {each.pk: each for each in holders if each.pk not in away}
    for each in (away[each.pk] for each in holders if each.pk in away):
        deputy = each.deputy
        if deputy is not None and deputy.is_active and deputy.pk not in away:
            found[deputy.pk] = deputy
    return [found[key] for key in sorted(found)] or holders


def stands_in_for(
    person: Person, permission: Permission, *, department_id: int | None, now: datetime
) -> list[Person]:
    """For whom `person` decides there now: those away who named them, by id.

    One query, and one more for each of them.
    """
    return [each for each in _away_for(person, now) if can(each, permission, department_id)]


def desks_stood_in_for(person: Person, permission: Permission, now: datetime) -> frozenset[int]:
    """The departments in which `person` decides for somebody away."""
    found: frozenset[int] = frozenset()
    for each in _away_for(person, now):
        found |= grants(each).departments_for(permission)
    return found


def _away_for(person: Person, now: datetime) -> list[Person]:
    found = Absence.objects.filter(
        deputy=person, during__contains=now, withdrawn_at__isnull=True, person__is_active=True
    )
    return [each.person for each in found.select_related("person").order_by("person_id")]
