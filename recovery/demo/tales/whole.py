"""Tales of whole failures: merged, taken apart, joined, reopened, partly recovered, waived, void."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import processes.services as process
from cases.states import CaseState
from recovery.coordination.services import (
    ComplaintFacts,
    add_customers,
    merge_failures,
    unmerge_failure,
)
from recovery.demo.cast import Mode
from recovery.demo.engine import Stage
from recovery.demo.kinds import FOR_CUSTOMERS, FOR_WAIVERS
from recovery.demo.tales.customer import ROUTES, Course
from recovery.demo.tales.script import Step, Written, plan, somebody, write
from recovery.failures.services import decide_waiver, request_waiver, void_failure
from recovery.failures.states import Channel, TrackKind, WaiverReason
from recovery.org.models import Person

DAY = 24.0
_AT_GATE, _AT_DESK = FOR_CUSTOMERS[0], FOR_CUSTOMERS[1]


@dataclass(slots=True)
class Pair:
    """Two records of what may be one failure, and who puts them together."""

    stage: Stage
    first: Written
    second: Written

    @property
    def handler(self) -> Person:
        return self.stage.world.people["Adaeze Obi"]

    def report_first(self, now: datetime) -> None:
        self._report(self.first, now)

    def report_second(self, now: datetime) -> None:
        self._report(self.second, now)

    def _report(self, written: Written, now: datetime) -> None:
        write(self.stage, written, actor=self.stage.world.people["Rita Sousa"], now=now)

    def merge(self, now: datetime) -> None:
        merge_failures(
            merged_id=self.second.failure_id,
            into_id=self.first.failure_id,
            actor=self.handler,
            now=now,
        )

    def take_apart(self, now: datetime) -> None:
        unmerge_failure(merged_id=self.second.failure_id, actor=self.handler, now=now)

    def join(self, now: datetime) -> None:
        """Somebody else complains of the first, which is known already."""
        said = ComplaintFacts(
            words="The same with us, two rows behind.", channel=Channel.WEB, received_at=now
        )
        add_customers(
            failure_id=self.first.failure_id,
            customers=self.second.customers,
            complaint=said,
            actor=self.handler,
            now=now,
        )

    def set_aside(self, now: datetime) -> None:
        lead = self.stage.world.people["Dina Roth"]
        reason = "Logged for practice in the training room."
        void_failure(failure_id=self.first.failure_id, reason=reason, actor=lead, now=now)


@dataclass(slots=True)
class Waived:
    """A failure whose learning somebody asks to give up, until a day or for good."""

    stage: Stage
    mode: Mode
    lasts: timedelta | None = None
    waiver_id: int = 0
    written: Written = field(init=False)

    def __post_init__(self) -> None:
        self.written = Written(self.mode)

    def report(self, now: datetime) -> None:
        reporter = self.stage.world.people["Rita Sousa"]
        write(self.stage, self.written, actor=reporter, now=now)
        # Nobody pools by chance what is to be waived.
        if (found := process.consider(failure_id=self.written.failure_id, now=now)) is not None:
            self.stage.told_items.add(found.pk)

    def ask(self, now: datetime) -> None:
        waiver = request_waiver(
            failure_id=self.written.failure_id,
            kind=TrackKind.PROCESS,
            reason=WaiverReason.NOT_OURS_TO_DO,
            words="Its owner must change this; the contract ends this year.",
            expires_at=now + self.lasts if self.lasts else None,
            actor=self.stage.world.people["Tomasz Wilk"],
            now=now,
        )
        self.waiver_id = waiver.pk

    def approve(self, now: datetime) -> None:
        self._decide(now, approve=True)

    def refuse(self, now: datetime) -> None:
        self._decide(now, approve=False)

    def _decide(self, now: datetime, *, approve: bool) -> None:
        decide_waiver(
            waiver_id=self.waiver_id,
            approve=approve,
            words="" if approve else "It is our list they load from. Look at it first.",
            actor=self.stage.world.people["Jonas Lindqvist"],
            now=now,
        )


def tell_of_pairs(stage: Stage) -> None:
    """Plan a merge of one customer's two calls, one taken apart, one joined, one set aside."""
    same = somebody(stage)
    twice = Pair(
        stage, Written(_AT_GATE, (same,), complains=True),
        Written(_AT_GATE, (same,), complains=True),
    )  # fmt: skip
    apart, joined = (
        Pair(
            stage, Written(_AT_GATE, (somebody(stage),), complains=True),
            Written(_AT_GATE, (somebody(stage),), complains=True),
        )
        for _each in range(2)
    )  # fmt: skip
    both: tuple[Step[Pair], ...] = ((0, Pair.report_first), (3, Pair.report_second))
    merged: tuple[Step[Pair], ...] = (*both, (2, Pair.merge))
    plan(twice, merged, ago=28)
    plan(apart, (*merged, (20, Pair.take_apart)), ago=6)
    plan(joined, ((0, Pair.report_first), (5, Pair.join)), ago=3)
    practice = Pair(stage, Written(_AT_GATE), Written(_AT_GATE))
    plan(practice, ((0, Pair.report_first), (4, Pair.set_aside)), ago=8 * DAY)


def tell_of_ends(stage: Stage) -> None:
    """Plan one failure recovered for one of two people, and one that comes back after its end."""
    recovered = ROUTES[CaseState.RECOVERED]
    both = Written(_AT_DESK, (somebody(stage), somebody(stage)))
    happy, gone = Course(stage, both), Course(stage, both, place=1)
    plan(happy, recovered, ago=9 * DAY)
    plan(gone, ((0, Course.acknowledge), (7 * DAY, Course.lose)), ago=8 * DAY)
    back = Course(stage, Written(_AT_DESK, (somebody(stage),)))
    plan(back, (*recovered, (4 * DAY, Course.reopen)), ago=7)


def tell_of_waivers(stage: Stage) -> None:
    """Plan a waiver that waits, one refused, one approved, and one whose time is over."""
    ended, lasting = FOR_WAIVERS
    asked: tuple[Step[Waived], ...] = ((0, Waived.report), (6, Waived.ask))
    plan(Waived(stage, lasting), asked, ago=5)
    plan(Waived(stage, lasting), (*asked, (26, Waived.refuse)), ago=30)
    plan(Waived(stage, ended), (*asked, (26, Waived.approve)), ago=12 * DAY)
    for_a_month = Waived(stage, lasting, lasts=timedelta(days=30))
    plan(for_a_month, (*asked, (26, Waived.approve)), ago=33 * DAY)
