"""What the tracks report to the failure, and the whole status computed from it."""

from datetime import datetime
from typing import Literal

from django.db.models import F

from recovery.events.services import record
from recovery.failures.models import Failure, SearchDoc, Track, Waiver
from recovery.failures.policy import TrackView, whole_status
from recovery.failures.states import CLOSED_STATUSES, TrackEnd, TrackKind, TrackState, Whole

type Milestone = Literal[
    "care_offered_at", "learning_placed_at", "proven_at", "cause_returned_at"
]
_GOOD = frozenset({TrackEnd.OK, TrackEnd.OK_UNCONFIRMED})


def report_track(
    *,
    failure_id: int,
    kind: TrackKind,
    state: TrackState,
    end: TrackEnd | None = None,
    at: datetime,
    actor_id: int,
) -> None:
    """Write how far a track is, then compute the whole anew. The failure must be locked.

    A live waiver holds until its track ends well by itself; then the waiver has ended too.
    """
    track = Track.objects.get(failure_id=failure_id, kind=kind)
    waiver = Waiver.objects.filter(
        failure_id=failure_id, kind=kind, approved=True, ended_at__isnull=True
    ).first()
    if waiver and end is not TrackEnd.WAIVED:
        if end not in _GOOD:
            return
        waiver.ended_at = at
        waiver.save(update_fields=["ended_at"])
    if (track.state, track.end) == (state.value, end.value if end else ""):
        return
    _write(track, state, end, at=at)
    record(
        stream=f"failure:{failure_id}",
        verb="track.changed",
        actor_id=actor_id,
        at=at,
        failure_id=failure_id,
        public={"track": kind.value, "state": state.value, "end": track.end},
    )
    if kind is TrackKind.CUSTOMER:
        ended = at if end in _GOOD else None
        Failure.objects.filter(pk=failure_id).update(customer_ended_at=ended)
    if end is TrackEnd.POOLED:
        report_milestone(failure_id=failure_id, name="learning_placed_at", at=at)
    recompute(failure_id=failure_id, at=at, actor_id=actor_id)


def _write(track: Track, state: TrackState, end: TrackEnd | None, *, at: datetime) -> None:
    was_ended = track.state == TrackState.ENDED
    track.ended_before = track.ended_before or was_ended
    track.state, track.end = state, end or ""
    track.ended_at = at if state is TrackState.ENDED else None
    if state in {TrackState.ACTIVE, TrackState.ENDED} and track.started_at is None:
        track.started_at = at
    track.save(update_fields=["state", "end", "ended_at", "started_at", "ended_before"])


def recompute(*, failure_id: int, at: datetime, actor_id: int) -> Whole:
    """Compute the whole status from the tracks as they now stand and write it if it changed."""
    failure = Failure.objects.get(pk=failure_id)
    before = Whole(failure.status)
    if before in {Whole.MERGED, Whole.VOID}:
        return before
    views = {
        TrackKind(track.kind): TrackView(
            state=track.state,
            end=track.end,
            ended_before=track.ended_before,
        )
        for track in Track.objects.filter(failure_id=failure_id)
    }
    was_ended = before in CLOSED_STATUSES - {Whole.NOTED}
    # The count remembers it across a merge, during which the status says merged.
    had_ended = was_ended or before is Whole.REOPENED or failure.reopened_count > 0
    after = whole_status(views, had_ended=had_ended)
    if after is before:
        return after
    reopened = was_ended and after not in CLOSED_STATUSES
    failure.status = after
    failure.version += 1
    failure.reopened_count += reopened
    if after is Whole.RECOVERED and failure.first_recovered_at is None:
        failure.first_recovered_at = at
    failure.save(update_fields=["status", "version", "reopened_count", "first_recovered_at"])
    if (before in CLOSED_STATUSES) != (after in CLOSED_STATUSES):
        SearchDoc.objects.filter(pk=failure_id).update(is_open=after not in CLOSED_STATUSES)
    record(
        stream=f"failure:{failure_id}",
        verb="failure.status_changed",
        actor_id=actor_id,
        at=at,
        failure_id=failure_id,
        public={"from": before.value, "to": after.value, "reopened": reopened},
    )
    return after


def report_milestone(*, failure_id: int, name: Milestone, at: datetime) -> None:
    """Date a milestone the first time it is reached."""
    Failure.objects.filter(pk=failure_id, **{f"{name}__isnull": True}).update(**{name: at})


def report_people(*, failure_id: int, affected: int, contacted: int, made_whole: int) -> None:
    """Write how many people are affected, were reached and are whole again."""
    Failure.objects.filter(pk=failure_id).update(
        affected_count=affected, contacted_count=contacted, made_whole_count=made_whole
    )


def report_cost(*, failure_id: int, amount_minor: int) -> None:
    """Add money given to the failure's cost; negative takes it back."""
    Failure.objects.filter(pk=failure_id).update(cost_minor=F("cost_minor") + amount_minor)


def report_double_deviation(*, failure_id: int) -> None:
    """Mark that a recovery of this failure failed as well."""
    Failure.objects.filter(pk=failure_id).update(double_deviation=True)


def require_track(
    *, failure_id: int, kind: TrackKind, reason: str, at: datetime, actor_id: int
) -> None:
    """Make a track required that was not, or take it out of the pool. The failure is locked."""
    track = Track.objects.get(failure_id=failure_id, kind=kind)
    if reason not in track.reasons:
        track.reasons = [*track.reasons, reason]
        track.save(update_fields=["reasons"])
    if track.state == TrackState.NOT_REQUIRED or track.end == TrackEnd.POOLED:
        report_track(
            failure_id=failure_id, kind=kind, state=TrackState.WAITING, at=at, actor_id=actor_id
        )
