from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from cases.models.customer import Customer
from cases.states import ContactDirection, RemedyWish
from recovery.failures.models import Failure, WorkItem
from recovery.failures.states import Channel
from recovery.messages.models import Message
from recovery.org.models import Person


class CustomerCase(models.Model):
    """The recovery of one failure for one affected customer, who may have complained or not.

    The lifecycle state is the word on its work item. Times are facts of this case; `end` is what
    the track counts (domain: ok, ok_unconfirmed, failed). `outside_body` is who decides, or whom
    the customer may turn to after a final response. `repeat_of` is the earlier case in which
    the same customer met the same mode of failure; `handover_count` how often it changed desks.
    `disagreed_at` is when the customer said that they do not accept the final response.
    """

    item = models.OneToOneField(WorkItem, models.PROTECT, primary_key=True, related_name="case")
    failure = models.ForeignKey(Failure, models.PROTECT, related_name="customer_cases")
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="cases"
    )
    wished_outcome = models.TextField(default="", blank=True)
    complained = models.BooleanField(default=False)
    history = models.BooleanField(default=False)
    received_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    remedied_at = models.DateTimeField(null=True, blank=True)
    remedied_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    evidence = models.TextField(default="", blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=14, default="", blank=True)
    end_words = models.TextField(default="", blank=True)
    outside_body = models.CharField(max_length=160, default="", blank=True)
    disagreed_at = models.DateTimeField(null=True, blank=True)
    rejected_count = models.PositiveSmallIntegerField(default=0)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    double_deviation = models.BooleanField(default=False)
    repeat_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="repeats"
    )
    handover_count = models.PositiveSmallIntegerField(default=0)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["failure", "customer"],
                condition=Q(customer__isnull=False),
                name="one_case_per_customer",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="acknowledged_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(remedied_at__isnull=True)
                | (Q(remedied_by__isnull=False) & ~Q(evidence="")),
                name="remedied_with_evidence",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="")
                | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="case_end_with_time",
            ),
        )
        indexes = (
            models.Index(fields=["customer", "-recorded_at"], name="case_of_customer"),
            models.Index(
                fields=["remedied_at"],
                name="case_waiting_for_word",
                condition=Q(remedied_at__isnull=False, ended_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"customer case {self.pk}"


class Complaint(models.Model):
    """An expression of dissatisfaction that expects an answer; the customer's own words."""

    case = models.ForeignKey(CustomerCase, models.PROTECT, related_name="complaints")
    channel = models.CharField(max_length=12, choices=Channel.choices())
    received_at = models.DateTimeField()
    words = models.TextField()
    wish = models.CharField(max_length=14, choices=RemedyWish.choices(), default="", blank=True)
    source = models.CharField(max_length=60, default="", blank=True)
    external_id = models.CharField(max_length=120, default="", blank=True)
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["case", "received_at"], name="complaints_of_case"),)

    def __str__(self) -> str:
        return f"complaint {self.pk}"


class Contact(models.Model):
    """One contact with the customer. An automatic message never counts as acknowledgement.

    `retold`: the customer had to tell the whole story again.
    `verb` is the step of the case that it was part of, "" for none. `letter` is its way out by
    mail, to `address`: of a spoken contact the recap. What was taken back in time was never said.
    """

    case = models.ForeignKey(CustomerCase, models.PROTECT, related_name="contacts")
    direction = models.CharField(max_length=3, choices=ContactDirection.choices())
    channel = models.CharField(max_length=12, choices=Channel.choices())
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.TextField(default="", blank=True)
    automatic = models.BooleanField(default=False)
    delivered = models.BooleanField(default=True)
    retold = models.BooleanField(default=False)
    verb = models.CharField(max_length=24, default="", blank=True)
    address = models.CharField(max_length=254, default="", blank=True)
    letter = models.OneToOneField(
        Message, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(letter__isnull=True) | Q(direction="out") & ~Q(address=""),
                name="letter_goes_to_an_address",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | Q(delivered=False),
                name="taken_back_did_not_arrive",
            ),
        )
        indexes = (models.Index(fields=["case", "-at"], name="contacts_of_case"),)

    def __str__(self) -> str:
        return f"contact {self.pk}"
