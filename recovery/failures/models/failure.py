from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Now, Upper

from recovery.failures.models.catalogue import (
    BlueprintStep,
    Category,
    FailureMode,
    ServicePromise,
)
from recovery.failures.states import SEVERITIES, Channel, Detection, Whole
from recovery.org.models import Department, Person


class Failure(models.Model):
    """What went wrong, once, for nobody, one or many customers, with or without a complaint.

    The spine that the three tracks hang on. `status` is computed from the tracks and set by no
    hand. `account` is free text, counts as personal and is erasable; no customer identifiers here.
    The public reference (F-7K3Q9X) is a function of the key, so it needs no column.
    """

    title = models.CharField(max_length=160)
    account = models.TextField(default="", blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True)
    mode = models.ForeignKey(FailureMode, models.PROTECT, null=True, blank=True)
    step = models.ForeignKey(BlueprintStep, models.PROTECT, null=True, blank=True)
    promise = models.ForeignKey(ServicePromise, models.PROTECT, null=True, blank=True)
    service_reference = models.CharField(max_length=80, default="", blank=True)
    channel = models.CharField(max_length=12, choices=Channel.choices())
    detection = models.CharField(max_length=18, choices=Detection.choices())

    experience = models.PositiveSmallIntegerField(default=0)
    trust = models.PositiveSmallIntegerField(default=0)
    safety = models.PositiveSmallIntegerField(default=0)
    quality = models.PositiveSmallIntegerField(default=0)
    money = models.PositiveSmallIntegerField(default=0)
    legal = models.PositiveSmallIntegerField(default=0)
    severity = models.GeneratedField(
        expression=Greatest(*SEVERITIES),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    at_risk_now = models.BooleanField(default=False)
    flags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    priority = models.PositiveSmallIntegerField()
    priority_reason = models.CharField(max_length=40)

    first_seen_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )
    found_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )
    owning_department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    reported_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    occurred_at = models.DateTimeField(null=True, blank=True)
    detected_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    day = models.DateField()
    history = models.BooleanField(default=False)

    affected_count = models.PositiveIntegerField(default=0)
    contacted_count = models.PositiveIntegerField(default=0)
    made_whole_count = models.PositiveIntegerField(default=0)
    no_reach = models.TextField(default="", blank=True)
    double_deviation = models.BooleanField(default=False)
    cost_minor = models.BigIntegerField(default=0)

    status = models.CharField(max_length=24, choices=Whole.choices(), default=Whole.OPEN)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    first_recovered_at = models.DateTimeField(null=True, blank=True)
    customer_ended_at = models.DateTimeField(null=True, blank=True)
    care_offered_at = models.DateTimeField(null=True, blank=True)
    learning_placed_at = models.DateTimeField(null=True, blank=True)
    proven_at = models.DateTimeField(null=True, blank=True)
    cause_returned_at = models.DateTimeField(null=True, blank=True)

    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    void_reason = models.CharField(max_length=240, default="", blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(**{f"{name}__lte": 4 for name in SEVERITIES}),
                name="severity_0_to_4",
            ),
            models.CheckConstraint(
                condition=Q(priority__gte=1, priority__lte=4), name="priority_1_to_4"
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
                name="void_has_time_and_person",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="failure_not_merged_into_itself",
            ),
        )
        indexes = (
            models.Index(fields=["-detected_at", "-id"], name="failure_newest"),
            models.Index(fields=["status", "-detected_at", "-id"], name="failure_by_status"),
            models.Index(
                fields=["owning_department", "-detected_at", "-id"],
                name="failure_by_department",
            ),
            models.Index(fields=["mode", "-detected_at"], name="failure_by_mode"),
            models.Index(fields=["day", "owning_department"], name="failure_by_day"),
            models.Index(
                Upper("service_reference"),
                name="failure_by_service",
                condition=~Q(service_reference=""),
            ),
        )

    def __str__(self) -> str:
        return self.title


class SearchDoc(models.Model):
    """The words a failure can be found by; derived, rebuilt at erasure.

    `bucket` cuts the index into slices of 25 000 failures so that the newest are read first.
    """

    failure = models.OneToOneField(Failure, models.CASCADE, primary_key=True)
    words = models.TextField()
    is_open = models.BooleanField(default=True)
    bucket = models.GeneratedField(
        expression=F("failure_id") / 25000, output_field=models.IntegerField(), db_persist=True
    )
    tsv = models.GeneratedField(
        expression=SearchVector("words", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = (
            GinIndex(fields=["bucket", "tsv"], name="search_words"),
            GinIndex(
                OpClass("words", name="gin_trgm_ops"),
                name="search_alike",
                condition=Q(is_open=True),
            ),
        )

    def __str__(self) -> str:
        return f"words of {self.failure_id}"


class PriorityRaise(models.Model):
    """Somebody made a failure more urgent than its severity says; rows only ever raise."""

    failure = models.ForeignKey(Failure, models.CASCADE, related_name="raises")
    priority = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=240)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"P{self.priority}: {self.reason}"


class MergeEntry(models.Model):
    """One child moved by a merge, so that un-merge can put it back where it was."""

    merged = models.ForeignKey(Failure, models.PROTECT, related_name="merge_entries")
    into = models.ForeignKey(Failure, models.PROTECT, related_name="+")
    child = models.CharField(max_length=30)
    child_id = models.BigIntegerField()
    before = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.child} {self.child_id}"
