from django.db import models
from django.db.models import Q

from cases.models.case import CustomerCase
from cases.states import ListState, RowResult
from recovery.failures.models import Failure
from recovery.org.models import Person


class AffectedList(models.Model):
    """A list of people whom a failure affected, on its way to a case each.

    `foreseen` counts what looking through it found: new, known, doubled, here, bad. `done` counts
    rows that need nothing more. `why` says in English what stopped it, if nobody did.
    """

    failure = models.ForeignKey(Failure, models.PROTECT, related_name="affected_lists")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    source = models.CharField(max_length=60, default="", blank=True)
    foreseen = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=ListState.choices(), default=ListState.DRAFT)
    started_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=240, default="", blank=True)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    here = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"]) | Q(started_by__isnull=False),
                name="list_started_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(done=models.F("added") + models.F("here") + models.F("refused")),
                name="list_counts_add_up",
            ),
        )
        indexes = (
            models.Index(fields=["failure", "-id"], name="lists_of_failure"),
            models.Index(fields=["id"], name="lists_to_work", condition=Q(state="working")),
            models.Index(
                fields=["made_at"],
                name="lists_unfinished",
                condition=Q(state__in=["draft", "stopped"]),
            ),
        )

    def __str__(self) -> str:
        return f"list {self.pk} of {self.total}"


class AffectedRow(models.Model):
    """One line of a list. Who it names is forgotten once it has become a case.

    `amount_minor` is what the list says this person is due, in the organisation's currency.
    """

    list = models.ForeignKey(AffectedList, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    external_id = models.CharField(max_length=120, default="", blank=True)
    name = models.CharField(max_length=160, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    phone = models.CharField(max_length=40, default="", blank=True)
    segment = models.CharField(max_length=60, default="", blank=True)
    amount_minor = models.PositiveBigIntegerField(null=True, blank=True)
    result = models.CharField(max_length=8, choices=RowResult.choices(), default="", blank=True)
    refusal = models.CharField(max_length=240, default="", blank=True)
    case = models.ForeignKey(
        CustomerCase, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["list", "number"], name="row_of_list_once"),
            models.CheckConstraint(
                condition=Q(result="")
                | Q(external_id="", name="", email="", phone="", segment=""),
                name="worked_row_names_nobody",
            ),
            models.CheckConstraint(
                condition=Q(result__in=["", "refused"], case__isnull=True)
                | Q(result__in=["added", "here"], case__isnull=False),
                name="row_that_is_a_case_has_one",
            ),
        )
        indexes = (
            models.Index(
                fields=["list", "number"], name="rows_to_work", condition=Q(result="")
            ),
            models.Index(
                fields=["case", "-id"],
                name="row_amount_of_case",
                condition=Q(amount_minor__isnull=False, case__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"row {self.number} of list {self.list_id}"
