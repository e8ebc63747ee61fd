"""A failure with its tracks, customer cases and clocks, as those who reported it are answered."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F

from recovery.clocks.models import Clock
from recovery.clocks.states import ClockState
from recovery.coordination.models import ExternalRef
from recovery.failures.models import Failure, Track, WorkItem
from recovery.failures.selectors import item_reference, reference_of
from recovery.failures.states import SEVERITIES, TrackKind, TrackState
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop

_LIVE = (ClockState.RUNNING, ClockState.PAUSED)


@dataclass(frozen=True, slots=True)
class ReportedTrack:
    """One track: its state, its end once it has ended, and why it is required or not."""

    kind: str
    state: str
    end: str
    reasons: tuple[str, ...]

    @property
    def required(self) -> bool:
        return self.state != TrackState.NOT_REQUIRED


@dataclass(frozen=True, slots=True)
class ReportedCase:
    """One customer case with its live clocks as (kind, due)."""

    item_id: int
    state: str
    clocks: tuple[tuple[str, datetime], ...]

    @property
    def reference(self) -> str:
        return item_reference(TrackKind.CUSTOMER, self.item_id)


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of one report. `case_id` is the item of the one who complained, if somebody did.

    `created` is False when (source, external_id) was known already: this is the record it became.
    """

    failure_id: int
    title: str
    status: str
    priority: int
    priority_reason: str
    tracks: tuple[ReportedTrack, ...]
    cases: tuple[ReportedCase, ...]
    case_id: int | None
    created: bool

    @property
    def reference(self) -> str:
        return reference_of(self.failure_id)

    @property
    def case(self) -> ReportedCase | None:
        """The case of `case_id`."""
        return next((each for each in self.cases if each.item_id == self.case_id), None)

    def of_case(self, item_id: int) -> "Reported":
        """The same record as seen from one of its customer cases."""
        return replace(self, case_id=item_id)


def known_refs(
    refs: Collection[tuple[str, str]],
) -> dict[tuple[str, str], tuple[int, int | None]]:
    """Return (failure, item) of those (source, external id) that have come in before."""
    if not refs:
        return {}
    sources = {source for source, _ in refs}
    numbers = {number for _, number in refs}
    found = ExternalRef.objects.filter(source__in=sources, external_id__in=numbers)
    return {
        (source, number): (failure_id, item_id)
        for source, number, failure_id, item_id in found.values_list(
            "source", "external_id", "failure_id", "item_id"
        )
        if (source, number) in refs
    }


def reported(failure_ids: Collection[int]) -> dict[int, Reported]:
    """Read failures as they stand now. Four queries, however many."""
    if not failure_ids:
        return {}
    tracks = _tracks(failure_ids)
    cases = _cases(failure_ids)
    rows = Failure.objects.filter(pk__in=failure_ids).values_list(
        "pk", "title", "status", "priority", "priority_reason"
    )
    return {
        pk: Reported(
            failure_id=pk,
            title=title,
            status=status,
            priority=priority,
            priority_reason=reason,
            tracks=tuple(tracks[pk]),
            cases=tuple(cases[pk]),
            case_id=cases[pk][0].item_id if len(cases[pk]) == 1 else None,
            created=False,
        )
        for pk, title, status, priority, reason in rows
    }


def facts_of(failure_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Read what the header of each failure says, codes for what has one. One query."""
    rows = Failure.objects.filter(pk__in=failure_ids).values(
        "pk",
        "channel",
        "detection",
        "service_reference",
        "occurred_at",
        "detected_at",
        "received_at",
        "affected_count",
        *SEVERITIES,
        category_code=F("category__slug"),
        mode_code=F("mode__slug"),
        department_code=F("owning_department__slug"),
    )
    return {row["pk"]: row for row in rows}


def case_of_failure(item_id: int) -> int:
    """Return the failure of a customer case. Raises NotFound."""
    found = (
        WorkItem.objects.filter(pk=item_id, kind=TrackKind.CUSTOMER)
        .values_list("failure_id", flat=True)
        .first()
    )
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such case. Check the reference."))
    return found


def _tracks(failure_ids: Collection[int]) -> dict[int, list[ReportedTrack]]:
    found: dict[int, list[ReportedTrack]] = defaultdict(list)
    rows = Track.objects.filter(failure_id__in=failure_ids).order_by("pk")
    for row in rows:
        found[row.failure_id].append(
            ReportedTrack(row.kind, row.state, row.end, tuple(row.reasons))
        )
    return found


def _cases(failure_ids: Collection[int]) -> dict[int, list[ReportedCase]]:
    items = list(
        WorkItem.objects.filter(failure_id__in=failure_ids, kind=TrackKind.CUSTOMER)
        .order_by("pk")
        .values_list("failure_id", "pk", "state")
    )
    clocks: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    rows = Clock.objects.filter(item_id__in=[pk for _, pk, _ in items], state__in=_LIVE)
    for item_id, kind, due_at in rows.order_by("pk").values_list("item_id", "kind", "due_at"):
        clocks[item_id].append((kind, due_at))
    found: dict[int, list[ReportedCase]] = defaultdict(list)
    for failure_id, pk, state in items:
        found[failure_id].append(ReportedCase(pk, state, tuple(clocks[pk])))
    return found
