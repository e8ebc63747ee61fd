from django.db import models
from django.db.models import Q

from processes.models.case import ProcessCase
from processes.states import ActionKind, ActionStrength, CauseKind, Result
from recovery.org.models import Person


class Cause(models.Model):
    """Why it happened, or why it escaped notice; each why with its evidence, in order."""

    process = models.ForeignKey(ProcessCase, models.PROTECT, related_name="causes")
    kind = models.CharField(max_length=10, choices=CauseKind.choices())
    order = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=240)
    evidence = models.CharField(max_length=240)
    made_easy_by = models.CharField(max_length=240, default="", blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["process", "kind", "order"], name="cause_order_once"
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="cause_with_evidence"),
        )

    def __str__(self) -> str:
        return self.words


class Action(models.Model):
    """Something to do about it; containment, correction, corrective and preventive are distinct."""

    process = models.ForeignKey(ProcessCase, models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=12, choices=ActionKind.choices())
    strength = models.CharField(max_length=12, choices=ActionStrength.choices())
    words = models.CharField(max_length=240)
    justification = models.CharField(max_length=240, default="", blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due_on = models.DateField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    evidence = models.CharField(max_length=240, default="", blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | (Q(done_at__isnull=False, done_by__isnull=False) & ~Q(evidence="")),
                name="action_done_with_evidence",
            ),
        )

    def __str__(self) -> str:
        return self.words


class VerificationPlan(models.Model):
    """How we will know that the fix worked, written before acting.

    `baseline_count` failures in `baseline_days`; proven when the rate ratio's upper bound lies
    below `target_ratio`. Three looks share alpha .05. `reopen_limit` confirmed recurrences reopen.
    """

    process = models.OneToOneField(
        ProcessCase, models.PROTECT, primary_key=True, related_name="plan"
    )
    metric = models.CharField(max_length=240)
    baseline_count = models.PositiveIntegerField()
    baseline_days = models.PositiveIntegerField()
    target_ratio = models.DecimalField(max_digits=4, decimal_places=3)
    look_days = models.JSONField()
    reopen_limit = models.PositiveSmallIntegerField(default=2)
    power_half = models.FloatField()
    power_seventy = models.FloatField()
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("written_by")),
                name="plan_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(target_ratio__gt=0, target_ratio__lt=1),
                name="target_ratio_below_one",
            ),
        )

    def __str__(self) -> str:
        return self.metric


class Look(models.Model):
    """One look at the proof: what was counted since the change and what it shows."""

    process = models.ForeignKey(ProcessCase, models.PROTECT, related_name="looks")
    number = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    ratio = models.FloatField()
    upper = models.FloatField()
    lower = models.FloatField()
    result = models.CharField(max_length=14, choices=Result.choices())
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["process", "number"], name="look_once"),)

    def __str__(self) -> str:
        return f"look {self.number}: {self.result}"
