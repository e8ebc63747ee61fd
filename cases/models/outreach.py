from django.db import models
from django.db.models import F, Q

from cases.models.case import CustomerCase
from cases.states import LineKind, OutreachState, ReachResult, RemedyKind
from recovery.failures.models import Failure
from recovery.org.models import Person


class Outreach(models.Model):
    """One message, written once, to many people whom a failure affected and who have said nothing.

    `words` has places such as {{ first_name }} that are filled for each person; `when` is the
    time it names. `remedy_line` "" offers nothing; `remedy_minor` None means the amount that the
    list of affected people says. Counts are of its people by result.
    """

    failure = models.ForeignKey(Failure, models.PROTECT, related_name="outreaches")
    key = models.CharField(max_length=40, unique=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    words = models.TextField()
    what_happened = models.TextField(default="", blank=True)
    next_step = models.TextField(default="", blank=True)
    when = models.DateTimeField(null=True, blank=True)
    remedy_line = models.CharField(
        max_length=12, choices=LineKind.choices(), default="", blank=True
    )
    remedy_kind = models.CharField(
        max_length=14, choices=RemedyKind.choices(), default="", blank=True
    )
    remedy_words = models.CharField(max_length=240, default="", blank=True)
    remedy_minor = models.PositiveBigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=OutreachState.choices())
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=240, default="", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    total = models.PositiveIntegerField()
    told = models.PositiveIntegerField(default=0)
    no_address = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by")),
                name="outreach_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="outreach_decided_at_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(remedy_line="", remedy_kind="", remedy_minor__isnull=True)
                | ~Q(remedy_line="") & ~Q(remedy_kind="") & ~Q(remedy_words=""),
                name="outreach_remedy_whole_or_none",
            ),
            models.CheckConstraint(
                condition=Q(
                    total__gte=F("told") + F("no_address") + F("already") + F("refused")
                ),
                name="outreach_counts_nobody_twice",
            ),
        )
        indexes = (
            models.Index(fields=["failure", "-id"], name="outreaches_of_failure"),
            models.Index(
                fields=["id"], name="outreaches_to_work", condition=Q(state="running")
            ),
        )

    def __str__(self) -> str:
        return f"outreach {self.pk} to {self.total}"


class OutreachCase(models.Model):
    """One person of an outreach and what came of it; `reason` says in English why not."""

    outreach = models.ForeignKey(Outreach, models.CASCADE, related_name="people")
    case = models.ForeignKey(CustomerCase, models.PROTECT, related_name="outreaches")
    amount_minor = models.PositiveBigIntegerField(null=True, blank=True)
    result = models.CharField(
        max_length=10, choices=ReachResult.choices(), default="", blank=True
    )
    reason = models.CharField(max_length=240, default="", blank=True)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["outreach", "case"], name="once_in_an_outreach"),
            models.CheckConstraint(
                condition=Q(result="", at__isnull=True) | ~Q(result="") & Q(at__isnull=False),
                name="reached_at_some_time",
            ),
        )
        indexes = (
            models.Index(
                fields=["outreach", "id"], name="outreach_to_work", condition=Q(result="")
            ),
            models.Index(fields=["outreach", "result", "id"], name="outreach_results"),
            models.Index(fields=["case", "-id"], name="outreaches_of_case"),
        )

    def __str__(self) -> str:
        return f"case {self.case_id} in outreach {self.outreach_id}"
