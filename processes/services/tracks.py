"""What process cases mean for their failures' process tracks, told to the spine."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from processes.models import Action, PoolEntry, ProcessCase, ProcessLink
from processes.policy.tracks import (
    LinkView,
    Outcome,
    cause_returned,
    learning_is_placed,
    track_of,
)
from processes.states import LinkState, Result
from recovery.events.models import Audience
from recovery.events.services import record
from recovery.failures.models import Failure, Track
from recovery.failures.services import report_milestone, report_track
from recovery.failures.states import TrackKind, TrackState
from recovery.org.selectors import system_person

BATCH = 100
_WORKED = frozenset({Result.PROVEN, Result.IMPROVED})


@transaction.atomic
def refresh_tracks(*, process_id: int, now: datetime, after: int = 0) -> int | None:
    """Tell one batch of a case's failures what it means for them; for a consumer of its events.

    Failures above id `after`, at most 100. Returns the id to go on after, None when all are done.
    """
    if not after:
        _place(process_id, now)
    ids = list(
        ProcessLink.objects.filter(process_id=process_id, failure_id__gt=after)
        .order_by("failure_id")
        .values_list("failure_id", flat=True)[:BATCH]
    )
    lock_failures(ids)
    report(ids, at=now, actor_id=system_person().pk)
    return ids[-1] if len(ids) == BATCH else None


@transaction.atomic
def refresh_on(*, process_id: int, now: datetime, after: int = 0) -> None:
    """Refresh one batch, and leave an event that asks for the next one while there is more.

    So each batch is read, applied and committed with its own event, and thousands of failures
    hold no lock together. The event is no news and nobody reads it.
    """
    last = refresh_tracks(process_id=process_id, now=now, after=after)
    if last is not None:
        record(
            stream=f"process:{process_id}",
            verb="process.refresh_continues",
            actor_id=system_person().pk,
            at=now,
            item_id=process_id,
            audience=Audience.NAMED,
            public={"after": last},
            private={"readers": []},
        )


def lock_failures(ids: Collection[int]) -> list[Failure]:
    """Lock failures in the order of their ids."""
    rows = Failure.objects.select_for_update(no_key=True, of=("self",))
    return list(rows.filter(pk__in=ids).order_by("pk"))


def report(
    failure_ids: Collection[int],
    *,
    at: datetime,
    actor_id: int,
    untied: TrackState | None = None,
) -> None:
    """Report the process tracks of locked failures, each the worst of its links.

    `untied` is what becomes of a track that nothing ties to a case any more; None leaves it.
    """
    links: dict[int, list[ProcessLink]] = {key: [] for key in failure_ids}
    found = ProcessLink.objects.filter(failure_id__in=failure_ids)
    for link in found.select_related("process__item", "failure"):
        links[link.failure_id].append(link)
    pooled = set(
        PoolEntry.objects.filter(
            failure_id__in=failure_ids, taken_out_at__isnull=True
        ).values_list("pk", flat=True)
    )
    tracks = Track.objects.filter(failure_id__in=failure_ids, kind=TrackKind.PROCESS)
    for track in tracks.order_by("failure_id"):
        mine = links[track.failure_id]
        # Before the track changes: whether a cause returned too late is read from its old end.
        _report_milestones(track, mine)
        outcome = _outcome(track, mine, pooled=track.failure_id in pooled)
        if outcome is None and untied and track.state != TrackState.NOT_REQUIRED:
            outcome = untied, None
        if outcome and (track.state, track.end) != (outcome[0], outcome[1] or ""):
            report_track(
                failure_id=track.failure_id,
                kind=TrackKind.PROCESS,
                state=outcome[0],
                end=outcome[1],
                at=at,
                actor_id=actor_id,
            )


def _outcome(track: Track, links: Collection[ProcessLink], *, pooled: bool) -> Outcome | None:
    """What the links say; None when they say nothing or too little to require the track."""
    linked = any(link.state == LinkState.LINKED for link in links)
    if track.state == TrackState.NOT_REQUIRED and not (pooled or linked):
        return None
    views = [
        LinkView(
            link=link.state,
            case=link.process.item.state,
            taken=link.process.item.owner_id is not None,
            reopened_at=link.process.reopened_at,
        )
        for link in links
    ]
    return track_of(views, pooled=pooled, ended_at=track.ended_at)


def _report_milestones(track: Track, links: Collection[ProcessLink]) -> None:
    tied = [link for link in links if link.state == LinkState.LINKED]
    if not tied:
        return
    failure = tied[0].failure
    cases = [link.process for link in tied]
    placed = [case.placed_at for case in cases if case.placed_at]
    if placed and failure.learning_placed_at is None:
        report_milestone(failure_id=failure.pk, name="learning_placed_at", at=min(placed))
    proven = [case.result_at for case in cases if case.result in _WORKED and case.result_at]
    if proven and failure.proven_at is None:
        report_milestone(failure_id=failure.pk, name="proven_at", at=min(proven))
    for case in cases:
        back = cause_returned(
            case=case.item.state, reopened_at=case.reopened_at, ended_at=track.ended_at
        )
        if back and case.reopened_at and failure.cause_returned_at is None:
            report_milestone(
                failure_id=failure.pk, name="cause_returned_at", at=case.reopened_at
            )


def _place(process_id: int, now: datetime) -> None:
    """Date the moment from which the learning of this case's failures is in good hands."""
    case = ProcessCase.objects.select_related("item").get(pk=process_id)
    if case.placed_at is None and learning_is_placed(
        case.item.state,
        owned=case.item.owner_id is not None,
        dated=Action.objects.filter(process=case).exists(),
    ):
        ProcessCase.objects.filter(pk=process_id, placed_at__isnull=True).update(placed_at=now)
