from django.db import models
from django.db.models import Q

from recovery.failures.models import Failure, WorkItem
from recovery.org.models import Person
from staff.querysets import EmployeeCaseQuerySet
from staff.states import EmployeeState, ReadinessArea, ScreenReason


class EmployeeCase(models.Model):
    """Support for one person after one failure. Read by that person and the named supporter only.

    Who it is for, what was offered and what was answered stay here; the failure's employee track
    learns only that the offer was made, and when.
    """

    item = models.OneToOneField(
        WorkItem, models.PROTECT, primary_key=True, related_name="support"
    )
    failure = models.ForeignKey(Failure, models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="support_cases"
    )
    supporter = models.ForeignKey(Person, models.PROTECT, related_name="supporting_cases")
    state = models.CharField(max_length=16, choices=EmployeeState.choices())
    because = models.CharField(
        max_length=16, choices=ScreenReason.choices(), default=ScreenReason.RULE
    )
    self_referred = models.BooleanField(default=False)
    offered_at = models.DateTimeField(null=True, blank=True)
    offered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    follow_up_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = EmployeeCaseQuerySet.as_manager()

    class Meta:
        constraints = (
            # Who asks by themselves has a case of their own: naming them in another must not
            # tell its supporter that they asked.
            models.UniqueConstraint(
                fields=["failure", "person", "self_referred"],
                condition=Q(person__isnull=False, ended_at__isnull=True),
                name="one_open_support_case_per_person",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["screening", "none_affected"]) | Q(person__isnull=False),
                name="support_needs_a_person",
            ),
            models.CheckConstraint(
                condition=Q(offered_at__isnull=True, offered_by__isnull=True)
                | Q(offered_at__isnull=False, offered_by__isnull=False),
                name="offer_made_by_somebody",
            ),
        )
        indexes = (
            models.Index(fields=["failure"], name="support_of_failure"),
            models.Index(
                fields=["follow_up_at"],
                name="support_to_follow_up",
                condition=Q(ended_at__isnull=True, follow_up_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"employee case {self.pk}"


class SupportNote(models.Model):
    """What was said, encrypted with a key that is not in the database."""

    case = models.ForeignKey(EmployeeCase, models.CASCADE, related_name="notes")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    cipher = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"support note {self.pk}"


class Readiness(models.Model):
    """The open half: did skill, authority, tool or staffing let this happen? Never about a person."""

    failure = models.OneToOneField(Failure, models.PROTECT, primary_key=True)
    made_worse = models.BooleanField()
    area = models.CharField(
        max_length=10, choices=ReadinessArea.choices(), default="", blank=True
    )
    words = models.TextField(default="", blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(made_worse=False) | ~Q(area=""), name="readiness_yes_names_area"
            ),
        )

    def __str__(self) -> str:
        return f"readiness of {self.failure_id}"


class EnablementAction(models.Model):
    """What will make people readier: a skill, an authority, a tool or staffing; owner and date."""

    readiness = models.ForeignKey(Readiness, models.PROTECT, related_name="actions")
    words = models.CharField(max_length=240)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due_on = models.DateField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="enablement_done_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.words
