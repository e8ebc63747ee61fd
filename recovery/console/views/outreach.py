"""Telling silent customers by one message: written, tried on three of them, sent, watched."""

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import services
from cases.presenters.outreach import outreach_view, reached_rows, trial_view
from cases.selectors import affected_counts
from cases.selectors.outreach import everybody_of, outreach_for, reached_page
from recovery.console.exports import results_file
from recovery.console.forms.outreach import START, OutreachForm, RefuseForm
from recovery.failures.selectors import failure_for_page, failure_id_of, reference_of
from recovery.org.roles import Permission
from recovery.org.selectors import can
from recovery.org.services import require
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.failures.models import Failure

MOST_CHOSEN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest, reference: str) -> HttpResponse:
    """Write the message; “Look” shows how three people would read it, “Tell them” sends it."""
    viewer, now = person_of(request), timezone.now()
    failure = failure_for_page(failure_id_of(reference))
    if failure.merged_into_id:
        return redirect("console:new_outreach", reference_of(failure.merged_into_id))
    require(viewer, Permission.CASE_WORK, department_id=failure.owning_department_id)
    posted, chosen = request.method == "POST", _chosen(request)
    initial = {"key": uuid.uuid4().hex, "words": START}
    form = OutreachForm(request.POST) if posted else OutreachForm(initial=initial)
    trial = None
    if posted and form.is_valid():
        given: dict[str, Any] = {
            "failure_id": failure.pk, "wording": form.wording(), "case_ids": chosen,
            "actor": viewer, "now": now,
        }  # fmt: skip
        with refusals_into(form):
            if "tell" in request.POST:
                made = services.begin_outreach(key=form.cleaned_data["key"], **given)
                saved(request, _("On its way. You need not wait here."))
                return see_other(request, _page_of(reference, made.pk))
            trial = trial_view(services.try_outreach(**given), viewer)
    context = {
        "form": form,
        "trial": trial,
        "chosen": chosen or [],
        "none_ticked": "ticked" in request.GET and not chosen,
        "counts": affected_counts(viewer, failure.pk),
        "failure": failure,
        "reference": reference,
        "draft": f"outreach-{failure.pk}",
    }
    return page(
        request, "console/outreach_new.html", context, status=422 if form.errors else 200
    )


def _chosen(request: HttpRequest) -> list[int] | None:
    """The people who were ticked; None for everybody silent."""
    sent = request.POST if request.method == "POST" else request.GET
    keys = [int(each) for each in sent.getlist("case") if each.isdecimal() and len(each) < 18]
    return keys[:MOST_CHOSEN] or None


@require_safe
@login_required
def outreach(request: HttpRequest, reference: str, outreach_id: int) -> HttpResponse:
    """How far it is and what came of each; htmx asks for the progress alone."""
    return _page(request, reference, outreach_id)


def _page(
    request: HttpRequest, reference: str, outreach_id: int, *, refuse: RefuseForm | None = None
) -> HttpResponse:
    viewer = person_of(request)
    failure = _readable(request, reference)
    found = outreach_for(outreach_id, failure.pk)
    shown, after = request.GET.get("show", ""), request.GET.get("after", "")
    reached = reached_page(
        found.pk,
        result=shown,
        after=int(after) if after.isdecimal() and len(after) < 18 else None,
    )
    desk = failure.owning_department_id
    context = {
        "outreach": outreach_view(found, shown),
        "rows": reached_rows(reached.people, viewer),
        "after": reached.after,
        "failure": failure,
        "reference": reference,
        "works": can(viewer, Permission.CASE_WORK, desk),
        "decides": can(viewer, Permission.REMEDY_APPROVE, desk)
        and found.made_by_id != viewer.pk,
        "refuse_form": refuse or RefuseForm(),
    }
    status = 422 if refuse is not None and refuse.errors else 200
    return page(request, "console/outreach.html", context, fragment="progress", status=status)


@require_safe
@login_required
def results(request: HttpRequest, reference: str, outreach_id: int) -> HttpResponse:
    """What came of each, as a file."""
    failure = _readable(request, reference)
    found = outreach_for(outreach_id, failure.pk)
    rows = reached_rows(everybody_of(found.pk), person_of(request))
    return results_file(rows, name=f"{reference}-outreach-{found.pk}.csv")


@login_required
@require_POST
def stop(request: HttpRequest, reference: str, outreach_id: int) -> HttpResponse:
    found = outreach_for(outreach_id, failure_id_of(reference))
    services.stop_outreach(outreach_id=found.pk, actor=person_of(request), now=timezone.now())
    saved(request, _("Stopped. Those told stay told."))
    return see_other(request, _page_of(reference, outreach_id))


@login_required
@require_POST
def go_on(request: HttpRequest, reference: str, outreach_id: int) -> HttpResponse:
    found = outreach_for(outreach_id, failure_id_of(reference))
    services.go_on_with_outreach(
        outreach_id=found.pk, actor=person_of(request), now=timezone.now()
    )
    saved(request, _("It goes on with those who are left."))
    return see_other(request, _page_of(reference, outreach_id))


@login_required
@require_POST
def approve(request: HttpRequest, reference: str, outreach_id: int) -> HttpResponse:
    found = outreach_for(outreach_id, failure_id_of(reference))
    services.approve_outreach(
        outreach_id=found.pk, actor=person_of(request), now=timezone.now()
    )
    saved(request, _("Approved. They are being told."))
    return see_other(request, _page_of(reference, outreach_id))


@login_required
@require_POST
def refuse(request: HttpRequest, reference: str, outreach_id: int) -> HttpResponse:
    failure = failure_for_page(failure_id_of(reference))
    desk = failure.owning_department_id
    require(person_of(request), Permission.REMEDY_APPROVE, department_id=desk)
    found, form = outreach_for(outreach_id, failure.pk), RefuseForm(request.POST)
    if form.is_valid():
        with refusals_into(form):
            services.refuse_outreach(
                outreach_id=found.pk,
                words=form.cleaned_data["words"],
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("Not approved. Nobody is told anything by it."))
            return see_other(request, _page_of(reference, outreach_id))
    return _page(request, reference, outreach_id, refuse=form)


def _readable(request: HttpRequest, reference: str) -> "Failure":
    failure = failure_for_page(failure_id_of(reference))
    require(
        person_of(request), Permission.CASE_READ, department_id=failure.owning_department_id
    )
    return failure


def _page_of(reference: str, outreach_id: int) -> str:
    return reverse("console:outreach", args=[reference, outreach_id])
