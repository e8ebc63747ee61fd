"""Who of a failure has a case already."""

from collections.abc import Collection

from cases.models import CustomerCase
from cases.states import CaseState


def has_cases(failure_id: int) -> bool:
    """Say whether a failure has a case of its own, open or ended; merged ones are not."""
    rows = CustomerCase.objects.filter(failure_id=failure_id)
    return rows.exclude(item__state=CaseState.MERGED).exists()


def case_ids_among(failure_id: int, customer_ids: Collection[int]) -> dict[int, int]:
    """Which of these customers have a case of this failure, and which one; one query.

    A case that was merged counts as well: it holds the customer's one place in the failure.
    """
    rows = CustomerCase.objects.filter(failure_id=failure_id, customer_id__in=customer_ids)
    return {each.customer_id: each.pk for each in rows.only("customer_id") if each.customer_id}
