from django.db import models
from django.db.models import F, Q

from cases.models.case import CustomerCase
from cases.states import LineKind, RemedyKind, RemedyState
from recovery.org.models import Person


class Remedy(models.Model):
    """One ledger line: what the customer gets, why, who may give it and how it ended.

    An entitlement is owed by law and stands outside personal limits; goodwill is a gift within
    them. Amounts are integer minor units of the organisation's currency. `charged_to` is whose
    allowance bears it. An entitlement is refused only by two persons, with reason and evidence.
    """

    case = models.ForeignKey(CustomerCase, models.PROTECT, related_name="remedies")
    line = models.CharField(max_length=12, choices=LineKind.choices())
    kind = models.CharField(max_length=14, choices=RemedyKind.choices())
    words = models.CharField(max_length=240, default="", blank=True)
    amount_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=18, choices=RemedyState.choices())
    offered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    delivered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    evidence = models.CharField(max_length=240, default="", blank=True)
    charged_to = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    refusal_asked_at = models.DateTimeField(null=True, blank=True)
    refusal_asked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    refusal = models.CharField(max_length=600, default="", blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("offered_by")),
                name="remedy_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered")
                | (Q(delivered_at__isnull=False, delivered_by__isnull=False) & ~Q(evidence="")),
                name="delivered_with_evidence",
            ),
            models.CheckConstraint(
                condition=~Q(state="lawfully_refused")
                | Q(refusal_asked_by__isnull=False, refused_by__isnull=False)
                & ~Q(refused_by=F("refusal_asked_by"))
                & ~Q(refusal="")
                & ~Q(evidence=""),
                name="right_refused_by_two",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True, refused_by__isnull=True)
                | Q(refused_at__isnull=False, refused_by__isnull=False),
                name="refused_at_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(refusal_asked_at__isnull=True, refusal_asked_by__isnull=True)
                | Q(refusal_asked_at__isnull=False, refusal_asked_by__isnull=False),
                name="refusal_asked_by_somebody",
            ),
        )
        indexes = (
            models.Index(fields=["case", "id"], name="remedies_of_case"),
            models.Index(
                fields=["offered_at"],
                name="remedies_awaiting",
                condition=Q(state__in=["awaiting_approval", "refusal_asked"]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor} {self.currency}"


class Allowance(models.Model):
    """What one person has given under one limit; the CHECK makes overspending impossible.

    `scope_key` is "case:<id>" or "week:<Monday>".
    """

    holder = models.ForeignKey(Person, models.PROTECT, related_name="+")
    scope_key = models.CharField(max_length=40)
    limit_minor = models.PositiveBigIntegerField()
    committed_minor = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["holder", "scope_key"], name="allowance_once"),
            models.CheckConstraint(
                condition=Q(committed_minor__lte=F("limit_minor")),
                name="allowance_not_overspent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.scope_key}: {self.committed_minor} of {self.limit_minor}"
