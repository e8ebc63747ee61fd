from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from recovery.failures.models.failure import Failure
from recovery.failures.states import TrackEnd, TrackKind, TrackState, WaiverReason
from recovery.org.models import Person


class Track(models.Model):
    """One of the three recoveries on a failure: is it required, why, how far, how did it end."""

    failure = models.ForeignKey(Failure, models.CASCADE, related_name="tracks")
    kind = models.CharField(max_length=8, choices=TrackKind.choices())
    state = models.CharField(max_length=12, choices=TrackState.choices())
    end = models.CharField(max_length=14, choices=TrackEnd.choices(), default="", blank=True)
    reasons = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_before = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["failure", "kind"], name="track_once"),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) & ~Q(end="")
                | ~Q(state="ended") & Q(ended_at__isnull=True, end=""),
                name="track_end_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(end="pooled") | Q(kind="process"), name="only_process_is_pooled"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.end or self.state}"


class Waiver(models.Model):
    """A required track given up, with a reason and another person's approval; it may expire."""

    failure = models.ForeignKey(Failure, models.PROTECT, related_name="waivers")
    kind = models.CharField(max_length=8, choices=TrackKind.choices())
    reason = models.CharField(max_length=30, choices=WaiverReason.choices())
    words = models.TextField()
    requested_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    approved = models.BooleanField(null=True, blank=True)
    refusal = models.TextField(default="", blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="waiver_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(
                    decided_by__isnull=True, decided_at__isnull=True, approved__isnull=True
                )
                | Q(decided_by__isnull=False, decided_at__isnull=False, approved__isnull=False),
                name="waiver_decision_is_whole",
            ),
            models.UniqueConstraint(
                fields=["failure", "kind"],
                condition=Q(ended_at__isnull=True),
                name="one_live_waiver",
            ),
        )
        indexes = (
            models.Index(
                fields=["expires_at"],
                name="waiver_expiring",
                condition=Q(ended_at__isnull=True, approved=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} waived: {self.reason}"
