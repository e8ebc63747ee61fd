from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from recovery.org.models.people import Person


class Absence(models.Model):
    """A time somebody is not here; why is nobody's business and is not asked.

    What they hold and cannot wait goes to their desk while it lasts; what waits for their
    decision goes to their `deputy`, else to the next lead up. Taken back: `withdrawn_at`.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    during = DateTimeRangeField()
    deputy = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="deputises"
    )
    noted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="absences_do_not_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(
                    during__isempty=False,
                    during__lower_inf=False,
                    during__upper_inf=False,
                ),
                name="absence_has_two_ends",
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("person")),
                name="deputy_is_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} away {self.during}"
