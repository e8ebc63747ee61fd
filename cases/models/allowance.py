from django.db import models
from django.db.models import F, Q

from recovery.org.models import Person


class Allowance(models.Model):
    """What has been given under one limit; the CHECK makes overspending impossible.

    `scope_key` is "case:<id>", "week:<Monday>" or "customer:<id>", that of a desk "…:desk:<id>"
    with no holder, for there everybody's gifts count together. What a customer got counts only
    for some days, so that sum is taken anew at each gift, the row locked.
    """

    holder = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    scope_key = models.CharField(max_length=60)
    limit_minor = models.PositiveBigIntegerField()
    committed_minor = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["holder", "scope_key"], name="allowance_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(committed_minor__lte=F("limit_minor")),
                name="allowance_not_overspent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.scope_key}: {self.committed_minor} of {self.limit_minor}"
