from django.db import models
from django.db.models import Q

from cases.models.case import CustomerCase
from cases.states import PartyRole
from recovery.org.models import Person


class Party(models.Model):
    """Somebody beside the customer on a case: who, as what, by what mandate and until when.

    `mandate` says what proves that they may act, "" for none; `valid_until` is its last day,
    None for no end.
    """

    case = models.ForeignKey(CustomerCase, models.PROTECT, related_name="parties")
    role = models.CharField(max_length=14, choices=PartyRole.choices())
    name = models.CharField(max_length=160)
    way = models.CharField(max_length=254, default="", blank=True)
    mandate = models.CharField(max_length=240, default="", blank=True)
    valid_until = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="party_has_a_name"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | ~Q(mandate=""),
                name="party_mandate_ends_if_there_is_one",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="party_ended_by_somebody",
            ),
        )
        indexes = (
            models.Index(
                fields=["case", "id"], name="parties_of_case", condition=Q(ended_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} on {self.case_id}"
