"""Payments that look like one another."""

from cases.models import Remedy
from cases.states import RemedyState


def twin_of(remedy: Remedy, customer_id: int | None) -> Remedy | None:
    """What the same customer was given already: same amount, same reference. At most one query.

    References are alike whatever their case, spaces and marks. What is worth nothing has no twin.
    """
    key = reference_key(remedy.evidence)
    if customer_id is None or not remedy.amount_minor or not key:
        return None
    found = Remedy.objects.filter(
        case__customer_id=customer_id,
        state=RemedyState.DELIVERED,
        amount_minor=remedy.amount_minor,
    ).exclude(pk=remedy.pk)
    return next(
        (each for each in found.order_by("pk") if reference_key(each.evidence) == key), None
    )


def reference_key(evidence: str) -> str:
    """A payment's reference without what people write in different ways."""
    return "".join(letter for letter in evidence.casefold() if letter.isalnum())
