"""Tasks: something to do on a case by a time, opened by hand or by a rule, done or cancelled."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from recovery.clocks.services import end_owned, start_owned
from recovery.clocks.states import ClockKind, ClockVerb
from recovery.escalation.models import Task
from recovery.escalation.states import TaskKind, TaskState
from recovery.events.models import Audience
from recovery.events.services import record
from recovery.failures.models import WorkItem
from recovery.failures.services import lock_item, require_in_reach, stream_of
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import Word, gettext_noop
from recovery.org.models import Person
from recovery.org.selectors import calendar_of, system_person

MOST_WORDS: Final = 240
MOST_OUTCOME: Final = 500
FARTHEST: Final = timedelta(days=366)
LIVE_TASKS: Final = (TaskState.PLANNED, TaskState.OPEN)
_GONE = gettext_noop("There is nothing here under this reference, or it is not yours to see.")


@transaction.atomic
def open_task(
    *,
    item_id: int,
    kind: TaskKind,
    words: str,
    due_at: datetime,
    actor: Person,
    now: datetime,
) -> Task:
    """Write down something to do on a case, due at `due_at` exactly; the case may have ended.

    Raises Invalid without words and for a time that is past or beyond a year, Conflict for what
    is to be done already in the same words.
    """
    require_in_reach(item_id=item_id, actor=actor)
    item = lock_item(item_id)
    said = _said(words, most=MOST_WORDS, ask=gettext_noop("Say in a sentence what to do."))
    if not timedelta(minutes=1) <= due_at - now <= FARTHEST:
        raise Invalid(
            "no_such_time",
            gettext_noop("Choose a time from now on, within a year."),
            field="due_at",
        )
    if Task.objects.filter(item=item, words=said, state__in=LIVE_TASKS).exists():
        raise Conflict("twice", gettext_noop("This is on the list already."))
    task = Task.objects.create(
        item=item,
        kind=kind,
        words=said,
        state=TaskState.PLANNED,
        opens_at=now,
        target_seconds=int((due_at - now).total_seconds()),
        in_hours=False,
        made_by=actor,
        made_at=now,
    )
    begin_task(task, item, actor_id=actor.pk, at=now)
    return task


def begin_task(task: Task, item: WorkItem, *, actor_id: int, at: datetime) -> None:
    """Let a planned task of a locked case begin: from now on its clock runs."""
    task.clock = start_owned(
        item_id=item.pk,
        kind=ClockKind.TASK,
        target=timedelta(seconds=task.target_seconds),
        calendar_id=calendar_of(item.department_id) if task.in_hours else None,
        at=at,
        actor_id=actor_id,
    )
    task.state, task.opens_at = TaskState.OPEN, at
    task.save(update_fields=["clock", "state", "opens_at"])
    write_down(task, item, "task.opened", actor_id=actor_id, at=at)


@transaction.atomic
def do_task(*, task_id: int, words: str, actor: Person, now: datetime) -> Task:
    """Say that it is done, and what came of it. Raises Invalid without words, Conflict if ended."""
    task, item = _held(task_id, actor)
    said = _said(words, most=MOST_OUTCOME, ask=gettext_noop("Say what came of it."))
    if task.state == TaskState.PLANNED:
        begin_task(task, item, actor_id=actor.pk, at=now)
    end_task(task, item, TaskState.DONE, outcome=said, actor_id=actor.pk, at=now)
    return task


@transaction.atomic
def cancel_task(*, task_id: int, reason: str, actor: Person, now: datetime) -> Task:
    """Take it off the list, with the reason in words. Raises Invalid, Conflict as do_task."""
    task, item = _held(task_id, actor)
    said = _said(reason, most=MOST_OUTCOME, ask=gettext_noop("Say why it is not needed."))
    end_task(task, item, TaskState.CANCELLED, outcome=said, actor_id=actor.pk, at=now)
    return task


@transaction.atomic
def settle_task(*, task_id: int, done: bool, outcome: str, now: datetime) -> bool:
    """By rule, end a live task; False when somebody has ended it meanwhile."""
    item_id = Task.objects.filter(pk=task_id).values_list("item_id", flat=True).first()
    if item_id is None:
        return False
    item, system = lock_item(item_id), system_person()
    task = Task.objects.select_for_update(no_key=True, of=("self",)).get(pk=task_id)
    if task.state not in LIVE_TASKS:
        return False
    if task.state == TaskState.PLANNED:
        begin_task(task, item, actor_id=system.pk, at=now)
    state = TaskState.DONE if done else TaskState.CANCELLED
    end_task(task, item, state, outcome=outcome, actor_id=system.pk, at=now)
    return True


def end_task(
    task: Task,
    item: WorkItem,
    state: TaskState,
    *,
    outcome: str,
    actor_id: int,
    at: datetime,
) -> None:
    """End a live task of a locked case, and its clock with it."""
    done = state is TaskState.DONE
    if task.clock_id is not None:
        end_owned(
            clock_id=task.clock_id,
            verb=ClockVerb.MEET if done else ClockVerb.CANCEL,
            at=at,
            actor_id=actor_id,
            reason="" if done else "task",
        )
    task.state, task.outcome = state, outcome
    task.ended_by_id, task.ended_at = actor_id, at
    task.save(update_fields=["state", "outcome", "ended_by", "ended_at"])
    verb = "task.done" if done else "task.cancelled"
    write_down(task, item, verb, actor_id=actor_id, at=at)


def write_down(task: Task, item: WorkItem, verb: str, *, actor_id: int, at: datetime) -> None:
    """Record what happened to a task on its case's own story: codes and times, no words."""
    due_at = task.clock.due_at if task.clock else None
    record(
        stream=stream_of(item),
        verb=verb,
        actor_id=actor_id,
        at=at,
        failure_id=item.failure_id,
        item_id=item.pk,
        audience=Audience.SCOPE,
        public={
            "task": task.pk,
            "kind": str(task.kind),
            "opens_at": task.opens_at.isoformat(),
            "due_at": due_at.isoformat() if due_at else None,
        },
    )


def _held(task_id: int, actor: Person) -> tuple[Task, WorkItem]:
    """Lock the case, then the task, for somebody who works the case."""
    item_id = Task.objects.filter(pk=task_id).values_list("item_id", flat=True).first()
    if item_id is None:
        raise NotFound("not_found", _GONE)
    require_in_reach(item_id=item_id, actor=actor)
    item = lock_item(item_id)
    task = Task.objects.select_for_update(no_key=True, of=("self",)).get(pk=task_id)
    if task.state not in LIVE_TASKS:
        raise Conflict(
            "ended",
            gettext_noop("This is %(state)s already. Nothing is left to do about it."),
            state=Word(TaskState(task.state).word),
        )
    return task, item


def _said(text: str, *, most: int, ask: str) -> str:
    found = text.strip()
    if not found or "\x00" in found:
        raise Invalid("blank", ask, field="words")
    if len(found) > most:
        raise Invalid(
            "too_long",
            gettext_noop("Shorten this to %(most)s characters."),
            field="words",
            most=most,
        )
    return found
