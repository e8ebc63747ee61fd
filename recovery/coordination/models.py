from django.db import models

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
