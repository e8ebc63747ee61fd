"""What a merge changes on the failure that stays, kept so that un-merge can take it back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cases.selectors.joining import has_cases
from recovery.failures.models import Failure, Track
from recovery.failures.services import report_track
from recovery.failures.states import TrackKind, TrackState
from staff.selectors import anyone_screened


def as_it_was(failure: Failure) -> dict[str, Any]:
    """Receipt, people and tracks nobody had required, before a merge."""
    idle = Track.objects.filter(failure=failure, state=TrackState.NOT_REQUIRED)
    return {
        "received_at": failure.received_at.isoformat() if failure.received_at else None,
        "affected": failure.affected_count,
        "idle": {track.kind: track.reasons for track in idle},
    }


def counted_in(failure_id: int, before: Mapping[str, Any]) -> dict[str, Any]:
    """The same with what the merge made of it."""
    found = Failure.objects.get(pk=failure_id)
    return {
        **before,
        "then_affected": found.affected_count,
        "then_received_at": found.received_at.isoformat() if found.received_at else None,
    }


def give_back(
    failure_id: int, before: Mapping[str, Any], *, at: datetime, actor_id: int
) -> None:
    """Undo on the failure that stayed what came by the merge alone; later changes stay."""
    failure = Failure.objects.get(pk=failure_id)
    added = before["then_affected"] - before["affected"]
    failure.affected_count = max(before["affected"], failure.affected_count - added)
    received = failure.received_at.isoformat() if failure.received_at else None
    if received == before["then_received_at"]:
        since = before["received_at"]
        failure.received_at = datetime.fromisoformat(since) if since else None
    failure.save(update_fields=["affected_count", "received_at"])
    still_there = {
        TrackKind.CUSTOMER: has_cases(failure_id),
        TrackKind.EMPLOYEE: anyone_screened(failure_id),
    }
    for kind, reasons in before["idle"].items():
        if still_there.get(TrackKind(kind), True):
            continue
        report_track(
            failure_id=failure_id,
            kind=TrackKind(kind),
            state=TrackState.NOT_REQUIRED,
            at=at,
            actor_id=actor_id,
        )
        Track.objects.filter(failure_id=failure_id, kind=kind).update(reasons=reasons)
