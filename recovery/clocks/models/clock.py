from django.db import models
from django.db.models import Q

from recovery.clocks.models.standards import StandardVersion
from recovery.clocks.states import ClockKind, ClockState, ClockVerb
from recovery.failures.models import WorkItem
from recovery.org.models import Calendar, Person


class Clock(models.Model):
    """One running time on one case. Facts and a computed `due_at`; nothing counts up.

    A breach is a fact beside the state: a clock met late keeps `breached_at` and `miss_seconds`
    (working seconds). `next_check_at` is when the sweep must look at it again, `pause_ends_at`
    when a pause that lasts has used up what pauses may take. `round` counts how often it was
    given another time by hand: each time the ladder may call once more.
    """

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=20, choices=ClockKind.choices())
    instance = models.PositiveSmallIntegerField(default=1)
    standard = models.ForeignKey(StandardVersion, models.PROTECT, null=True, blank=True)
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True)
    target_seconds = models.PositiveBigIntegerField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    original_due_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=0, db_default=0)
    state = models.CharField(
        max_length=10, choices=ClockState.choices(), default=ClockState.RUNNING
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_ends_at = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    miss_seconds = models.PositiveBigIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["item", "kind", "instance"], name="clock_instance_once"
            ),
            models.UniqueConstraint(
                fields=["item", "kind"],
                condition=Q(state__in=["running", "paused"])
                & ~Q(kind__in=["regulatory", "promise", "accept_handover", "task"]),
                name="one_live_clock_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["item", "standard"],
                condition=Q(state__in=["running", "paused"], kind="regulatory"),
                name="one_live_clock_of_a_law",
            ),
            models.CheckConstraint(
                condition=~Q(kind="regulatory")
                | Q(calendar__isnull=True, standard__isnull=False) & ~Q(state="paused"),
                name="law_never_pauses",
            ),
            models.CheckConstraint(
                condition=~Q(kind="promise")
                | Q(calendar__isnull=True, standard__isnull=True) & ~Q(state="paused"),
                name="promise_never_moves",
            ),
            models.CheckConstraint(
                condition=Q(pause_ends_at__isnull=True) | Q(state="paused"),
                name="only_a_pause_ends",
            ),
            models.CheckConstraint(
                condition=Q(state="met", met_at__isnull=False)
                | ~Q(state="met") & Q(met_at__isnull=True),
                name="met_clock_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="paused", paused_at__isnull=False)
                | ~Q(state="paused") & Q(paused_at__isnull=True),
                name="paused_clock_has_time",
            ),
        )
        indexes = (
            models.Index(
                fields=["next_check_at", "id"],
                name="clock_to_check",
                condition=Q(state="running", next_check_at__isnull=False),
            ),
            models.Index(
                fields=["pause_ends_at"],
                name="clock_pause_to_end",
                condition=Q(pause_ends_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} clock of {self.item_id}"


class ClockEvent(models.Model):
    """What happened to a clock, in order; due times are recomputed from these rows alone.

    `seconds` is the target of a start or a change of policy (for `priority`), or what an
    extension adds. `due_at` is when the clock was due after this entry, as it was said then.
    """

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="history")
    verb = models.CharField(max_length=8, choices=ClockVerb.choices())
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=240, default="", blank=True)
    seconds = models.BigIntegerField(default=0)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["clock"], condition=Q(verb="agree"), name="another_time_agreed_once"
            ),
        )
        indexes = (models.Index(fields=["clock", "id"], name="clock_history"),)

    def __str__(self) -> str:
        return f"{self.verb} {self.clock_id}"
