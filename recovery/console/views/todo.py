"""What is to do on a case: written down, done, or taken off the list."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recovery.console.forms.todo import DoneForm, NotNeededForm, TaskForm
from recovery.console.presenters.escalation import PAGES
from recovery.escalation.presenters import task_row
from recovery.escalation.selectors import task_for_page
from recovery.escalation.services import cancel_task, do_task, open_task
from recovery.escalation.states import TaskKind
from recovery.failures.selectors import item_for, item_reference
from recovery.failures.services import require_in_reach
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.failures.models import WorkItem


@require_safe
@login_required
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    return _page(request, task_id)


@login_required
@require_POST
def do(request: HttpRequest, task_id: int) -> HttpResponse:
    _reach(request, task_id)
    form = DoneForm(request.POST)
    if form.is_valid():
        with refusals_into(form):
            found = do_task(
                task_id=task_id,
                words=form.cleaned_data["words"],
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("Done."))
            return see_other(request, _case_url(found.item))
    return _page(request, task_id, done=form)


@login_required
@require_POST
def cancel(request: HttpRequest, task_id: int) -> HttpResponse:
    _reach(request, task_id)
    form = NotNeededForm(request.POST)
    if form.is_valid():
        with refusals_into(form):
            found = cancel_task(
                task_id=task_id,
                reason=form.cleaned_data["words"],
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("Off the list."))
            return see_other(request, _case_url(found.item))
    return _page(request, task_id, off=form)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest, item_id: int) -> HttpResponse:
    require_in_reach(item_id=item_id, actor=person_of(request))
    item = item_for(item_id)
    form = TaskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_into(form):
            open_task(
                item_id=item_id,
                kind=TaskKind(given["kind"]),
                words=given["words"],
                due_at=given["due_at"],
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("On the list."))
            return see_other(request, _case_url(item))
    context = {**_about(item), "form": form}
    return page(request, "console/task_new.html", context, status=422 if form.errors else 200)


def _reach(request: HttpRequest, task_id: int) -> None:
    item_id = task_for_page(task_id).item_id
    require_in_reach(item_id=item_id, actor=person_of(request))


def _page(
    request: HttpRequest,
    task_id: int,
    *,
    done: DoneForm | None = None,
    off: NotNeededForm | None = None,
) -> HttpResponse:
    found = task_for_page(task_id)
    require_in_reach(item_id=found.item_id, actor=person_of(request))
    context = {
        **_about(found.item),
        "task": task_row(found, timezone.now()),
        "done": done or DoneForm(prefix=None),
        "off": off or NotNeededForm(),
    }
    return page(request, "console/task.html", context, status=422 if done or off else 200)


def _about(item: "WorkItem") -> dict[str, Any]:
    reference = item_reference(item.kind, item.pk)
    return {"item": item, "reference": reference, "back": _case_url(item)}


def _case_url(item: "WorkItem") -> str:
    reference = item_reference(item.kind, item.pk)
    return reverse(PAGES[item.kind], args=[reference]) + "#tasks"
