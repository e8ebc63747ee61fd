from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from recovery.clocks.models import Clock
from recovery.clocks.states import ClockKind


class Ladder(models.Model):
    """Who is called, and when, as the time of one kind of clock runs out."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    clock_kind = models.CharField(max_length=20, choices=ClockKind.choices(), unique=True)

    def __str__(self) -> str:
        return self.name


class LadderVersion(models.Model):
    """The rungs in force for clocks that started within `effective`; never changed afterwards."""

    ladder = models.ForeignKey(Ladder, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    effective = DateTimeRangeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ladder", "number"], name="ladder_version_once"),
            ExclusionConstraint(
                name="ladder_versions_do_not_overlap",
                expressions=[
                    ("ladder", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
            ),
        )

    def __str__(self) -> str:
        return f"{self.ladder_id} v{self.number}"


class Rung(models.Model):
    """One step: at `percent` of the clock's time, tell `tells`; level up when `level` says so."""

    class Tells(models.TextChoices):
        OWNER = "owner", "whoever holds the case"
        DESK_LEAD = "desk_lead", "the desk's lead"
        UPPER_LEAD = "upper_lead", "the lead one department up"
        DEPUTY = "deputy", "another supporter, never the line"

    version = models.ForeignKey(LadderVersion, models.PROTECT, related_name="rungs")
    order = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField()
    tells = models.CharField(max_length=12, choices=Tells)
    level = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["version", "order"], name="rung_order_once"),
        )

    def __str__(self) -> str:
        return f"{self.percent} %: {self.tells}"


class Firing(models.Model):
    """A rung reached by a clock: written before anybody is told, once for ever."""

    rung = models.ForeignKey(Rung, models.PROTECT, related_name="firings")
    clock = models.ForeignKey(Clock, models.CASCADE, related_name="firings")
    occurrence = models.PositiveSmallIntegerField(default=1)
    fired_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["rung", "clock", "occurrence"], name="firing_once"),
        )

    def __str__(self) -> str:
        return f"rung {self.rung_id} on clock {self.clock_id}"
