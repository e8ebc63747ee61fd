"""What the pages of standards need: a case to try them on, people to look after them."""

from dataclasses import dataclass
from datetime import datetime

from recovery.clocks.policy import When
from recovery.clocks.services import when_of
from recovery.console.selectors.escalation import case_to_try
from recovery.failures.selectors import facts_of_item, items_with_facts
from recovery.kernel.conditions import Facts
from recovery.org.models import Person


@dataclass(frozen=True, slots=True)
class Subject:
    """What standards are tried on: the facts, the moments, and when the clock would start."""

    facts: Facts
    when: When
    priority: int
    department_id: int | None
    at: datetime


def subject_of_case(reference: str) -> Subject:
    """A customer or process case to try standards on. Raises Invalid about `case`."""
    item = case_to_try(reference)
    found = items_with_facts([item.pk])[item.pk]
    when = when_of(found, found.opened_at)
    return Subject(
        facts_of_item(found), when, found.priority, found.department_id, when.received
    )


def owners() -> list[tuple[int, str]]:
    """Who may look after a standard."""
    people = Person.objects.filter(kind=Person.Kind.HUMAN, is_active=True).order_by("name")
    return list(people.values_list("pk", "name"))
