from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from recovery.failures.models.failure import Failure
from recovery.failures.states import TrackKind
from recovery.org.models import Department, Person


class WorkItem(models.Model):
    """Header of every case, whatever its track: what clocks, ladders, notes and lists point at.

    `state` is a word from the track's own lifecycle, except for employee items, which carry no
    failure, department, headline or state here. `version` grows with every verb.
    """

    kind = models.CharField(max_length=8, choices=TrackKind.choices())
    failure = models.ForeignKey(
        Failure, models.PROTECT, null=True, blank=True, related_name="items"
    )
    headline = models.CharField(max_length=160, default="", blank=True)
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="work_items"
    )
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    priority = models.PositiveSmallIntegerField(default=4)
    state = models.CharField(max_length=24, default="", blank=True)
    waiting_for = models.CharField(max_length=24, default="", blank=True)
    segment = models.CharField(max_length=60, default="", blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    next_due_kind = models.CharField(max_length=20, default="", blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind="employee")
                | Q(failure__isnull=True, department__isnull=True, state="", headline=""),
                name="employee_item_says_nothing",
            ),
        )
        indexes = (
            models.Index(
                fields=["owner", "next_due_at", "id"],
                name="work_by_owner",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["department", "next_due_at", "id"],
                name="work_by_department",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["opened_at"],
                name="work_open_by_age",
                condition=Q(closed_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Note(models.Model):
    """A colleague's words on a case; internal unless said to the customer."""

    item = models.ForeignKey(WorkItem, models.CASCADE, related_name="notes")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["item", "-at"], name="note_newest"),)

    def __str__(self) -> str:
        return f"note {self.pk} on {self.item_id}"
