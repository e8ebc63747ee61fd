"""Tasks of a case, and those a person or a desk has to do. Constant queries."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from recovery.escalation.models import Task
from recovery.escalation.states import TaskState
from recovery.failures.models import WorkItem
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop

MOST_SHOWN = 200


def _tasks() -> QuerySet[Task]:
    return Task.objects.select_related(
        "clock", "made_by", "ended_by", "firing__version__rule", "rung_firing__clock"
    )


def tasks_of(item_id: int) -> list[Task]:
    """The tasks of one case, those to come first, the soonest first; one query."""
    found = _tasks().filter(item_id=item_id).order_by("opens_at", "pk")
    return sorted(found, key=lambda each: each.ended_at is not None)


def open_tasks_of(
    items: QuerySet[WorkItem], *, kinds: Collection[str] = (), limit: int = MOST_SHOWN
) -> list[Task]:
    """What is to be done now on these cases, the soonest due first; one query."""
    wanted = Q(item__kind__in=list(kinds)) if kinds else Q()
    found = _tasks().filter(wanted, item__in=items, state=TaskState.OPEN)
    found = found.select_related("clock", "item__owner", "item__department")
    return list(found.order_by("clock__due_at", "pk")[:limit])


def task_for_page(task_id: int) -> Task:
    """A task with its case; the caller checks who may have it. Raises NotFound."""
    found = _tasks().select_related("item__department").filter(pk=task_id).first()
    if found is None:
        raise NotFound(
            "not_found",
            gettext_noop(
                "There is nothing here under this reference, or it is not yours to see."
            ),
        )
    return found
