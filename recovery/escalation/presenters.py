"""Tasks in words, for the page of a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from recovery.clocks.selectors import Reading, reading
from recovery.clocks.states import ClockKind
from recovery.escalation.models import Task
from recovery.escalation.selectors import tasks_of
from recovery.escalation.states import TaskKind, TaskState
from recovery.org.models import Person


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task: what, its clock while it is to be done, or when it begins or how it ended."""

    id: int
    words: str
    kind: str
    state: str
    state_kind: str
    icon: str
    is_live: bool
    is_planned: bool
    opens_at: datetime
    reading: Reading | None
    source: str
    who: str
    ended_at: datetime | None
    outcome: str


_LOOKS = {
    TaskState.PLANNED: ("", "clock"),
    TaskState.OPEN: ("", "arrow-right"),
    TaskState.DONE: ("ok", "check"),
    TaskState.CANCELLED: ("", "x"),
}


def task_rows(item_id: int, now: datetime) -> Sequence[TaskRow]:
    """The tasks of a case, what is to come first; one query."""
    return [task_row(each, now) for each in tasks_of(item_id)]


def task_row(task: Task, now: datetime) -> TaskRow:
    """A task read by tasks_of, in words; no query."""
    state = TaskState(task.state)
    look, icon = _LOOKS[state]
    is_open = state is TaskState.OPEN
    return TaskRow(
        id=task.pk,
        words=_(task.words) if task.firing else task.words,
        kind=_(TaskKind(task.kind).word),
        state=_(state.word),
        state_kind=look,
        icon=icon,
        is_live=is_open or state is TaskState.PLANNED,
        is_planned=state is TaskState.PLANNED,
        opens_at=task.opens_at,
        reading=reading(task.clock, now) if task.clock and is_open else None,
        source=_source(task),
        who=task.ended_by.name if task.ended_by else "",
        ended_at=task.ended_at,
        outcome=_outcome(task),
    )


def _source(task: Task) -> str:
    if task.rung_firing is not None:
        kind = task.rung_firing.clock.kind
        return _("by the ladder of “%(clock)s”") % {"clock": _(ClockKind(kind).word)}
    if task.firing is None:
        return _("written by %(name)s") % {"name": task.made_by.name}
    return _("by the rule “%(rule)s”") % {"rule": _(task.firing.version.rule.name)}


def _outcome(task: Task) -> str:
    """Rules and ladders give the reason in our words, a person in their own."""
    if task.state != TaskState.CANCELLED or task.ended_by is None:
        return task.outcome
    return task.outcome if task.ended_by.kind == Person.Kind.HUMAN else _(task.outcome)
