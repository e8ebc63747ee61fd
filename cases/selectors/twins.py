"""Cases of one failure that two records of a customer have both, and what a merge would move."""

from dataclasses import dataclass

from cases.models import CustomerCase
from cases.states import CaseState


@dataclass(frozen=True, slots=True)
class Twin:
    """One failure of which both have a case: that of the record merged, that of the one kept."""

    failure_id: int
    case_id: int
    twin_id: int
    twin_is_set_aside: bool = False


def twins_of(merged_id: int, into_id: int) -> list[Twin]:
    """The failures of which both have a case, in order; two queries."""
    mine = dict(
        CustomerCase.objects.filter(customer=merged_id)
        .exclude(item__state=CaseState.MERGED)
        .values_list("failure_id", "pk")
    )
    theirs = CustomerCase.objects.filter(customer=into_id, failure__in=list(mine))
    rows = theirs.order_by("failure_id").values_list("failure_id", "pk", "item__state")
    return [
        Twin(failure_id, mine[failure_id], pk, state == CaseState.MERGED)
        for failure_id, pk, state in rows
    ]
