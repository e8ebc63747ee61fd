from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, UniqueConstraint
from django.db.models.functions import Coalesce

from recovery.org.models.people import Department, Person
from recovery.org.roles import Role


class _Held(Func):
    """The time a limit holds, as a range."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


_LINE = (Coalesce("person", 0), Coalesce("department", 0))


class AuthorityLimit(models.Model):
    """How much goodwill a role or one person may give: one version of one limit.

    Scope and period are mandatory, for a limit without them means something else to everyone:
    per case, per customer within the last `days` days, per person and week. `department` (with
    all below it) narrows a role to those who hold it there; none is everywhere. `together`: what
    anybody of that desk gave the same customer counts, in whichever case.

    A draft holds for nobody until somebody else than its writer has signed it. Once signed only
    its end may change: the database refuses the rest. Without `made_by` it was set up by hand.
    """

    class Scope(models.TextChoices):
        CASE = "case", "per case"
        CUSTOMER = "customer", "per customer"
        WEEK = "week", "per week"

    role = models.CharField(
        max_length=16,
        choices=[(role.value, role.value) for role in Role],
        default="",
        blank=True,
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="limits"
    )
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True)
    scope = models.CharField(max_length=8, choices=Scope)
    amount_minor = models.BigIntegerField()
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    together = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    draft = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(person__isnull=True) & ~Q(role=""))
                | (Q(person__isnull=False) & Q(role="")),
                name="limit_of_role_or_person",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="limit_not_negative"),
            models.CheckConstraint(
                condition=Q(scope="customer", days__gte=1)
                | ~Q(scope="customer") & Q(days__isnull=True, together=False),
                name="limit_of_customer_has_days",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="limit_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(draft=True, signed_by__isnull=True, signed_at__isnull=True)
                | Q(draft=False, made_by__isnull=True)
                | Q(draft=False, signed_by__isnull=False, signed_at__isnull=False)
                & ~Q(signed_by=F("made_by")),
                name="limit_signed_by_another",
            ),
            UniqueConstraint(
                "role", *_LINE, "scope", condition=Q(draft=True), name="one_draft_of_a_limit"
            ),
            ExclusionConstraint(
                name="limits_do_not_overlap",
                expressions=[
                    ("role", RangeOperators.EQUAL),
                    *((each, RangeOperators.EQUAL) for each in _LINE),
                    ("scope", RangeOperators.EQUAL),
                    (
                        _Held("valid_from", "valid_to", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(draft=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.role or self.person_id} {self.scope} {self.amount_minor}"
