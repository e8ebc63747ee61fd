"""Process owner, supporter and leads in the demo: each looks at their work once a day."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import processes.services as process
import staff.services as employee
from processes.policy.proof import Draft
from processes.selectors import candidates_waiting, looks_due
from processes.states import ActionKind, ActionStrength, CauseKind, ProcessState
from recovery.demo.engine import Stage
from recovery.failures.models import Failure, Track, WorkItem
from recovery.failures.services import decide_waiver, request_waiver
from recovery.failures.states import TrackKind, TrackState, WaiverReason
from recovery.org.models import Person

PLAN = Draft(
    baseline_count=12,
    baseline_days=180,
    target_ratio=0.6,
    look_days=(60, 120, 180),
    reopen_limit=25,
)
# How likely a case is moved on this day: what spreads, and a look that is due, wait less.
_SOON, _SOME_DAY = 0.5, 0.25
_MET_CUSTOMERS = (
    "Rita Sousa",
    "Yara Lopes",
    "Paulo Reis",
    "Nils Aker",
    "Adaeze Obi",
    "Priya Nair",
)


class ProcessOwner:
    """Moves each process case on by a step now and then; Jonas approves."""

    def __init__(self) -> None:
        self.actions: dict[int, list[int]] = {}

    def __call__(self, stage: Stage, now: datetime) -> None:
        at_work = WorkItem.objects.filter(kind=TrackKind.PROCESS, closed_at__isnull=True)
        due = {case.pk for case, _number, _day in looks_due(now)}
        for item in at_work.order_by("pk"):
            watched = item.state == ProcessState.VERIFYING
            if item.pk in stage.told_items or (watched and item.pk not in due):
                continue
            soon = watched or item.state == ProcessState.OPEN
            if stage.dice.random() < (_SOON if soon else _SOME_DAY):
                stage.at_work(now, partial(self.step, stage, item))

    def step(self, stage: Stage, item: WorkItem, now: datetime) -> None:
        """Do what the state of the case asks for."""
        item.refresh_from_db(fields=["state"])
        owner = stage.world.people["Tomasz Wilk"]
        given: dict[str, Any] = {"process_id": item.pk, "actor": owner, "now": now}
        longer = {
            ProcessState.TRIAGE: self._triage,
            ProcessState.CONTAINED: self._find_cause,
            ProcessState.CAUSE_FOUND: self._choose,
            ProcessState.ACTION_CHOSEN: self._put_in_place,
            ProcessState.NOT_SHOWN: self._accept_risk,
        }
        if item.state in longer:
            longer[ProcessState(item.state)](stage, item, now=now)
        elif item.state == ProcessState.OPEN:
            process.contain(
                words="Checked by hand each hour", evidence="Log kept at the desk", **given
            )
        elif item.state == ProcessState.IMPLEMENTED:
            process.watch(**given)
        elif item.state == ProcessState.VERIFYING:
            process.take_look(**given)

    def _triage(self, stage: Stage, item: WorkItem, *, now: datetime) -> None:
        given: dict[str, Any] = {
            "process_id": item.pk,
            "actor": stage.world.people["Tomasz Wilk"],
            "now": now,
        }
        if stage.dice.random() < 0.5 and item.priority > 2:
            process.pool_case(reason="Common cause, seen with others of its kind.", **given)
        else:
            said = f"{item.headline}: since spring, at most stations, not at night."
            process.open_case(statement=said, **given)

    def _accept_risk(self, stage: Stage, item: WorkItem, *, now: datetime) -> None:
        if stage.dice.random() < 0.8:
            process.rethink(
                process_id=item.pk, actor=stage.world.people["Tomasz Wilk"], now=now
            )
            return
        process.accept_risk(
            process_id=item.pk,
            words="Rare by now; watched monthly.",
            actor=stage.world.people["Jonas Lindqvist"],
            now=now,
        )

    def _find_cause(self, stage: Stage, item: WorkItem, *, now: datetime) -> None:
        given: dict[str, Any] = {
            "process_id": item.pk,
            "actor": stage.world.people["Tomasz Wilk"],
            "now": now,
        }
        process.add_cause(
            kind=CauseKind.OCCURRENCE,
            words="Late changes travel by e-mail, not by the feed",
            evidence="14 of 15 looked at came by mail",
            **given,
        )
        process.add_cause(
            kind=CauseKind.ESCAPE,
            words="Nobody counts what was asked against what was done",
            evidence="No such report exists",
            **given,
        )
        process.find_cause(**given)

    def _choose(self, stage: Stage, item: WorkItem, *, now: datetime) -> None:
        given: dict[str, Any] = {
            "process_id": item.pk,
            "actor": stage.world.people["Tomasz Wilk"],
            "now": now,
        }
        action = process.add_action(
            kind=ActionKind.CORRECTIVE,
            strength=stage.dice.choice((ActionStrength.STRONG, ActionStrength.INTERMEDIATE)),
            words="Late changes join the feed",
            due_on=(now + timedelta(days=30)).date(),
            **given,
        )
        self.actions.setdefault(item.pk, []).append(action.pk)
        process.choose_action(**given)

    def _put_in_place(self, stage: Stage, item: WorkItem, *, now: datetime) -> None:
        owner, approver = (
            stage.world.people[name] for name in ("Tomasz Wilk", "Jonas Lindqvist")
        )
        given: dict[str, Any] = {"process_id": item.pk, "actor": owner, "now": now}
        process.write_plan(metric="Failures of this kind a month", draft=PLAN, **given)
        process.approve_plan(process_id=item.pk, actor=approver, now=now)
        for action_id in self.actions.pop(item.pk, []):
            process.complete_action(
                action_id=action_id, evidence="Released to all stations", actor=owner, now=now
            )
        process.implement(**given)


def supporters(stage: Stage, now: datetime) -> None:
    """Find who was hit and make the offer; the person answers for themselves."""
    waiting = WorkItem.objects.filter(
        kind=TrackKind.EMPLOYEE, closed_at__isnull=True, opened_at__lt=now - timedelta(hours=8)
    ).select_related("owner")
    for item in waiting.order_by("pk"):
        if item.pk not in stage.told_items and stage.dice.random() < 0.85:
            stage.at(now, partial(_offer_support, stage, item))


def _offer_support(stage: Stage, item: WorkItem, now: datetime) -> None:
    hit = stage.world.people[stage.dice.choice(_MET_CUSTOMERS)]
    if item.owner is None:
        return
    if item.pk not in stage.named:
        stage.named.add(item.pk)
        # Naming is refused where the person is known already; the offer is made all the same.
        stage.at(now, lambda at: _say_it(stage, item, hit, now=at))
        employee.name_person(item_id=item.pk, person_id=hit.pk, actor=item.owner, now=now)


def _say_it(stage: Stage, item: WorkItem, hit: Person, *, now: datetime) -> None:
    item = WorkItem.objects.select_related("owner").get(pk=item.pk)
    if item.owner is None:
        return
    supporter = item.owner
    employee.offer_support(item_id=item.pk, actor=supporter, now=now)
    accepts = stage.dice.random() < 0.5
    answer = employee.accept if accepts else employee.decline
    answered = now + timedelta(days=stage.dice.randrange(1, 5))
    stage.at(answered, lambda at: answer(item_id=item.pk, actor=hit, now=at))
    if accepts:
        stage.at_work(
            answered + timedelta(days=31),
            lambda at: employee.follow_up(item_id=item.pk, actor=supporter, now=at),
        )


def leads(stage: Stage, now: datetime) -> None:
    """Answer the readiness question, and give up a track once in a while, by two persons."""
    people, dice = stage.world.people, stage.dice
    waiting = Track.objects.filter(
        kind=TrackKind.EMPLOYEE,
        state__in=[TrackState.WAITING, TrackState.ACTIVE],
        failure__care_offered_at__isnull=False,
    )
    told = stage.answered | stage.told_failures
    for failure in (track.failure for track in waiting.select_related("failure")):
        if failure.pk not in told and dice.random() < 0.3:
            stage.answered.add(failure.pk)
            stage.at_work(now, partial(_readiness, stage, failure))
    if dice.random() < 0.02:
        found = Failure.objects.filter(
            status="recovering", detected_at__lt=now - timedelta(days=40), safety__lt=3
        )
        old = found.exclude(waivers__isnull=False).exclude(pk__in=stage.told_failures).first()
        if old is not None:
            waiver = request_waiver(
                failure_id=old.pk,
                kind=TrackKind.PROCESS,
                reason=WaiverReason.DISPROPORTIONATE,
                words="One flight, one crew, the aircraft is sold.",
                actor=people["Tomasz Wilk"],
                now=now,
            )
            if dice.random() < 0.7:
                decide_waiver(
                    waiver_id=waiver.pk, approve=True, actor=people["Jonas Lindqvist"], now=now
                )


def _readiness(stage: Stage, failure: Failure, now: datetime) -> None:
    lead = stage.world.lead_of(failure.owning_department_id)
    failure_id = failure.pk
    worse = stage.dice.random() < 0.3
    employee.answer_readiness(
        failure_id=failure_id,
        made_worse=worse,
        area=stage.dice.choice(("skill", "authority", "tool", "staffing")) if worse else "",
        words="Looked at with the shift." if worse else "",
        actor=lead,
        now=now,
    )
    if worse:
        action = employee.add_enablement(
            failure_id=failure_id,
            words="Agree it with the shift and try it for a month",
            owner_id=lead.pk,
            due_on=(now + timedelta(days=20)).date(),
            actor=lead,
            now=now,
        )
        stage.at_work(
            now + timedelta(days=12),
            lambda at: employee.complete_enablement(action_id=action.pk, actor=lead, now=at),
        )


def judge_candidates(stage: Stage, now: datetime) -> None:
    """The process owner says of possible recurrences whether the cause is the same one."""
    owner = stage.world.people["Tomasz Wilk"]
    for waiting in candidates_waiting():
        if waiting.process_id not in stage.told_items and stage.dice.random() < 0.5:
            same = stage.dice.random() < (0.12 if waiting.after_fix else 0.7)
            stage.at_work(
                now,
                partial(
                    _judge,
                    process_id=waiting.process_id,
                    failure_id=waiting.failure_id,
                    same=same,
                    actor=owner,
                ),
            )


def _judge(
    now: datetime, *, failure_id: int, same: bool, actor: Person, process_id: int
) -> None:
    """What has another cause is seen with others of its kind, unless somebody could be hurt."""
    process.judge_candidate(
        process_id=process_id, failure_id=failure_id, same=same, actor=actor, now=now
    )
    if not same:
        process.pool(
            failure_id=failure_id,
            reason="Another cause, seen so far once.",
            actor=actor,
            now=now,
        )
