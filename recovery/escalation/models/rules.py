from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from recovery.escalation.states import (
    HIGHEST,
    DropReason,
    FiringState,
    TaskKind,
    Tells,
    Trigger,
)
from recovery.failures.models import WorkItem
from recovery.org.models import Person


class Rule(models.Model):
    """What is done by itself after something happened, or because nothing did."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class RuleVersion(models.Model):
    """What a rule said during one span of time; never changed, only superseded.

    `wait_minutes` after its trigger (working time with `in_hours`) it does all that is set:
    tells a circle, raises to `level`, gives the case to one of the circle, opens a task that is
    due `task_days` working days later. `when` are conditions as kernel.conditions stores them.
    """

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    effective = DateTimeRangeField()
    trigger = models.CharField(max_length=24, choices=Trigger.choices())
    wait_minutes = models.PositiveIntegerField(default=0)
    in_hours = models.BooleanField(default=False)
    when = models.JSONField(default=list, blank=True)
    every = models.PositiveIntegerField(default=0)
    most = models.PositiveSmallIntegerField(default=1)
    tells = models.CharField(max_length=16, choices=Tells.choices(), default="", blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    assigns = models.BooleanField(default=False)
    task_kind = models.CharField(
        max_length=20, choices=TaskKind.choices(), default="", blank=True
    )
    task_words = models.CharField(max_length=240, default="", blank=True)
    task_days = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once"),
            ExclusionConstraint(
                name="rule_versions_do_not_overlap",
                expressions=[
                    ("rule", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=~Q(tells="") | Q(level__gt=0) | ~Q(task_kind=""),
                name="rule_does_something",
            ),
            models.CheckConstraint(
                condition=Q(task_kind="", task_words="", task_days=0)
                | ~Q(task_kind="") & ~Q(task_words="") & Q(task_days__gte=1),
                name="rule_task_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(most=1, every=0) | Q(most__gte=2, every__gte=5),
                name="rule_repeats_within_bounds",
            ),
            models.CheckConstraint(condition=Q(level__lte=HIGHEST), name="rule_level_exists"),
        )

    def __str__(self) -> str:
        return f"{self.rule_id} v{self.number}"


class RuleFiring(models.Model):
    """A rule that met its trigger on a case: written before anything is done, once for ever.

    `cause` is the event that set it off, 0 where it may happen once in a case's life. It waits
    until `due_at`, is then fired by the sweep and judged anew when it is acted on.
    """

    version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="firings")
    item = models.ForeignKey(WorkItem, models.CASCADE, related_name="rule_firings")
    cause = models.BigIntegerField(default=0)
    occurrence = models.PositiveSmallIntegerField(default=1)
    caused_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=FiringState.choices())
    answered_at = models.DateTimeField(null=True, blank=True)
    told = ArrayField(models.BigIntegerField(), default=list, blank=True)
    dropped = models.CharField(
        max_length=12, choices=DropReason.choices(), default="", blank=True
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["version", "item", "cause", "occurrence"], name="rule_firing_once"
            ),
            models.CheckConstraint(
                condition=Q(state="dropped") & ~Q(dropped="")
                | ~Q(state="dropped") & Q(dropped=""),
                name="dropped_firing_says_why",
            ),
        )
        indexes = (
            models.Index(
                fields=["due_at", "id"],
                name="rule_firing_waiting",
                condition=Q(state="waiting"),
            ),
            models.Index(fields=["item", "id"], name="rule_firings_of_item"),
        )

    def __str__(self) -> str:
        return f"{self.version_id} on {self.item_id}"


class Watch(models.Model):
    """When an open case must be looked at again by rules of age and of inactivity."""

    item = models.OneToOneField(WorkItem, models.CASCADE, primary_key=True)
    look_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["look_at", "item"], name="watch_to_look"),)

    def __str__(self) -> str:
        return f"watch on {self.item_id}"
