from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now, Upper

from cases.states import ContactKind, Need, PreferredFormat
from recovery.failures.states import Channel
from recovery.org.models import Person


def as_misread(column: str) -> Func:
    """A number as it is compared: O is 0, I and L are 1, blanks and hyphens do not count."""
    return Func(Upper(column), Value("OIL -"), Value("011"), function="translate")


class Customer(models.Model):
    """A person or firm affected by failures. All identifiers of customers live here.

    `email` and `phone` are the preferred ones; others are ContactWays. Normal forms are what is
    compared. `lifetime_value_minor` is in minor units of the organisation's currency, None when
    nobody knows. `merged_into` is the record that stands for this one now, never one that was
    merged itself; this one keeps its identifiers, so that it is still recognised by them.
    """

    source = models.CharField(max_length=60, default="", blank=True)
    external_id = models.CharField(max_length=120, default="", blank=True)
    name = models.CharField(max_length=160, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    email_normal = models.CharField(max_length=254, default="", blank=True)
    phone = models.CharField(max_length=40, default="", blank=True)
    phone_normal = models.CharField(max_length=20, default="", blank=True)
    segment = models.CharField(max_length=60, default="", blank=True)
    customer_since = models.DateField(null=True, blank=True)
    lifetime_value_minor = models.PositiveBigIntegerField(null=True, blank=True)
    language = models.CharField(max_length=12, default="", blank=True)
    preferred_channel = models.CharField(
        max_length=12, choices=Channel.choices(), default="", blank=True
    )
    preferred_format = models.CharField(
        max_length=14, choices=PreferredFormat.choices(), default="", blank=True
    )
    no_surveys = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_here"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="customer_external_once",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="customer_not_merged_into_itself",
            ),
        )
        indexes = (
            models.Index(
                fields=["email_normal"], name="customer_email", condition=~Q(email_normal="")
            ),
            models.Index(
                fields=["phone_normal"], name="customer_phone", condition=~Q(phone_normal="")
            ),
            models.Index(
                as_misread("external_id"), name="customer_number", condition=~Q(external_id="")
            ),
            GinIndex(OpClass("name", name="gin_trgm_ops"), name="customer_named_alike"),
        )

    def __str__(self) -> str:
        return self.name or f"customer {self.pk}"


class ContactWay(models.Model):
    """One more e-mail address or telephone number of a customer, beside the preferred ones."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="ways")
    kind = models.CharField(max_length=5, choices=ContactKind.choices())
    value = models.CharField(max_length=254)
    normal = models.CharField(max_length=254)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["customer", "kind", "normal"], name="contact_way_once"
            ),
            models.CheckConstraint(condition=~Q(normal=""), name="contact_way_can_be_compared"),
        )
        indexes = (models.Index(fields=["normal"], name="contact_way_normal"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.customer_id}"


class RestrictedFacts(models.Model):
    """What only those with a permission of its own read of a customer, each reading recorded.

    `needs` are codes of why a failure may harm this person more, `help_words` what helps then;
    `safety_words` say what colleagues must know to stay safe: behaviour, never the person.
    """

    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="restricted"
    )
    needs = ArrayField(
        models.CharField(max_length=10, choices=Need.choices()), default=list, blank=True
    )
    help_words = models.TextField(default="", blank=True)
    safety_words = models.TextField(default="", blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"restricted facts of {self.customer_id}"


class Revision(models.Model):
    """A changed personal field, old and new; erasure deletes it and the log keeps "changed"."""

    event_id = models.BigIntegerField()
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True)
    field = models.CharField(max_length=40)
    old = models.TextField(default="", blank=True)
    new = models.TextField(default="", blank=True)

    class Meta:
        indexes = (models.Index(fields=["customer", "-event_id"], name="revisions_newest"),)

    def __str__(self) -> str:
        return f"{self.field} at {self.event_id}"


class CustomerMerge(models.Model):
    """Two records of one customer made one: `merged` stands behind `into` until it is undone."""

    merged = models.ForeignKey(Customer, models.PROTECT, related_name="merges")
    into = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="customer_merged_into_one",
            ),
            models.CheckConstraint(
                condition=~Q(merged=F("into")), name="customer_merged_with_another"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="customer_merge_undone_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.into_id}"


class CustomerMergeEntry(models.Model):
    """One child that a merge of customers moved, so that un-merge can put it back.

    `child` is "case", "customer" (merged into the merged one before), or what
    cases.services.moving moves when both had a case of one failure.
    """

    merge = models.ForeignKey(CustomerMerge, models.CASCADE, related_name="entries")
    child = models.CharField(max_length=30)
    child_id = models.BigIntegerField()
    before = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.child} {self.child_id}"
