from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from recovery.org.models import Person

if TYPE_CHECKING:
    from staff.models import EmployeeCase  # noqa: F401  (named in the base class)


class EmployeeCaseQuerySet(models.QuerySet["EmployeeCase"]):
    """Support cases by who may know of them."""

    def visible_to(self, person: Person) -> "EmployeeCaseQuerySet":
        """The cases whose readers `person` is one of. No role, office or rank adds any."""
        return self.filter(Q(person=person) | Q(supporter=person))

    def screened(self) -> "EmployeeCaseQuerySet":
        """The cases that the failure's track waits for: not those people asked for themselves."""
        return self.filter(self_referred=False)
