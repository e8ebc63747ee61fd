from django.db import models
from django.db.models import F, Q

from cases.models.budget import BudgetAccount
from cases.models.case import CustomerCase
from cases.models.catalogue import OfferingVersion
from cases.states import LineKind, RemedyKind, RemedyState, ReversalKind, WaitsFor
from recovery.org.models import Department, Person


class Remedy(models.Model):
    """One ledger line: what the customer gets, why, who may give it and how it ended.

    An entitlement is owed by law and stands outside personal limits; goodwill is a gift within
    them. Amounts are integer minor units of the organisation's currency. `charged_to` is whose
    allowance bears it, `desk` which desk gave it, `account` out of which budget. Whoever approved
    it may have stood in for somebody away: `approved_for`. An entitlement is refused only by two
    persons, with reason and evidence.
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
    approved_for = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    waits_for = models.CharField(
        max_length=8, choices=WaitsFor.choices(), default="", blank=True
    )
    desk = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )
    account = models.ForeignKey(
        BudgetAccount, models.PROTECT, null=True, blank=True, related_name="remedies"
    )
    offering = models.ForeignKey(
        OfferingVersion, models.PROTECT, null=True, blank=True, related_name="+"
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
                condition=Q(approved_for__isnull=True)
                | Q(approved_by__isnull=False)
                & ~Q(approved_for=F("offered_by"))
                & ~Q(approved_for=F("approved_by")),
                name="remedy_approved_for_another",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"), name="remedy_currency_is_a_code"
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


class Reversal(models.Model):
    """A remedy that was given and came back: why, what proves it, and what had proved the giving.

    Taken back by us, or a payment that bounced. Never changed.
    """

    remedy = models.ForeignKey(Remedy, models.PROTECT, related_name="reversals")
    kind = models.CharField(max_length=10, choices=ReversalKind.choices())
    words = models.CharField(max_length=240)
    evidence = models.CharField(max_length=240)
    was_evidence = models.CharField(max_length=240)
    was_delivered_at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(words="") & ~Q(evidence=""), name="reversal_with_reason_and_proof"
            ),
        )
        indexes = (models.Index(fields=["remedy", "at"], name="reversals_of_remedy"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.remedy_id}"
