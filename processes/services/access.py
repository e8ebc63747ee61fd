"""Taking hold of a process case: locks in order, who may, which moves, what is written down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from processes.models import Action, ProcessCase
from processes.policy.learning import Step
from processes.selectors import step_of
from processes.states import PROCESS, ActionKind, ProcessState
from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind
from recovery.events.services import record
from recovery.failures.models import WorkItem
from recovery.failures.services import change_item, lock_item
from recovery.failures.states import TrackKind
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can, grants
from recovery.org.services import require

GONE = gettext_noop("There is nothing here under this reference, or it is not yours to see.")

# The event each move of the lifecycle leaves in the log.
EVENT_OF: Mapping[str, str] = {
    "open": "process.opened",
    "pool": "process.pooled",
    "contain": "process.contained",
    "find_cause": "process.cause_found",
    "choose_action": "process.action_chosen",
    "implement": "process.implemented",
    "watch": "process.watched",
    "prove": "process.proven",
    "improve": "process.improved",
    "not_show": "process.effect_not_shown",
    "worsen": "process.worsened",
    "rethink": "process.rethought",
    "accept_risk": "process.risk_accepted",
    "reopen": "process.reopened",
}


def lock_case(process_id: int, *, expected_version: int | None = None) -> ProcessCase:
    """Lock a case by its item, before any failure. Raises NotFound, Conflict."""
    item = lock_item(process_id, kind=TrackKind.PROCESS, expected_version=expected_version)
    case = ProcessCase.objects.get(pk=process_id)
    case.item = item
    return case


def hold(
    process_id: int,
    actor: Person,
    *,
    permission: Permission = Permission.PROCESS_WORK,
    expected_version: int | None = None,
) -> ProcessCase:
    """Lock a case for `actor`. Raises NotFound out of scope, NotAllowed without the permission."""
    case = lock_case(process_id, expected_version=expected_version)
    if not in_scope(case.item, actor):
        raise NotFound("not_found", GONE)
    if case.item.owner_id != actor.pk or not can(actor, permission):
        require(actor, permission, department_id=case.item.department_id)
    return case


def in_scope(item: WorkItem, person: Person) -> bool:
    """Say whether a person may see a process case: its department is in reach, or they own it."""
    reach = grants(person).departments_for(Permission.PROCESS_READ)
    return item.owner_id == person.pk or item.department_id in reach


def move(
    case: ProcessCase,
    verb: str,
    *,
    actor_id: int,
    now: datetime,
    said: Mapping[str, object] | None = None,
    **item_changes: Any,
) -> None:
    """Take a move of the lifecycle on a locked case, close or reopen it, and write it down.

    `said` are facts that the entry of the log gives beside the states.
    """
    before = case.item.state
    state = PROCESS.resolve(before, verb)
    ends = PROCESS.is_end(state)
    if PROCESS.is_end(before) != ends:
        case.is_open = not ends
        case.closed_at = now if ends else None
        case.save(update_fields=["is_open", "closed_at"])
        item_changes["closed_at"] = case.closed_at
    if ends:
        item_changes["waiting_for"] = ""
    change_item(case.item, state=state, **item_changes)
    _follow(case.pk, verb, before=before, state=state, actor_id=actor_id, at=now)
    facts = {"from": before, "to": state, **(said or {})}
    write_down(case, EVENT_OF[verb], actor_id=actor_id, now=now, public=facts)


def _follow(
    item_id: int, verb: str, *, before: str, state: str, actor_id: int, at: datetime
) -> None:
    """Start and end what is owed in a state: containment while open, looks while watched."""
    if before == ProcessState.OPEN != state:
        end = clocks.meet if verb == "contain" else clocks.cancel
        end(item_id=item_id, kinds=[ClockKind.CONTAIN], at=at, actor_id=actor_id)
    if before == ProcessState.VERIFYING != state:
        clocks.cancel(item_id=item_id, kinds=[ClockKind.VERIFY], at=at, actor_id=actor_id)
    if state == ProcessState.OPEN != before:
        clocks.start(item_id=item_id, kind=ClockKind.CONTAIN, at=at, actor_id=actor_id)


def touch(
    case: ProcessCase, verb: str, *, actor_id: int, now: datetime, **public: object
) -> None:
    """Raise the version of a locked case whose state stays, and write down what was done."""
    change_item(case.item)
    write_down(case, verb, actor_id=actor_id, now=now, public=public)


def write_down(
    case: ProcessCase,
    verb: str,
    *,
    actor_id: int,
    now: datetime,
    public: Mapping[str, object],
    failure_id: int | None = None,
) -> None:
    """Record an event on the case's stream; with `failure_id` on that failure's timeline too."""
    record(
        stream=f"process:{case.pk}",
        verb=verb,
        actor_id=actor_id,
        at=now,
        failure_id=failure_id,
        item_id=case.pk,
        public=public,
    )


def steps_of(case: ProcessCase) -> list[Step]:
    """The actions of the present round as the rules read them, and containment of any round."""
    actions = Action.objects.filter(process=case).order_by("pk")
    return [
        step_of(action)
        for action in actions
        if action.round == case.round or action.kind == ActionKind.CONTAINMENT
    ]


def new_round(case: ProcessCase) -> None:
    """Begin another attempt at a fix: own actions, own plan, own looks."""
    case.round += 1
    case.implemented_at = None
    case.result, case.result_at = "", None
    case.save(update_fields=["round", "implemented_at", "result", "result_at"])


def is_before_change(case: ProcessCase) -> bool:
    """Say whether the fix of this round is not yet in place."""
    return case.item.state in _BEFORE_CHANGE


_BEFORE_CHANGE = frozenset(
    {
        ProcessState.OPEN,
        ProcessState.CONTAINED,
        ProcessState.CAUSE_FOUND,
        ProcessState.ACTION_CHOSEN,
    }
)
