"""Who of a failure has a case already."""

from cases.models import CustomerCase
from cases.states import CaseState


def case_ids_by_customer(failure_id: int) -> dict[int, int]:
    """Which customers have a case of this failure, and which one."""
    rows = CustomerCase.objects.filter(failure_id=failure_id, customer__isnull=False)
    rows = rows.exclude(item__state=CaseState.MERGED)
    return dict(rows.values_list("customer_id", "pk"))


def has_cases(failure_id: int) -> bool:
    """Say whether a failure has a case of its own, open or ended; merged ones are not."""
    rows = CustomerCase.objects.filter(failure_id=failure_id)
    return rows.exclude(item__state=CaseState.MERGED).exists()
