from django.db import models
from django.db.models import Q

from recovery.clocks.models import Clock, Promise
from recovery.coordination.states import HandoverState
from recovery.failures.models import Failure, WorkItem
from recovery.org.models import Person


class Submission(models.Model):
    """The answer given to one idempotency key, kept 7 days; the first row of its transaction."""

    principal = models.ForeignKey(Person, models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    route = models.CharField(max_length=40)
    body_sha256 = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["principal", "key"], name="submission_once"),
        )
        indexes = (models.Index(fields=["at"], name="submission_age"),)

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class ExternalRef(models.Model):
    """Which record another system's complaint became; the same one never comes in twice."""

    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120)
    failure = models.ForeignKey(Failure, models.PROTECT, related_name="external_refs")
    item = models.ForeignKey(WorkItem, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source", "external_id"], name="external_ref_once"),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


class Handover(models.Model):
    """A case, or a promise on one, on its way to a colleague, who must accept it in time.

    Until then whoever gave it still holds it; `clock` says by when, and whoever leads its desk
    gets what nobody accepts. `promise` NULL is the case itself.
    """

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="handovers")
    promise = models.ForeignKey(
        Promise, models.PROTECT, null=True, blank=True, related_name="handovers"
    )
    giver = models.ForeignKey(Person, models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.TextField(default="", blank=True)
    clock = models.OneToOneField(Clock, models.PROTECT, related_name="handover")
    asked_at = models.DateTimeField()
    state = models.CharField(
        max_length=9, choices=HandoverState.choices(), default=HandoverState.WAITING
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(state="waiting", promise__isnull=True),
                name="case_is_handed_to_one",
            ),
            models.UniqueConstraint(
                fields=["promise"],
                condition=Q(state="waiting", promise__isnull=False),
                name="promise_is_handed_to_one",
            ),
            models.CheckConstraint(
                condition=~Q(giver=models.F("receiver")), name="handed_to_another"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | ~Q(state="waiting") & Q(ended_at__isnull=False),
                name="handover_ends_with_time",
            ),
        )
        indexes = (
            models.Index(fields=["receiver"], name="handover_to", condition=Q(state="waiting")),
            models.Index(fields=["giver"], name="handover_by", condition=Q(state="waiting")),
        )

    def __str__(self) -> str:
        return f"{self.item_id} from {self.giver_id} to {self.receiver_id}"
