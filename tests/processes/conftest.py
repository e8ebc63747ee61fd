"""A process desk with its owners, a mode that keeps failing, and a case at any stage."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from processes import services
from processes.models import ProcessCase
from processes.policy.proof import Draft
from processes.states import ActionKind, ActionStrength, CauseKind
from recovery.events.services import pump
from recovery.failures.models import Failure, FailureMode, Track
from recovery.failures.states import TrackEnd, TrackKind, TrackState
from recovery.org.models import Department, Person
from recovery.org.roles import Role
from tests.factories import NOON, make_department, make_failure, make_mode, make_person
from tests.processes.clicking import client_of

DAY = timedelta(days=1)
PLAN = Draft(
    baseline_count=12,
    baseline_days=180,
    target_ratio=0.6,
    look_days=(120, 240, 360),
    reopen_limit=2,
)


@dataclass
class House:
    """Who may do what, and short ways to the stages of a case."""

    desk: Department
    elsewhere: Department
    owner: Person
    second: Person
    lead: Person
    manager: Person
    agent: Person
    outsider: Person
    mode: FailureMode
    made: list[Failure] = field(default_factory=list)

    def failure(
        self, *, at: datetime = NOON, process: Any = TrackState.WAITING, **facts: Any
    ) -> Failure:
        """A failure of the mode whose other two tracks need nothing."""
        tracks = {
            TrackKind.CUSTOMER: TrackState.NOT_REQUIRED,
            TrackKind.PROCESS: process,
            TrackKind.EMPLOYEE: TrackState.NOT_REQUIRED,
        }
        facts.setdefault("mode", self.mode)
        return make_failure(
            department=self.desk, reported_by=self.agent, at=at, tracks=tracks, **facts
        )

    def pooled_failure(self, *, at: datetime = NOON, **facts: Any) -> Failure:
        """A small failure that the rule pooled at birth."""
        failure = self.failure(at=at, process=TrackState.WAITING, experience=1, **facts)
        Track.objects.filter(failure=failure, kind=TrackKind.PROCESS).update(
            state=TrackState.ENDED, end=TrackEnd.POOLED, ended_at=at
        )
        services.consider(failure_id=failure.pk, now=at)
        return failure

    def proposed(self, *, at: datetime = NOON, **facts: Any) -> ProcessCase:
        failure = self.failure(at=at, **facts)
        self.made.append(failure)
        case = services.propose(failure_id=failure.pk, because="severity", now=at)
        assert case is not None
        return case

    def opened(self, *, at: datetime = NOON, **facts: Any) -> ProcessCase:
        case = self.proposed(at=at, **facts)
        return services.open_case(
            process_id=case.pk,
            statement="Late requests reach nobody.",
            actor=self.owner,
            now=at,
        )

    def caused(self, *, at: datetime = NOON, **facts: Any) -> ProcessCase:
        case = self.opened(at=at, **facts)
        services.contain(
            process_id=case.pk,
            words="The desk reads the mailbox each hour",
            evidence="rota",
            actor=self.owner,
            now=at,
        )
        for kind in CauseKind:
            services.add_cause(
                process_id=case.pk,
                kind=kind,
                words="Requests inside 48 h go by e-mail",
                evidence="mail log",
                actor=self.owner,
                now=at,
            )
        return services.find_cause(process_id=case.pk, actor=self.owner, now=at)

    def planned(
        self, *, at: datetime = NOON, draft: Draft = PLAN, approved: bool = True, **facts: Any
    ) -> ProcessCase:
        """Action chosen and done, the plan written and (unless told otherwise) approved."""
        case = self.caused(at=at, **facts)
        self.fix(case, at=at, draft=draft, approved=approved)
        return case

    def fix(
        self, case: ProcessCase, *, at: datetime, draft: Draft = PLAN, approved: bool = True
    ) -> None:
        action = services.add_action(
            process_id=case.pk,
            kind=ActionKind.CORRECTIVE,
            strength=ActionStrength.STRONG,
            words="Late bookings join the feed",
            due_on=at.date(),
            actor=self.owner,
            now=at,
        )
        services.choose_action(process_id=case.pk, actor=self.owner, now=at)
        services.write_plan(
            process_id=case.pk,
            metric="Requests not met",
            draft=draft,
            actor=self.owner,
            now=at,
        )
        if approved:
            services.approve_plan(process_id=case.pk, actor=self.lead, now=at)
        services.complete_action(
            action_id=action.pk, evidence="feed live", actor=self.owner, now=at
        )

    def watched(self, *, at: datetime = NOON, draft: Draft = PLAN, **facts: Any) -> ProcessCase:
        """The fix in place since `at`, the watch begun."""
        case = self.planned(at=at, draft=draft, **facts)
        self.put_in_place(case, at=at)
        return case

    def put_in_place(self, case: ProcessCase, *, at: datetime) -> None:
        services.implement(process_id=case.pk, actor=self.owner, now=at)
        services.watch(process_id=case.pk, actor=self.owner, now=at)

    def proven(
        self, *, at: datetime = NOON, draft: Draft | None = None, **facts: Any
    ) -> ProcessCase:
        """Fixed at `at`, proven 240 days later."""
        case = self.watched(at=at, draft=draft or PLAN, **facts)
        self.prove(case, since=at)
        return case

    def prove(self, case: ProcessCase, *, since: datetime) -> None:
        for days in (120, 240):
            services.take_look(process_id=case.pk, actor=self.owner, now=since + days * DAY)

    def recur(self, case: ProcessCase, *, at: datetime, **facts: Any) -> Failure:
        """A new failure of the mode, confirmed to have the same cause."""
        failure = self.failure(at=at, **facts)
        services.consider(failure_id=failure.pk, now=at)
        services.judge_candidate(
            process_id=case.pk, failure_id=failure.pk, same=True, actor=self.owner, now=at
        )
        return failure

    def state(self, case: ProcessCase) -> str:
        return ProcessCase.objects.select_related("item").get(pk=case.pk).item.state

    def track(self, failure: Failure) -> Track:
        return Track.objects.get(failure=failure, kind=TrackKind.PROCESS)

    def told(self, at: datetime) -> None:
        """Let the consumers read on."""
        pump(at)


@pytest.fixture
def house(db: None) -> House:
    return make_house()


@pytest.fixture
def owner(house: House) -> Client:
    """The process owner at the pages."""
    return client_of(house.owner)


def make_house() -> House:
    root = make_department("Airline")
    desk = make_department("Special assistance", parent=root)
    elsewhere = make_department("Cargo", parent=root)
    return House(
        desk=desk,
        elsewhere=elsewhere,
        owner=make_person(Role.PROCESS_OWNER, desk, name="Tomasz Wilk"),
        second=make_person(Role.PROCESS_OWNER, desk, name="Priya Nair"),
        lead=make_person(Role.LEAD, desk, name="Leo Lead", lead=True),
        manager=make_person(Role.MANAGER, root, name="Mia Manager"),
        agent=make_person(Role.FRONTLINE, desk, name="Ana Agent"),
        outsider=make_person(Role.PROCESS_OWNER, elsewhere, name="Otto Outside"),
        mode=make_mode("Assistance not met", department=desk),
    )
