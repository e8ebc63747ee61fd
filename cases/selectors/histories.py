"""What changed on a customer's record, when and by whom: old and new from the revisions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.models import Revision
from recovery.events.models import Event
from recovery.org.selectors import names_of

MOST_CHANGES = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to a record; `fields` are (name, old, new), none once erased."""

    at: datetime
    who: str
    verb: str
    fields: Sequence[tuple[str, str, str]]
    other_id: int | None


def changes_of(customer_id: int, *, restricted: bool = False) -> list[Change]:
    """The newest changes of a record, either the open ones or the restricted; three queries."""
    verbs = (
        ("customer.restricted_read", "customer.restricted_changed")
        if restricted
        else ("customer.changed", "customer.merged", "customer.unmerged")
    )
    found = Event.objects.filter(stream=f"profile:{customer_id}", verb__in=verbs)
    events = list(found.order_by("-pk")[:MOST_CHANGES])
    names = names_of({each.actor_id for each in events})
    fields = _fields(customer_id, [each.pk for each in events])
    return [
        Change(
            at=each.at,
            who=names.get(each.actor_id, ""),
            verb=each.verb,
            fields=fields.get(each.pk, ()),
            other_id=each.public.get("other"),
        )
        for each in events
    ]


def _fields(
    customer_id: int, event_ids: Collection[int]
) -> dict[int, list[tuple[str, str, str]]]:
    rows = Revision.objects.filter(customer=customer_id, event_id__in=event_ids)
    found: dict[int, list[tuple[str, str, str]]] = {}
    for event_id, name, old, new in rows.order_by("pk").values_list(
        "event_id", "field", "old", "new"
    ):
        found.setdefault(event_id, []).append((name, old, new))
    return found
