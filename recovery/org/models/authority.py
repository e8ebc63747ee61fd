from django.db import models
from django.db.models import Q

from recovery.org.models.people import Person
from recovery.org.roles import Role


class AuthorityLimit(models.Model):
    """How much goodwill a role or one person may give, per case or per week.

    Scope and period are mandatory: a limit without them means something else to everyone.
    """

    class Scope(models.TextChoices):
        CASE = "case", "per case"
        WEEK = "week", "per week"

    role = models.CharField(
        max_length=16,
        choices=[(role.value, role.value) for role in Role],
        default="",
        blank=True,
    )
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True)
    scope = models.CharField(max_length=8, choices=Scope)
    amount_minor = models.BigIntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(person__isnull=True) & ~Q(role=""))
                | (Q(person__isnull=False) & Q(role="")),
                name="limit_of_role_or_person",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="limit_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.role or self.person_id} {self.scope} {self.amount_minor}"
