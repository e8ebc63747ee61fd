"""What can be done on a failure page: one form, one domain call, back to the page."""

from collections.abc import Callable
from datetime import datetime, time

from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recovery.console.forms import (
    DecisionForm,
    EditForm,
    HandOverForm,
    MergeForm,
    NoteForm,
    RaiseForm,
    WaiverForm,
)
from recovery.console.views.failure import context_of
from recovery.coordination.services import merge_failures, unmerge_failure
from recovery.failures import services
from recovery.failures.presenters import hint_if_nobody_was_told
from recovery.failures.selectors import (
    failure_for_page,
    failure_id_of,
    failure_of_waiver,
    item_for,
    mode_choices,
    reference_of,
)
from recovery.failures.states import SEVERITIES, TrackKind, WaiverReason
from recovery.org.roles import Permission
from recovery.org.selectors import departments
from recovery.org.services import require
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other, way_back
from recovery.web.people import person_of


def _allowed(request: HttpRequest, reference: str, permission: Permission) -> int:
    """The failure behind a reference, once it is sure that the reader may do this to it."""
    failure_id = failure_id_of(reference)
    desk = failure_for_page(failure_id).owning_department_id
    require(person_of(request), permission, department_id=desk)
    return failure_id


def _page_of(failure_id: int) -> str:
    return reverse("console:failure", args=[reference_of(failure_id)])


def _again(request: HttpRequest, failure_id: int, *, form: BaseForm, name: str) -> HttpResponse:
    """Show the failure page with what was typed and why it was refused."""
    context = context_of(request, person_of(request), failure_for_page(failure_id))
    context |= {name: form, "opened": name}
    return page(request, "console/failure.html", context, status=422)


@login_required
@require_POST
def waive(request: HttpRequest, reference: str) -> HttpResponse:
    failure_id = _allowed(request, reference, Permission.WAIVER_REQUEST)
    form = WaiverForm(request.POST, prefix="waive")
    if form.is_valid():
        given = form.cleaned_data
        until = given["expires"]
        with refusals_into(form):
            services.request_waiver(
                failure_id=failure_id,
                kind=TrackKind(given["kind"]),
                reason=WaiverReason(given["reason"]),
                words=given["words"],
                expires_at=timezone.make_aware(datetime.combine(until, time.max))
                if until
                else None,
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("Asked for. Somebody else decides."))
            return see_other(request, _page_of(failure_id))
    return _again(request, failure_id, form=form, name="waiver_form")


@login_required
@require_POST
def decide_waiver(request: HttpRequest, waiver_id: int) -> HttpResponse:
    reference = reference_of(failure_of_waiver(waiver_id))
    failure_id = _allowed(request, reference, Permission.WAIVER_APPROVE)
    form = DecisionForm(request.POST)
    if form.is_valid():
        approve = request.POST.get("decision") == "approve"
        with refusals_into(form):
            services.decide_waiver(
                waiver_id=waiver_id,
                approve=approve,
                words=form.cleaned_data["words"],
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("Waiver approved.") if approve else _("Waiver refused."))
            return see_other(request, _page_of(failure_id))
    return _again(request, failure_id, form=form, name="decision_form")


@login_required
@require_POST
def merge(request: HttpRequest, reference: str) -> HttpResponse:
    failure_id = _allowed(request, reference, Permission.FAILURE_MERGE)
    form = MergeForm(request.POST, prefix="merge")
    if form.is_valid():
        with refusals_into(form):
            into = merge_failures(
                merged_id=failure_id,
                into_id=form.cleaned_data["into"],
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("Merged. Its cases are here now."))
            return see_other(request, _page_of(into.pk))
    return _again(request, failure_id, form=form, name="merge_form")


