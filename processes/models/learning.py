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
    round = models.PositiveSmallIntegerField(default=1)
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
    """How we will know that the fix of one round worked, written before acting.

    `baseline_count` failures in `baseline_days`, the spike that set it off left out (`left_out`
    says which). Proven when the rate ratio's upper bound lies below `target_ratio`; three looks at
    `look_days` share alpha .05. More than `reopen_limit` confirmed recurrences in `reopen_days`
    reopen the case; 0 means it should never happen again. The powers are shares of simulated
    watches that end improved or better if the fix halves the rate, or cuts it by 70 %.
    """

    process = models.ForeignKey(ProcessCase, models.PROTECT, related_name="plans")
    round = models.PositiveSmallIntegerField(default=1)
    metric = models.CharField(max_length=240)
    baseline_count = models.PositiveIntegerField()
    baseline_days = models.PositiveIntegerField()
    left_out = models.CharField(max_length=240, default="", blank=True)
    target_ratio = models.DecimalField(max_digits=4, decimal_places=3)
    look_days = models.JSONField()
    reopen_limit = models.PositiveSmallIntegerField(default=2)
    reopen_days = models.PositiveSmallIntegerField(default=90)
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
            models.UniqueConstraint(fields=["process", "round"], name="one_plan_a_round"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False)
                & ~Q(approved_by=models.F("written_by")),
                name="plan_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(target_ratio__gt=0, target_ratio__lt=1),
                name="target_ratio_below_one",
            ),
            models.CheckConstraint(
                condition=Q(baseline_count__gte=1, baseline_days__gte=1),
                name="plan_has_baseline",
            ),
        )

    def __str__(self) -> str:
        return self.metric


class Look(models.Model):
    """One look at the proof: what was counted since the change and what it shows.

    `lower` and `upper` are one-sided bounds of the rate ratio at this look's share of alpha; null
    means without bound. `p_value` is one-sided: so few by chance if nothing had changed.
    """

    plan = models.ForeignKey(VerificationPlan, models.PROTECT, related_name="looks")
    number = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    ratio = models.FloatField()
    upper = models.FloatField(null=True, blank=True)
    lower = models.FloatField()
    p_value = models.FloatField()
    result = models.CharField(max_length=14, choices=Result.choices())
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["plan", "number"], name="look_once"),)

    def __str__(self) -> str:
        return f"look {self.number}: {self.result}"
