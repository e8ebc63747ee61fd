"""Tales of learning: a process case in each state, one that grew worse, evidence of each kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

import processes.services as process
from processes.policy.proof import Draft
from processes.states import PROCESS, ActionKind, ActionStrength, CauseKind, ProcessState
from recovery.demo.cast import Mode
from recovery.demo.engine import Stage
from recovery.demo.kinds import FOR_PROCESSES, GREW_WORSE
from recovery.demo.tales.script import Step, Written, plan, write
from recovery.org.models import Person

DAY = 24.0
P = ProcessState
# Numbers from which the watch of each tale can only end as it is told: with no recurrence the
# upper bound falls below the target at the first look, below 1 at the second, or never.
_PROVES = Draft(60, 90, 0.6, (14, 28, 56), 3)
_IMPROVES = Draft(11, 90, 0.6, (30, 60, 90), 3)
_SHOWS_NOTHING = Draft(4, 180, 0.6, (20, 40, 60), 3)
_GROWS_WORSE = Draft(6, 360, 0.6, (14, 60, 120), 3)
_PLANS: Mapping[ProcessState, Draft] = {
    P.IMPROVED: _IMPROVES,
    P.NOT_SHOWN: _SHOWS_NOTHING,
    P.RISK_ACCEPTED: _SHOWS_NOTHING,
}


@dataclass(slots=True)
class Learning:
    """One cause and its case, with a verb for each step."""

    stage: Stage
    mode: Mode
    draft: Draft = _PROVES
    process_id: int = 0
    action_id: int = 0
    failures: list[int] = field(default_factory=list)

    @property
    def owner(self) -> Person:
        return self.stage.world.people["Tomasz Wilk"]

    @property
    def approver(self) -> Person:
        return self.stage.world.people["Jonas Lindqvist"]

    def _given(self, now: datetime) -> dict[str, Any]:
        return {"process_id": self.process_id, "actor": self.owner, "now": now}

    def report(self, now: datetime) -> None:
        """The rule brings the first to a new proposal, later ones to the case as candidates."""
        reporter = self.stage.world.people["Rita Sousa"]
        written = write(self.stage, Written(self.mode), actor=reporter, now=now)
        self.failures.append(written.failure_id)
        found = process.consider(failure_id=written.failure_id, now=now)
        if found is not None:
            self.process_id = found.pk
            self.stage.told_items.add(found.pk)

    def open(self, now: datetime) -> None:
        statement = f"{self.mode.name}: since spring, at most stations, not at night."
        process.open_case(statement=statement, **self._given(now))

    def pool(self, now: datetime) -> None:
        reason = "Seen once in two years; looked at with others of its kind."
        process.pool_case(reason=reason, **self._given(now))

    def contain(self, now: datetime) -> None:
        process.contain(
            words="Checked by a second person each time",
            evidence="Signed sheet at the desk",
            **self._given(now),
        )

    def find_cause(self, now: datetime) -> None:
        process.add_cause(
            kind=CauseKind.OCCURRENCE,
            words="The change is typed into two systems, the second one later",
            evidence="11 of 12 looked at differ by more than ten minutes",
            **self._given(now),
        )
        process.add_cause(
            kind=CauseKind.ESCAPE,
            words="Nobody is told when the two differ",
            evidence="There is no such alarm",
            **self._given(now),
        )
        process.find_cause(**self._given(now))

    def choose(self, now: datetime) -> None:
        action = process.add_action(
            kind=ActionKind.CORRECTIVE,
            strength=ActionStrength.STRONG,
            words="The second system reads the first; nobody types",
            due_on=(now + timedelta(days=21)).date(),
            **self._given(now),
        )
        self.action_id = action.pk
        process.choose_action(**self._given(now))

    def implement(self, now: datetime) -> None:
        metric = "Confirmed failures of this cause"
        process.write_plan(metric=metric, draft=self.draft, **self._given(now))
        process.approve_plan(process_id=self.process_id, actor=self.approver, now=now)
        process.complete_action(
            action_id=self.action_id,
            evidence="Released to all stations",
            actor=self.owner,
            now=now,
        )
        process.implement(**self._given(now))

    def watch(self, now: datetime) -> None:
        process.watch(**self._given(now))

    def look(self, now: datetime) -> None:
        process.take_look(**self._given(now))

    def settle(self, now: datetime) -> None:
        process.settle(**self._given(now))

    def accept_risk(self, now: datetime) -> None:
        words = "Rare by now; watched monthly."
        process.accept_risk(
            process_id=self.process_id, words=words, actor=self.approver, now=now
        )

    def say_same(self, now: datetime) -> None:
        self._judge(now, same=True)

    def say_other(self, now: datetime) -> None:
        self._judge(now, same=False)
        process.pool(
            failure_id=self.failures[-1],
            reason="Another cause, seen so far once.",
            actor=self.owner,
            now=now,
        )

    def _judge(self, now: datetime, *, same: bool) -> None:
        process.judge_candidate(failure_id=self.failures[-1], same=same, **self._given(now))


L = Learning
_PATH: Mapping[ProcessState, Step[Learning]] = {
    P.TRIAGE: (0, L.report),
    P.OPEN: (20, L.open),
    P.CONTAINED: (8, L.contain),
    P.CAUSE_FOUND: (3 * DAY, L.find_cause),
    P.ACTION_CHOSEN: (2 * DAY, L.choose),
    P.IMPLEMENTED: (4 * DAY, L.implement),
    P.VERIFYING: (1, L.watch),
}
_UP_TO = dict(zip(_PATH, accumulate((step,) for step in _PATH.values()), strict=True))
_WATCHED = _UP_TO[P.VERIFYING]
_LOOK = (20 * DAY, L.look)
# Every state a process case can be in, with the way there.
ROUTES: Mapping[ProcessState, Sequence[Step[Learning]]] = {
    **_UP_TO,
    P.OPEN: (*_UP_TO[P.OPEN], (2 * DAY, L.report)),  # a second one, not judged yet
    P.CONTAINED: (*_UP_TO[P.CONTAINED], (DAY, L.report), (20, L.say_other)),
    P.CAUSE_FOUND: (*_UP_TO[P.CAUSE_FOUND], (DAY, L.report), (4, L.say_same)),
    P.POOLED: (*_UP_TO[P.TRIAGE], (2 * DAY, L.pool)),
    P.PROVEN: (*_WATCHED, (14 * DAY, L.look)),
    P.IMPROVED: (*_WATCHED, (30 * DAY, L.look), (30 * DAY, L.look), (2, L.settle)),
    P.NOT_SHOWN: (*_WATCHED, _LOOK, _LOOK, _LOOK),
    P.RISK_ACCEPTED: (*_WATCHED, _LOOK, _LOOK, _LOOK, (3 * DAY, L.accept_risk)),
}
_AGAIN = ((DAY, L.report), (4, L.say_same))
_WORSENED = (*_WATCHED, *_AGAIN, *_AGAIN, *_AGAIN, (11 * DAY, L.look))
_RECENT, _DONE = 7.0, 4 * DAY


def tell_of_processes(stage: Stage) -> None:
    """Plan a process case for each state, and one whose fix made it worse."""
    for state, steps in ROUTES.items():
        told = Learning(stage, FOR_PROCESSES[state], _PLANS.get(state, _PROVES))
        plan(told, steps, ago=_DONE if PROCESS.is_end(state) else _RECENT)
    plan(Learning(stage, GREW_WORSE, _GROWS_WORSE), _WORSENED, ago=3 * DAY)
