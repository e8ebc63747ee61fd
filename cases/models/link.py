from django.db import models
from django.db.models import Q

from cases.models.case import CustomerCase


class StatusLink(models.Model):
    """What is known of the customer's own page of a case; without a row, what is written here.

    The address itself is nowhere: it is worked out from the case, `generation` and the secret
    key, so raising the generation ends every address given out before. `valid_until` is time
    given by hand beyond what an ended case has anyway.
    """

    case = models.OneToOneField(
        CustomerCase, models.PROTECT, primary_key=True, related_name="status_link"
    )
    generation = models.PositiveIntegerField(default=1)
    valid_until = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(generation__gte=1), name="link_generation"),
        )

    def __str__(self) -> str:
        return f"link {self.generation} of case {self.pk}"
