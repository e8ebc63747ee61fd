from django.db import models
from django.db.models.functions import Now


class Audience(models.TextChoices):
    """Who may read an event: every member, those in the case's scope, or named persons only."""

    MEMBERS = "members", "every signed-in member"
    SCOPE = "scope", "those who may read the case"
    NAMED = "named", "named persons only"


class Event(models.Model):
    """One thing that happened, written in the transaction that made it happen. Append-only.

    No foreign keys: history neither blocks nor dies with the rows it speaks of. `position` is
    given later by the one sequencer (gap-free, causal); consumers read positions only.
    `public` and `private` hold ids, codes, amounts and times, never a person's own data.
    """

    position = models.BigIntegerField(null=True, unique=True)
    stream = models.CharField(max_length=40)
    verb = models.CharField(max_length=60)
    actor_id = models.BigIntegerField()
    failure_id = models.BigIntegerField(null=True)
    item_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.MEMBERS)
    public = models.JSONField(default=dict)
    private = models.JSONField(default=dict)
    request_id = models.CharField(max_length=36, default="", blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["stream", "id"], name="event_stream"),
            models.Index(
                fields=["failure_id", "id"],
                name="event_failure",
                condition=models.Q(failure_id__isnull=False),
            ),
            models.Index(
                fields=["id"],
                name="event_unnumbered",
                condition=models.Q(position__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.stream} {self.verb}"


class Consumer(models.Model):
    """How far one reader of the log has come: locked, advanced and applied in one transaction."""

    name = models.CharField(max_length=60, primary_key=True)
    position = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"


class ParkedEvent(models.Model):
    """An event that one consumer could not apply: set aside, tried again, never in the way."""

    consumer = models.CharField(max_length=60)
    event_id = models.BigIntegerField()
    error = models.TextField()
    tries = models.PositiveIntegerField(default=1)
    next_try_at = models.DateTimeField()
    parked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["consumer", "event_id"], name="parked_once"),
        )
        indexes = (models.Index(fields=["consumer", "next_try_at"], name="parked_due"),)

    def __str__(self) -> str:
        return f"{self.consumer} {self.event_id}"


# The one run that is overwritten: not what was done, but when a sweep was last seen.
SWEEP, LATEST = "escalation.sweep", "latest"


class JobRun(models.Model):
    """A daily job claimed once per period; two beats are harmless because of the key."""

    name = models.CharField(max_length=60)
    period = models.CharField(max_length=20)
    claimed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name", "period"], name="job_run_once"),)

    def __str__(self) -> str:
        return f"{self.name} {self.period}"
