from django.db import models
from django.db.models import Q

from recovery.clocks.models import Clock
from recovery.escalation.models.ladders import Firing
from recovery.escalation.models.rules import RuleFiring
from recovery.escalation.states import TaskKind, TaskState
from recovery.failures.models import WorkItem
from recovery.org.models import Person


class Task(models.Model):
    """Something to do on a case by a time, for whoever holds the case, else its desk.

    Planned by a rule until `opens_at`, or opened by a rung; once open its own clock runs for `target_seconds`, in the
    desk's hours with `in_hours`. `words` and `outcome` are free text: never in events.
    """

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=20, choices=TaskKind.choices())
    words = models.CharField(max_length=240)
    state = models.CharField(max_length=10, choices=TaskState.choices())
    opens_at = models.DateTimeField()
    target_seconds = models.PositiveBigIntegerField()
    in_hours = models.BooleanField(default=True)
    clock = models.OneToOneField(Clock, models.PROTECT, null=True, blank=True)
    firing = models.OneToOneField(RuleFiring, models.PROTECT, null=True, blank=True)
    rung_firing = models.OneToOneField(
        Firing, models.PROTECT, null=True, blank=True, related_name="task"
    )
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="planned", clock__isnull=True)
                | Q(state__in=["open", "done"], clock__isnull=False)
                | Q(state="cancelled"),
                name="open_task_has_clock",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["planned", "open"], ended_at__isnull=True, ended_by__isnull=True
                )
                | Q(
                    state__in=["done", "cancelled"],
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                )
                & ~Q(outcome=""),
                name="ended_task_says_how",
            ),
            models.CheckConstraint(
                condition=Q(firing__isnull=True) | Q(rung_firing__isnull=True),
                name="task_has_one_source",
            ),
        )
        indexes = (
            models.Index(fields=["item", "opens_at"], name="task_of_item"),
            models.Index(fields=["item"], name="task_open", condition=Q(state="open")),
            models.Index(
                fields=["rung_firing"],
                name="task_open_by_rung",
                condition=Q(state="open", rung_firing__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} on {self.item_id}"
