"""What one report becomes, worked out in Python: rows into a batch, and the answer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.backends.utils import CursorWrapper

from cases.services.opening import first_state, plan_case
from cases.services.recognising import NEW_CUSTOMERS, recognise
from recovery.clocks.models import Clock, ClockEvent
from recovery.clocks.policy import ClockPlan, When
from recovery.clocks.services import columns_of as clock_columns
from recovery.clocks.services import laws_beginning_with, plan_laws
from recovery.clocks.services import plan as plan_clock
from recovery.clocks.states import Begins, ClockKind
from recovery.coordination.models import ExternalRef
from recovery.coordination.selectors import (
    Reported,
    ReportedCase,
    ReportedTrack,
    catalogue,
    first_desk,
    mode_of,
)
from recovery.coordination.services.facts import Report, known_of
from recovery.events.models import Event
from recovery.events.services import EventRow
from recovery.events.services import columns_of as event_columns
from recovery.failures.models import Failure, WorkItem
from recovery.failures.policy import title_of
from recovery.failures.services.opening import (
    FailureFacts,
    OpenedFailure,
    plan_failure,
    plan_item,
)
from recovery.failures.states import Channel, TrackEnd, TrackState
from recovery.kernel.conditions import Facts
from recovery.kernel.rows import Batch, next_ids
from recovery.org.selectors import organisation

_ON_COMPLAINT = (ClockKind.ACKNOWLEDGE, ClockKind.RESOLVE)
_ON_DETECTION = (ClockKind.OUTREACH,)
_OF_LAWS = (Begins.FAILURE, Begins.COMPLAINT)


class Planner:
    """Plans reports into one batch. Takes all keys in one statement, so answers are known first."""

    def __init__(
        self,
        cursor: CursorWrapper,
        batch: Batch,
        reports: Sequence[Report],
        *,
        actor_id: int,
        now: datetime,
    ) -> None:
        self.batch, self.actor_id, self.now = batch, actor_id, now
        self.zone = ZoneInfo(organisation().zone)
        facts = [each for report in reports for each in report.customers]
        live_cases = sum(report.case_count for report in reports if not report.historic)
        ids = next_ids(
            cursor,
            {
                Failure: len(reports),
                WorkItem: sum(report.case_count for report in reports),
                NEW_CUSTOMERS: len(facts),
                Clock: live_cases * (len(_ON_COMPLAINT) + laws_beginning_with(_OF_LAWS)),
            },
        )
        self.failure_ids, self.item_ids = iter(ids[Failure]), iter(ids[WorkItem])
        self.clock_ids = iter(ids[Clock])
        self.refs: list[tuple[str, str, int, int | None]] = []
        self.customers: Iterator[int] = iter(
            recognise(cursor, batch, facts, fresh_ids=ids[NEW_CUSTOMERS]) if facts else ()
        )

    def plan(self, report: Report) -> Reported:
        """Add everything one report becomes; call once for each, in their order."""
        who = {next(self.customers): each.segment for each in report.customers}
        customers: list[int | None] = [*who] or [None] * report.case_count
        facts = self._failure_facts(report, len(customers))
        opened = plan_failure(
            self.batch, failure_id=next(self.failure_ids), facts=facts, at=self.now
        )
        cases = tuple(
            self._plan_case(
                report,
                facts,
                opened,
                customer_id=customer,
                segment=who.get(customer or 0, ""),
                is_first=place == 0,
            )
            for place, customer in enumerate(customers)
        )
        complained_id = cases[0].item_id if report.complaint and cases else None
        if report.ref:
            self.refs.append((*report.ref, opened.id, complained_id))
        self._tell(facts, opened, cases)
        return _as_reported(opened, cases, complained_id)

    def _failure_facts(self, report: Report, cases: int) -> FailureFacts:
        mode = mode_of(report.mode_id)
        category_id = report.category_id or (mode.category_id if mode else None)
        received_at = report.complaint.received_at if report.complaint else None
        detected_at = report.detected_at or received_at or self.now
        return FailureFacts(
            title=title_of(
                mode=mode.name if mode else "",
                category=catalogue().categories.get(category_id or 0, ""),
                channel=report.channel if report.complaint else Channel.INTERNAL,
                service_reference=report.service_reference,
            ),
            account=report.what_happened,
            channel=report.channel,
            detection=report.detection,
            owning_department_id=report.department_id
            or (mode.department_id if mode else None)
            or first_desk(),
            reported_by_id=self.actor_id,
            detected_at=detected_at,
            day=detected_at.astimezone(self.zone).date(),
            severity=report.severity,
            affected=max(report.affected, cases),
            complained=report.complaint is not None,
            at_risk_now=report.at_risk_now,
            flags=report.flags,
            category_id=category_id,
            mode_id=report.mode_id,
            step_id=report.step_id,
            promise_id=report.promise_id,
            service_reference=report.service_reference,
            first_seen_department_id=report.first_seen_department_id,
            found_department_id=report.found_department_id,
            occurred_at=report.occurred_at,
            received_at=received_at,
            no_reach=report.no_reach,
            ended=report.historic.track if report.historic else None,
            ended_at=report.historic.at if report.historic else None,
        )

    def _plan_case(
        self,
        report: Report,
        facts: FailureFacts,
        opened: OpenedFailure,
        *,
        customer_id: int | None,
        segment: str,
        is_first: bool,
    ) -> ReportedCase:
        complaint, historic = report.complaint if is_first else None, report.historic
        since = complaint.received_at if complaint else facts.detected_at
        item_id = next(self.item_ids)
        state = first_state(complained=complaint is not None, historic=historic)
        clocks: list[ClockPlan] = []
        if not historic:
            # What a failure itself begins is owed once, however many it happened to.
            begins = [Begins.FAILURE] * is_first + [Begins.COMPLAINT] * bool(complaint)
            known = known_of(facts, priority=opened.priority, segment=segment)
            clocks = self._plan_clocks(facts, opened, known, begins=begins, at=since)
        self._add_clocks(clocks, item_id=item_id, at=since)
        due = [(each.due_at, each.kind.value) for each in clocks]
        plan_item(
            self.batch,
            item_id=item_id,
            opened=opened,
            department_id=facts.owning_department_id,
            state=state,
            opened_at=since,
            owner_id=report.owner_id,
            segment=segment,
            next_due=min(due, default=None),
            closed_at=historic.at if historic and historic.end else None,
        )
        plan_case(
            self.batch,
            item_id=item_id,
            failure_id=opened.id,
            customer_id=customer_id,
            actor_id=self.actor_id,
            complaint=complaint,
            historic=historic,
        )
        return ReportedCase(item_id, state, tuple((kind, at) for at, kind in due))

    def _plan_clocks(
        self,
        facts: FailureFacts,
        opened: OpenedFailure,
        known: Facts,
        *,
        begins: Sequence[Begins],
        at: datetime,
    ) -> list[ClockPlan]:
        when = When(at, facts.occurred_at)
        kinds = _ON_COMPLAINT if Begins.COMPLAINT in begins else _ON_DETECTION
        planned = [
            plan_clock(
                kind,
                priority=opened.priority,
                department_id=facts.owning_department_id,
                at=at,
                facts=known,
                when=when,
            )
            for kind in kinds
        ]
        laws = plan_laws(begins, priority=opened.priority, at=at, facts=known, when=when)
        return [
            *(each for each in planned if each is not None),
            *(replace(each, instance=number) for number, each in enumerate(laws, start=1)),
        ]

    def _add_clocks(self, planned: Sequence[ClockPlan], *, item_id: int, at: datetime) -> None:
        for each in planned:
            clock, begun = clock_columns(
                each,
                clock_id=next(self.clock_ids),
                item_id=item_id,
                at=at,
                actor_id=self.actor_id,
            )
            self.batch.add(Clock, **clock)
            self.batch.add(ClockEvent, **begun)

    def finish(self) -> None:
        """Add what is written in one order by everybody, lest two batches wait for each other."""
        for source, external_id, failure_id, item_id in sorted(self.refs, key=lambda r: r[:2]):
            self.batch.add(
                ExternalRef,
                source=source,
                external_id=external_id,
                failure_id=failure_id,
                item_id=item_id,
            )

    def _tell(
        self, facts: FailureFacts, opened: OpenedFailure, cases: Sequence[ReportedCase]
    ) -> None:
        tracks = opened.tracks
        public = {
            "channel": facts.channel.value,
            "detection": facts.detection.value,
            "severity": max(facts.severity.values(), default=0),
            "priority": opened.priority,
            "status": opened.status.value,
            "mode": facts.mode_id,
            "department": facts.owning_department_id,
            "required": [
                kind.value
                for kind, track in tracks.items()
                if track.state is not TrackState.NOT_REQUIRED
            ],
            "pooled": any(track.end == TrackEnd.POOLED for track in tracks.values()),
            "at_risk": facts.at_risk_now,
            "customers": len(cases),
            "complained": facts.complained,
            "history": facts.ended is not None,
        }
        self._event(EventRow(
            f"failure:{opened.id}", "failure.reported", self.actor_id, self.now,
            failure_id=opened.id, public=public,
        ))  # fmt: skip
        for case in cases:
            self._event(EventRow(
                f"customer:{case.item_id}", "case.opened", self.actor_id, self.now,
                failure_id=opened.id, item_id=case.item_id,
                public={"state": case.state, "history": facts.ended is not None},
            ))  # fmt: skip

    def _event(self, row: EventRow) -> None:
        self.batch.add(Event, **event_columns(row))


def _as_reported(
    opened: OpenedFailure, cases: tuple[ReportedCase, ...], case_id: int | None
) -> Reported:
    return Reported(
        failure_id=opened.id,
        title=opened.title,
        status=opened.status.value,
        priority=opened.priority,
        priority_reason=opened.priority_reason.value,
        tracks=tuple(
            ReportedTrack(kind.value, track.state.value, str(track.end), track.reasons)
            for kind, track in opened.tracks.items()
        ),
        cases=cases,
        case_id=case_id,
        created=True,
    )
