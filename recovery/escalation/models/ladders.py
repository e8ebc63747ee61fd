from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from recovery.clocks.models import Clock
from recovery.escalation.states import HIGHEST, LowerReason, RaiseReason, TaskKind, Tells
from recovery.failures.models import WorkItem
from recovery.org.models import Person


class Ladder(models.Model):
    """Who is called, and when, as the time of one kind of clock runs out."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    clock_kind = models.CharField(max_length=20, unique=True)

    def __str__(self) -> str:
        return self.name


class LadderVersion(models.Model):
    """The rungs in force for clocks that started within `effective`; never changed afterwards."""

    ladder = models.ForeignKey(Ladder, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    effective = DateTimeRangeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

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
    """One step, as policy.RungCard says; level up when `level` says so.

    Reached by `percent` of the clock's time, or, where that is NULL, `minutes` after its due
    time (before it if negative). It fires `most` times, every `every` minutes.

    Where the conditions `when`, as kernel.conditions stores them, hold once it has fired, it
    tells its circle, raises the case to `level`, gives it to one of the circle, and opens a task
    that is due `task_days` working days later.
    """

    version = models.ForeignKey(LadderVersion, models.PROTECT, related_name="rungs")
    order = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes = models.IntegerField(null=True, blank=True)
    in_real_time = models.BooleanField(default=False)
    in_hours = models.BooleanField(default=False)
    every = models.PositiveIntegerField(default=0)
    most = models.PositiveSmallIntegerField(default=1)
    tells = models.CharField(max_length=16, choices=Tells.choices())
    level = models.PositiveSmallIntegerField(default=0)
    when = models.JSONField(default=list, blank=True)
    assigns = models.BooleanField(default=False)
    task_kind = models.CharField(
        max_length=20, choices=TaskKind.choices(), default="", blank=True
    )
    task_words = models.CharField(max_length=240, default="", blank=True)
    task_days = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["version", "order"], name="rung_order_once"),
            models.CheckConstraint(
                condition=Q(percent__isnull=False, minutes__isnull=True)
                | Q(percent__isnull=True, minutes__isnull=False),
                name="rung_has_one_anchor",
            ),
            models.CheckConstraint(
                condition=Q(most=1, every=0) | Q(most__gte=2, every__gte=5),
                name="rung_repeats_within_bounds",
            ),
            models.CheckConstraint(condition=Q(level__lte=HIGHEST), name="rung_level_exists"),
            models.CheckConstraint(
                condition=Q(task_kind="", task_words="", task_days=0)
                | ~Q(task_kind="") & ~Q(task_words="") & Q(task_days__gte=1),
                name="rung_task_is_whole",
            ),
        )

    def __str__(self) -> str:
        anchor = f"{self.minutes} min" if self.percent is None else f"{self.percent} %"
        return f"{anchor}: {self.tells}"


class Firing(models.Model):
    """A rung reached by a clock: written before anybody is told, once for each of its rounds.

    `told` holds the ids of those who were told at `answered_at`: nobody, when it was not needed
    any more by then or `held_back` by a condition of the rung, and NULL until then.
    """

    rung = models.ForeignKey(Rung, models.PROTECT, related_name="firings")
    clock = models.ForeignKey(Clock, models.CASCADE, related_name="firings")
    round = models.PositiveSmallIntegerField(default=0, db_default=0)
    occurrence = models.PositiveSmallIntegerField(default=1)
    fired_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    told = ArrayField(models.BigIntegerField(), null=True, blank=True)
    held_back = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["rung", "clock", "round", "occurrence"], name="firing_once_a_round"
            ),
        )

    def __str__(self) -> str:
        return f"rung {self.rung_id} on clock {self.clock_id}"


class LevelChange(models.Model):
    """A case raised or stepped down by hand, with the reason and those who were told."""

    item = models.ForeignKey(WorkItem, models.CASCADE, related_name="level_changes")
    from_level = models.PositiveSmallIntegerField()
    to_level = models.PositiveSmallIntegerField()
    reason = models.CharField(
        max_length=16, choices=[*RaiseReason.choices(), *LowerReason.choices()]
    )
    words = models.CharField(max_length=500)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    told = ArrayField(models.BigIntegerField(), default=list, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(from_level=models.F("to_level")), name="level_change_changes"
            ),
        )

    def __str__(self) -> str:
        return f"{self.item_id}: {self.from_level} to {self.to_level}"
