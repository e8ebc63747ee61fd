from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from cases.states import LineKind, RemedyKind
from recovery.org.models import Person


class Offering(models.Model):
    """A remedy the house has thought through beforehand; people offer it, or something of their own."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class OfferingVersion(models.Model):
    """What an offering was during one span of time; never changed, only superseded.

    It is offered first on cases whose facts satisfy all of `conditions`, `usual_minor` filled
    in; it may be worth from `least_minor` to `most_minor`, minor units of `currency`. Without
    `made_by` it was shipped.
    """

    offering = models.ForeignKey(Offering, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    effective = DateTimeRangeField()
    line = models.CharField(max_length=12, choices=LineKind.choices())
    kind = models.CharField(max_length=14, choices=RemedyKind.choices())
    least_minor = models.PositiveBigIntegerField(default=0)
    usual_minor = models.PositiveBigIntegerField(default=0)
    most_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    words = models.CharField(max_length=240)
    conditions = models.JSONField(default=list, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["offering", "number"], name="offering_version_once"
            ),
            ExclusionConstraint(
                name="offering_versions_do_not_overlap",
                expressions=[
                    ("offering", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(least_minor__lte=F("usual_minor"))
                & Q(usual_minor__lte=F("most_minor")),
                name="offering_amounts_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.offering_id} v{self.number}"
