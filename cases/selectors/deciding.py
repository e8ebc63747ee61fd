"""Remedies that wait for somebody else's decision."""

from collections.abc import Collection

from django.db.models import QuerySet

from cases.models import Remedy
from cases.states import RemedyState
from recovery.org.models import Person


def _at_approval(state: RemedyState, desks: Collection[int]) -> QuerySet[Remedy]:
    return Remedy.objects.select_related(
        "case__item__department", "offered_by", "refusal_asked_by"
    ).filter(
        state=state,
        case__item__closed_at__isnull=True,
        case__item__waiting_for="approval",
        case__item__department_id__in=desks,
    )


def offers_to_approve(viewer: Person, desks: Collection[int], *, most: int) -> list[Remedy]:
    """Offers above a limit at these desks, oldest first, without those of the viewer."""
    asked = _at_approval(RemedyState.AWAITING_APPROVAL, desks).exclude(offered_by=viewer)
    return list(asked.order_by("offered_at")[:most])


def refusals_to_decide(viewer: Person, desks: Collection[int], *, most: int) -> list[Remedy]:
    """Rights that somebody else asks to refuse at these desks, oldest first."""
    asked = _at_approval(RemedyState.REFUSAL_ASKED, desks).exclude(refusal_asked_by=viewer)
    return list(asked.order_by("refusal_asked_at")[:most])
