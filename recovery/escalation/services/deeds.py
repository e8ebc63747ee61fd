"""What rules and rungs do beside telling: give a case to somebody, open tasks and let go of them."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from recovery.clocks.selectors import LIVE
from recovery.clocks.states import ClockState
from recovery.escalation.models import Firing, Task
from recovery.escalation.services.todo import LIVE_TASKS, begin_task, end_task
from recovery.escalation.states import OUTLIVES, DropReason, TaskKind, TaskState
from recovery.events.models import Audience
from recovery.events.services import record
from recovery.failures.models import WorkItem
from recovery.failures.services import change_item, lock_item, stream_of
from recovery.failures.states import TrackKind
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can, system_person

WORKING_DAY: Final = timedelta(hours=8)
AT_ONCE: Final = 500
_WORK: Final = {
    TrackKind.CUSTOMER: Permission.CASE_WORK,
    TrackKind.PROCESS: Permission.PROCESS_WORK,
}


def give(item: WorkItem, people: list[int], *, actor_id: int, now: datetime) -> bool:
    """Let the one of the circle with the fewest open cases hold it, of those who may work it.

    The case is locked. Nothing happens, and it returns False, where one of them holds it already
    or none may.
    """
    permission = _WORK[TrackKind(item.kind)]
    open_cases = Count("work_items", filter=Q(work_items__closed_at__isnull=True))
    found = (
        Person.objects.filter(pk__in=people).annotate(load=open_cases).order_by("load", "pk")
    )
    able = [each for each in found if can(each, permission, item.department_id)]
    if not able or item.owner_id in {each.pk for each in able}:
        return False
    record(
        stream=stream_of(item),
        verb="case.assigned",
        actor_id=actor_id,
        at=now,
        failure_id=item.failure_id,
        item_id=item.pk,
        audience=Audience.SCOPE,
        public={"from": item.owner_id, "to": able[0].pk},
    )
    change_item(item, owner_id=able[0].pk)
    return True


def open_task_of(firing: Firing, item: WorkItem, *, now: datetime) -> None:
    """Open the task a rung asks for on a locked case.

    Not where the case has ended and the task makes sense no more, nor where the same is on the
    list already, as after another round of the clock.
    """
    rung = firing.rung
    kind = TaskKind(rung.task_kind)
    if item.closed_at is not None and kind not in OUTLIVES:
        return
    known = Task.objects.filter(item=item, words=rung.task_words, state__in=LIVE_TASKS)
    if known.exists():
        return
    system = system_person()
    task = Task.objects.create(
        item=item,
        kind=kind,
        words=rung.task_words,
        state=TaskState.PLANNED,
        opens_at=now,
        target_seconds=int((rung.task_days * WORKING_DAY).total_seconds()),
        rung_firing=firing,
        made_by=system,
        made_at=now,
    )
    begin_task(task, item, actor_id=system.pk, at=now)


def let_go_of_rung_tasks(now: datetime) -> int:
    """Cancel tasks of rungs whose clock was met or cancelled meanwhile; how many. One query where
    there are none."""
    found = _settled().values_list("pk", "item_id").order_by("item_id", "pk")
    return sum(_let_go(*line, now=now) for line in list(found[:AT_ONCE]))


def _settled() -> QuerySet[Task]:
    """Open tasks of rungs that are not needed any more."""
    asked_all_the_same = Q(rung_firing__clock__state=ClockState.CANCELLED, kind__in=OUTLIVES)
    opened = Task.objects.filter(state=TaskState.OPEN, rung_firing__isnull=False)
    return opened.exclude(rung_firing__clock__state__in=LIVE).exclude(asked_all_the_same)


@transaction.atomic
def _let_go(task_id: int, item_id: int, *, now: datetime) -> bool:
    item = lock_item(item_id)
    task = _settled().filter(pk=task_id).select_related("clock", "rung_firing__clock").first()
    if task is None or task.rung_firing is None:
        return False
    cancelled = task.rung_firing.clock.state == ClockState.CANCELLED
    reason = DropReason.CASE_ENDED if cancelled and item.closed_at else DropReason.MOOT
    end_task(
        task,
        item,
        TaskState.CANCELLED,
        outcome=reason.word,
        actor_id=system_person().pk,
        at=now,
    )
    return True
