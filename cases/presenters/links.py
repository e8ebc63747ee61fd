"""The customer's own page as colleagues handle it: its address, how long it opens, if it was read."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from cases.models import CustomerCase, StatusLink
from cases.policy import link_ends
from cases.selectors.links import token_of
from cases.states import CaseState


@dataclass(frozen=True, slots=True)
class LinkRow:
    """`until` is None while the case is open: then the page opens as long as that."""

    url: str
    until: datetime | None
    is_over: bool
    seen_at: datetime | None


def link_row(case: CustomerCase, now: datetime) -> LinkRow | None:
    """The page of a case read with its link; None for one that is part of another. No query."""
    if case.item.state == CaseState.MERGED:
        return None
    link = getattr(case, "status_link", None) or StatusLink(case=case)
    until = link_ends(case.ended_at, link.valid_until)
    path = reverse("cases:status", args=[token_of(case.pk, link.generation)])
    return LinkRow(
        url=f"{settings.PUBLIC_URL}{path}",
        until=until,
        is_over=until is not None and now >= until,
        seen_at=link.last_seen_at,
    )
