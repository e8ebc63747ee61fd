"""All process cases and the pool; and the decision on one failure in triage."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from processes import services
from processes.forms import ChooseCaseForm, OpenForm, PoolForm
from processes.policy.triage import POOL_REVIEW
from processes.presenters.lists import case_row, pool_row
from processes.selectors import (
    list_open,
    open_cases_for,
    pool_by_mode,
    pooled_failures,
    track_of_failure,
)
from processes.views.verbs import pooled
from recovery.clocks.selectors import readings_for
from recovery.failures.selectors import failure_id_of, item_reference, reference_of
from recovery.kernel.refusals import Conflict, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.roles import Permission
from recovery.org.selectors import can
from recovery.org.services import require
from recovery.web.forms import PageForm, refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Open cases, most urgent first, and what waits in the pool, by kind."""
    viewer, now = person_of(request), timezone.now()
    require(viewer, Permission.PROCESS_READ)
    found = list_open(viewer)
    readings = readings_for([each.case.pk for each in found], now)
    context = {
        "cases": [case_row(each, readings.get(each.case.pk)) for each in found],
        "pool": [pool_row(each, now) for each in pool_by_mode(viewer)],
        "may_work": can(viewer, Permission.PROCESS_WORK),
    }
    return page(request, "processes/list.html", context)


@require_POST
@login_required
def review(request: HttpRequest, mode_id: int) -> HttpResponse:
    """The pool of one kind was looked through; it waits for another ninety days."""
    now = timezone.now()
    services.review_pool(
        mode_id=mode_id or None,
        review_at=now + POOL_REVIEW,
        actor=person_of(request),
        now=now,
    )
    saved(request, _("Looked through. It comes up again in ninety days."))
    return see_other(request, reverse("processes:list"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def open_pool(request: HttpRequest, mode_id: int) -> HttpResponse:
    """Open a case from what waits in the pool of one kind."""
    viewer = person_of(request)
    require(viewer, Permission.PROCESS_WORK)
    ids = pooled_failures(viewer, mode_id or None)
    if not ids:
        raise Conflict("pool_empty", gettext_noop("Nothing of this kind waits in the pool."))
    form = OpenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_into(form):
            opened = services.open_from_failures(
                failure_ids=ids, actor=viewer, now=timezone.now(), **form.cleaned_data
            )
            saved(request, _("Opened. It is yours."))
            return see_other(request, _address(opened.pk))
    context = {
        "heading": _("Open a case from the pool"),
        "label": _("Open it"),
        "form": form,
        "failures": [reference_of(each) for each in ids],
        "back": reverse("processes:list"),
    }
    return _form_page(request, context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def decide(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Link, open or pool one failure in triage."""
    viewer, failure_id = person_of(request), failure_id_of(reference)
    track, department_id = track_of_failure(failure_id)
    require(viewer, Permission.PROCESS_WORK, department_id=department_id)
    sent = request.POST if request.method == "POST" else None
    form, heading, label = _form_of(verb, sent, request)
    if form.is_valid():
        with refusals_into(form):
            _decide(verb, failure_id, form.cleaned_data, request=request, now=timezone.now())
            saved(request, _("Decided."))
            return see_other(request, reverse("console:failure", args=[reference]))
    context = {
        "heading": heading,
        "label": label,
        "form": form,
        "title": track.failure.title,
        "failures": [reference_of(failure_id)],
        "back": reverse("console:failure", args=[reference_of(failure_id)]),
    }
    return _form_page(request, context, form)


def _form_of(verb: str, sent: Any, request: HttpRequest) -> tuple[PageForm, str, str]:
    if verb == "link":
        cases = [
            (each.pk, f"{item_reference('process', each.pk)} {each.title}")
            for each in open_cases_for(person_of(request))
        ]
        return ChooseCaseForm(sent, cases=cases), _("Link it to a case"), _("Link it")
    if verb == "open":
        return OpenForm(sent), _("Open a case"), _("Open it")
    if verb == "pool":
        return PoolForm(sent), _("Let it wait in the pool"), _("Let it wait")
    raise NotFound("not_found", gettext_noop("There is no such action."))


def _decide(
    verb: str, failure_id: int, given: dict[str, Any], *, request: HttpRequest, now: datetime
) -> None:
    """The one domain call of a decision."""
    actor = person_of(request)
    if verb == "link":
        services.link_failure(failure_id=failure_id, actor=actor, now=now, **given)
    elif verb == "open":
        services.open_from_failures(failure_ids=[failure_id], actor=actor, now=now, **given)
    else:
        services.pool(failure_id=failure_id, actor=actor, now=now, **pooled(given, now))


def _form_page(
    request: HttpRequest, context: dict[str, object], form: PageForm
) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return page(request, "processes/decide.html", context, status=status)


def _address(process_id: int) -> str:
    return reverse("processes:case", args=[item_reference("process", process_id)])
