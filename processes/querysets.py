"""Named questions to the tables of the process track."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import grants

if TYPE_CHECKING:
    from processes.models import PoolEntry, ProcessCase  # noqa: F401  (named in base classes)


class ProcessCaseQuerySet(QuerySet["ProcessCase"]):
    def visible_to(self, person: Person) -> Self:
        """Cases whose department is in the person's reach, or which they own."""
        reach = grants(person).departments_for(Permission.PROCESS_READ)
        return self.filter(Q(item__department_id__in=reach) | Q(item__owner_id=person.pk))


class PoolEntryQuerySet(QuerySet["PoolEntry"]):
    def waiting(self) -> Self:
        """Entries that wait to be looked at: in the pool, and no case looks after them."""
        return self.filter(taken_out_at__isnull=True, adopted_by__isnull=True)

    def visible_to(self, person: Person) -> Self:
        """Entries of failures whose department is in the person's reach."""
        reach = grants(person).departments_for(Permission.PROCESS_READ)
        return self.filter(failure__owning_department_id__in=reach)

    def for_worker(self, person: Person) -> Self:
        """Entries of departments in which the person works on processes."""
        reach = grants(person).departments_for(Permission.PROCESS_WORK)
        return self.filter(failure__owning_department_id__in=reach)

    def due(self, now: datetime) -> Self:
        return self.filter(review_at__lte=now)