@login_required
@require_POST
def unmerge(request: HttpRequest, reference: str) -> HttpResponse:
    failure_id = _allowed(request, reference, Permission.FAILURE_MERGE)
    left = unmerge_failure(merged_id=failure_id, actor=person_of(request), now=timezone.now())
    said = _("Taken apart again.")
    if left:
        said = _("Taken apart. These had moved on and stay where they are: %(left)s") % {
            "left": ", ".join(left)
        }
    saved(request, said)
    return see_other(request, _page_of(failure_id))


@login_required
@require_POST
def raise_priority(request: HttpRequest, reference: str) -> HttpResponse:
    failure_id = _allowed(request, reference, Permission.CASE_WORK)
    found = failure_for_page(failure_id)
    form = RaiseForm(request.POST, prefix="raise", now_at=found.priority)
    if form.is_valid():
        with refusals_into(form):
            services.raise_priority(
                failure_id=failure_id,
                priority=form.cleaned_data["priority"],
                reason=form.cleaned_data["reason"],
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("Now more urgent."))
            return see_other(request, _page_of(failure_id))
    return _again(request, failure_id, form=form, name="raise_form")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    failure_id = _allowed(request, reference, Permission.FAILURE_EDIT)
    found = failure_for_page(failure_id)
    names = ("title", "service_reference", "mode_id", "account", "version", *SEVERITIES)
    form = EditForm(
        request.POST or None,
        initial={name: getattr(found, name) for name in names},
        modes=mode_choices(),
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        with refusals_into(form):
            services.edit_failure(
                failure_id=failure_id,
                expected_version=given.pop("version"),
                changes=given,
                actor=person_of(request),
                now=timezone.now(),
            )
            saved(request, _("Saved."))
            return see_other(request, _page_of(failure_id))
    context = {
        "form": form,
        "failure": found,
        "reference": reference,
        "grades": [form[name] for name in SEVERITIES],
    }
    return page(request, "console/edit.html", context, status=422 if form.errors else 200)


def _on_item(
    request: HttpRequest, item_id: int, *, form: BaseForm, call: Callable[[], object]
) -> HttpResponse:
    item = item_for(item_id)
    back = _page_of(item.failure_id) if item.failure_id else "/"
    if form.is_valid():
        with refusals_into(form):
            call()
            saved(request, _("Done."))
            return see_other(request, way_back(request, back))
    context = {"form": form, "item": item, "back": back}
    return page(request, "console/item_form.html", context, status=422)


@login_required
@require_POST
def add_note(request: HttpRequest, item_id: int) -> HttpResponse:
    services.require_in_reach(item_id=item_id, actor=person_of(request))
    form, actor, now = NoteForm(request.POST), person_of(request), timezone.now()

    def write() -> None:
        words = form.cleaned_data["words"]
        services.add_note(item_id=item_id, words=words, actor=actor, now=now)
        hint_if_nobody_was_told(request, item_id=item_id, actor=actor, at=now)

    return _on_item(request, item_id, form=form, call=write)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, item_id: int) -> HttpResponse:
    item = item_for(item_id)
    services.require_in_reach(item_id=item_id, actor=person_of(request))
    desks = [
        (key, card.name) for key, card in departments().items() if key != item.department_id
    ]
    if request.method != "POST":
        return page(
            request, "console/item_form.html", {"form": HandOverForm(desks=desks), "item": item}
        )
    form = HandOverForm(request.POST, desks=desks)
    return _on_item(
        request,
        item_id,
        form=form,
        call=lambda: services.hand_over(
            item_id=item_id,
            department_id=form.cleaned_data["department"],
            words=form.cleaned_data["words"],
            actor=person_of(request),
            now=timezone.now(),
        ),
    )


@login_required
@require_POST
def take(request: HttpRequest, item_id: int) -> HttpResponse:
    """Take a case of one's desk, or give it back to the desk."""
    person = person_of(request)
    services.assign(
        item_id=item_id,
        owner_id=None if request.POST.get("give_back") else person.pk,
        actor=person,
        now=timezone.now(),
    )
    saved(
        request,
        _("Back with the desk.") if request.POST.get("give_back") else _("It is yours."),
    )
    return see_other(request, way_back(request, "/"))
