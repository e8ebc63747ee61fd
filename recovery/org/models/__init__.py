from recovery.org.models.absences import Absence
from recovery.org.models.authority import AuthorityLimit
from recovery.org.models.calendars import (
    Calendar,
    CalendarException,
    CalendarVersion,
    Recomputation,
)
from recovery.org.models.keys import ApiKey
from recovery.org.models.people import Department, Membership, Organisation, Person

__all__ = [
    "Absence",
    "ApiKey",
    "AuthorityLimit",
    "Calendar",
    "CalendarException",
    "CalendarVersion",
    "Department",
    "Membership",
    "Organisation",
    "Person",
    "Recomputation",
]
