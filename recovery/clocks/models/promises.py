from django.db import models
from django.db.models import Q

from recovery.clocks.models.clock import Clock
from recovery.clocks.states import PromiseState
from recovery.failures.models import WorkItem
from recovery.org.models import Department, Person


class Promise(models.Model):
    """What somebody was told would be done by a time; it outlives the case it was made on.

    It belongs to a desk and is held by a person, one of the two at least. `to_whom` blank is the
    customer of the case. The promised time is the clock's, and broken is no state but its
    `breached_at`. `standard_due_at` is what the house standard would have given when it was
    made. Words are people's own: they never stand in the log.
    """

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="promises")
    clock = models.OneToOneField(Clock, models.PROTECT, related_name="promise")
    words = models.TextField()
    to_whom = models.CharField(max_length=160, default="", blank=True)
    desk = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="promises"
    )
    holder = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="promises"
    )
    standard_due_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(
        max_length=8, choices=PromiseState.choices(), default=PromiseState.OPEN
    )
    # What proves that it was kept, or why it is no longer needed.
    end_words = models.TextField(default="", blank=True)
    ended_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    renegotiated_at = models.DateTimeField(null=True, blank=True)
    consent = models.TextField(default="", blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(desk__isnull=False) | Q(holder__isnull=False),
                name="promise_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True, ended_by__isnull=True)
                & Q(end_words="")
                | ~Q(state="open")
                & Q(ended_at__isnull=False, ended_by__isnull=False)
                & ~Q(end_words=""),
                name="promise_ends_with_words",
            ),
            models.CheckConstraint(
                condition=Q(renegotiated_at__isnull=True, consent="")
                | Q(renegotiated_at__isnull=False) & ~Q(consent=""),
                name="renegotiated_with_consent",
            ),
        )
        indexes = (
            models.Index(fields=["item", "id"], name="promises_of_case"),
            models.Index(fields=["holder"], name="promise_held", condition=Q(state="open")),
            models.Index(fields=["desk"], name="promise_of_desk", condition=Q(state="open")),
            models.Index(fields=["made_at"], name="promise_made"),
        )

    def __str__(self) -> str:
        return f"promise {self.pk} on {self.item_id}"
