from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from recovery.clocks.states import ClockKind


class Standard(models.Model):
    """A standard of care: within which time something is done for people."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    words = models.CharField(max_length=240)
    clock_kind = models.CharField(max_length=20, choices=ClockKind.choices())
    legal = models.BooleanField(default=False)
    law = models.CharField(max_length=160, default="", blank=True)
    authority = models.CharField(max_length=160, default="", blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class StandardVersion(models.Model):
    """What a standard said during one span of time; never changed, only superseded.

    `targets` maps priority "1" to "4" onto seconds; `around_clock` lists the priorities that run
    at all hours (P1 always), the others count working time of the desk's calendar. All pauses
    together take at most `pause_cap_days` (eight working hours each, or a day at all hours).
    """

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    effective = DateTimeRangeField()
    targets = models.JSONField()
    around_clock = models.JSONField(default=list)
    pause_cap_days = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=240, default="", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["standard", "number"], name="standard_version_once"
            ),
            ExclusionConstraint(
                name="standard_versions_do_not_overlap",
                expressions=[
                    ("standard", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
            ),
        )

    def __str__(self) -> str:
        return f"{self.standard_id} v{self.number}"
