"""What is said in the log about a case, whatever its track: support names nobody but its holder."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from recovery.events.models import Audience
from recovery.events.services import EventRow
from recovery.failures.states import TrackKind


def case_news(
    verb: str,
    facts: Mapping[str, Any],
    *,
    kind: str,
    item_id: int,
    failure_id: int | None,
    owner_id: int | None,
    actor_id: int,
    at: datetime,
) -> EventRow:
    """An event on the story of a case of track `kind`, with `facts` that name nobody.

    About support it is for its holder alone, and says nothing of the failure.
    """
    is_support = kind == TrackKind.EMPLOYEE
    readers = {"readers": [owner_id] if owner_id else []}
    return EventRow(
        stream=f"{kind}:{item_id}",
        verb=verb,
        actor_id=actor_id,
        at=at,
        failure_id=None if is_support else failure_id,
        item_id=item_id,
        audience=Audience.NAMED if is_support else Audience.SCOPE,
        public={} if is_support else dict(facts),
        private=dict(facts) | readers if is_support else {},
    )
