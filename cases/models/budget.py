from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from cases.states import BudgetPeriod
from recovery.org.models import Department, Person


class _Days(Func):
    """The days a budget holds, as a range."""

    function = "daterange"
    output_field = DateRangeField()


class Budget(models.Model):
    """What a department may give away in each month or quarter, and who answers for it.

    It bears the goodwill and the expenses of its own cases and of those below it that have no
    budget of their own; care and what the law owes never touch it. One version: `valid_from` is
    the first day of a period, `valid_to` the day after the last.
    """

    department = models.ForeignKey(Department, models.PROTECT, related_name="budgets")
    period = models.CharField(max_length=8, choices=BudgetPeriod.choices())
    amount_minor = models.PositiveBigIntegerField()
    owner = models.ForeignKey(Person, models.PROTECT, related_name="budgets")
    warn_percent = models.PositiveSmallIntegerField(default=80)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="budgets_do_not_overlap",
                expressions=[
                    ("department", RangeOperators.EQUAL),
                    (_Days("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="budget_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(warn_percent__gte=1, warn_percent__lte=100),
                name="budget_warns_by_percent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.department_id} {self.period} {self.amount_minor}"


class BudgetAccount(models.Model):
    """What one budget has spent and promised in one period; the CHECK makes overspending impossible.

    `released_minor` is what its owner has let go beyond the limit, offer by offer.
    """

    department = models.ForeignKey(Department, models.PROTECT, related_name="accounts")
    period = models.CharField(max_length=8, choices=BudgetPeriod.choices())
    starts_on = models.DateField()
    limit_minor = models.PositiveBigIntegerField()
    spent_minor = models.PositiveBigIntegerField(default=0)
    promised_minor = models.PositiveBigIntegerField(default=0)
    released_minor = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["department", "period", "starts_on"], name="one_account_of_a_period"
            ),
            models.CheckConstraint(
                condition=Q(
                    limit_minor__gte=F("spent_minor")
                    + F("promised_minor")
                    - F("released_minor")
                ),
                name="budget_not_overspent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.department_id} {self.starts_on}"
