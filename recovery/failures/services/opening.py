"""Rows of new failures and work items, planned in Python for one batch; the caller flushes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from recovery.failures.models import Failure, SearchDoc, Track, WorkItem
from recovery.failures.policy import (
    PriorityReason,
    TrackPlan,
    TrackView,
    priority_of,
    required_tracks,
    whole_status,
)
from recovery.failures.states import (
    CLOSED_STATUSES,
    SEVERITIES,
    Channel,
    Detection,
    TrackEnd,
    TrackKind,
    TrackState,
    Whole,
)
from recovery.kernel.rows import Batch

_GOOD = frozenset({TrackEnd.OK, TrackEnd.OK_UNCONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureFacts:
    """What is known of a failure when it is reported; texts are checked and cut by the caller.

    `ended` is for history only: how the customer track stands in the file's own words.
    """

    title: str
    account: str
    channel: Channel
    detection: Detection
    owning_department_id: int
    reported_by_id: int
    detected_at: datetime
    day: date
    severity: Mapping[str, int]
    affected: int
    complained: bool
    at_risk_now: bool = False
    flags: tuple[str, ...] = ()
    category_id: int | None = None
    mode_id: int | None = None
    step_id: int | None = None
    promise_id: int | None = None
    service_reference: str = ""
    first_seen_department_id: int | None = None
    found_department_id: int | None = None
    occurred_at: datetime | None = None
    received_at: datetime | None = None
    no_reach: str = ""
    double_deviation: bool = False
    ended: TrackPlan | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenedFailure:
    """What the rules made of the facts, known before anything is written."""

    id: int
    title: str
    status: Whole
    priority: int
    priority_reason: PriorityReason
    tracks: Mapping[TrackKind, TrackPlan]


class Heading(Protocol):
    """What a case's header takes from its failure, written already or not."""

    @property
    def id(self) -> int: ...

    @property
    def title(self) -> str: ...

    @property
    def priority(self) -> int: ...


def plan_failure(
    batch: Batch, *, failure_id: int, facts: FailureFacts, at: datetime
) -> OpenedFailure:
    """Add the failure, its three tracks and its search document to `batch`."""
    priority, reason = priority_of(
        facts.severity,
        at_risk_now=facts.at_risk_now,
        double_deviation=facts.double_deviation,
    )
    tracks = _historic_tracks(facts.ended) if facts.ended else _live_tracks(facts)
    status = whole_status(
        {kind: TrackView(track.state, track.end) for kind, track in tracks.items()}
    )
    batch.add(
        Failure,
        **_failure_row(failure_id, facts),
        priority=priority,
        priority_reason=reason.value,
        status=status.value,
        **_milestones(facts, tracks, status, at=facts.ended_at or at),
    )
    for kind, track in tracks.items():
        row = _track_row(kind, track, at=facts.ended_at or at)
        batch.add(Track, failure_id=failure_id, **row)
    batch.add(
        SearchDoc,
        failure_id=failure_id,
        words=" ".join((facts.title, facts.service_reference, facts.account)),
        is_open=status not in CLOSED_STATUSES,
    )
    return OpenedFailure(failure_id, facts.title, status, priority, reason, tracks)


def _live_tracks(facts: FailureFacts) -> dict[TrackKind, TrackPlan]:
    return required_tracks(
        facts.severity,
        affected=facts.affected,
        complained=facts.complained,
        no_reach=bool(facts.no_reach),
        flags=facts.flags,
        at_risk_now=facts.at_risk_now,
    )


def _historic_tracks(ended: TrackPlan) -> dict[TrackKind, TrackPlan]:
    """An old record starts no work: its learning is pooled, nobody is offered care years later."""
    pooled = TrackPlan(TrackState.ENDED, TrackEnd.POOLED, ("history",))
    return {
        TrackKind.CUSTOMER: ended,
        TrackKind.PROCESS: pooled,
        TrackKind.EMPLOYEE: TrackPlan(TrackState.NOT_REQUIRED),
    }


def _failure_row(failure_id: int, facts: FailureFacts) -> dict[str, object]:
    return {
        "id": failure_id,
        "title": facts.title,
        "account": facts.account,
        "category_id": facts.category_id,
        "mode_id": facts.mode_id,
        "step_id": facts.step_id,
        "promise_id": facts.promise_id,
        "service_reference": facts.service_reference,
        "channel": facts.channel.value,
        "detection": facts.detection.value,
        **{name: facts.severity.get(name, 0) for name in SEVERITIES},
        "at_risk_now": facts.at_risk_now,
        "flags": list(facts.flags),
        "first_seen_department_id": facts.first_seen_department_id,
        "found_department_id": facts.found_department_id,
        "owning_department_id": facts.owning_department_id,
        "reported_by_id": facts.reported_by_id,
        "occurred_at": facts.occurred_at,
        "detected_at": facts.detected_at,
        "received_at": facts.received_at,
        "day": facts.day,
        "history": facts.ended is not None,
        "affected_count": facts.affected,
        "no_reach": facts.no_reach,
        "double_deviation": facts.double_deviation,
    }


def _milestones(
    facts: FailureFacts, tracks: Mapping[TrackKind, TrackPlan], status: Whole, *, at: datetime
) -> dict[str, datetime | int | None]:
    made_whole = tracks[TrackKind.CUSTOMER].end in _GOOD
    return {
        "customer_ended_at": at if made_whole else None,
        "learning_placed_at": at if tracks[TrackKind.PROCESS].end == TrackEnd.POOLED else None,
        "first_recovered_at": at if status is Whole.RECOVERED else None,
        "made_whole_count": facts.affected if made_whole else 0,
    }


def _track_row(kind: TrackKind, track: TrackPlan, *, at: datetime) -> dict[str, object]:
    has_started = track.state in {TrackState.ACTIVE, TrackState.ENDED}
    return {
        "kind": kind.value,
        "state": track.state.value,
        "end": str(track.end),
        "reasons": list(track.reasons),
        "started_at": at if has_started else None,
        "ended_at": at if track.state is TrackState.ENDED else None,
    }


def plan_item(
    batch: Batch,
    *,
    item_id: int,
    opened: Heading,
    department_id: int,
    state: str,
    opened_at: datetime,
    owner_id: int | None = None,
    segment: str = "",
    next_due: tuple[datetime, str] | None = None,
    closed_at: datetime | None = None,
) -> None:
    """Add the header of a customer case; `next_due` is (time, clock kind)."""
    due_at, due_kind = next_due or (None, "")
    batch.add(
        WorkItem,
        id=item_id,
        kind=TrackKind.CUSTOMER.value,
        failure_id=opened.id,
        headline=opened.title,
        owner_id=owner_id,
        department_id=department_id,
        priority=opened.priority,
        state=state,
        segment=segment,
        next_due_at=due_at,
        next_due_kind=due_kind,
        opened_at=opened_at,
        closed_at=closed_at,
    )
