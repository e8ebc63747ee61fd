"""Naming the people a failure affected: a list is looked through first, then added."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.presenters.lists import list_view
from cases.selectors import bad_rows, list_for
from cases.services import draft_list, drop_list, start_list, stop_list
from recovery.coordination.services import work_lists
from recovery.failures.selectors import failure_for_page, failure_id_of, reference_of
from recovery.intake.forms.people import PeopleForm
from recovery.intake.forms.reading import Wrong
from recovery.org.roles import Permission
from recovery.org.services import require
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

SOON_DONE = 200  # rows that are added while the page loads


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Paste or upload a list; what it would do is said before anybody has a case."""
    person, now = person_of(request), timezone.now()
    failure = failure_for_page(failure_id_of(reference))
    if failure.merged_into_id:
        return redirect("intake:add_affected", reference_of(failure.merged_into_id))
    require(person, Permission.CASE_WORK, department_id=failure.owning_department_id)
    posted = request.method == "POST"
    form = PeopleForm(request.POST, request.FILES) if posted else PeopleForm()
    if posted and form.is_valid():
        with refusals_into(form):
            made = draft_list(
                failure_id=failure.pk,
                rows=form.rows(Wrong(now)),
                source=form.cleaned_data["source"].strip(),
                actor=person,
                now=now,
            )
            return see_other(request, _page_of(reference, made.pk))
    context = {"form": form, "failure": failure, "reference": reference}
    return page(
        request, "intake/affected_add.html", context, status=422 if form.errors else 200
    )


@require_safe
@login_required
def affected_list(request: HttpRequest, reference: str, list_id: int) -> HttpResponse:
    """What a list would do or has done; htmx asks for the progress alone."""
    failure = failure_for_page(failure_id_of(reference))
    require(
        person_of(request), Permission.CASE_WORK, department_id=failure.owning_department_id
    )
    found = list_for(list_id, failure.pk)
    context = {
        "list": list_view(found),
        "bad": bad_rows(found.pk),
        "failure": failure,
        "reference": reference,
    }
    return page(request, "intake/affected_list.html", context, fragment="progress")


@login_required
@require_POST
def start(request: HttpRequest, reference: str, list_id: int) -> HttpResponse:
    """Add them: a short list at once, a long one in the background."""
    now, failure_id = timezone.now(), failure_id_of(reference)
    found = list_for(list_id, failure_id)
    started = start_list(list_id=found.pk, actor=person_of(request), now=now)
    if started.total - started.done > SOON_DONE:
        saved(request, _("They are being added. You need not wait here."))
        return see_other(request, _page_of(reference, list_id))
    work_lists(now=now, list_id=found.pk)
    done = list_for(list_id, failure_id)
    saved(request, _("Added: %(count)d people.") % {"count": done.added})
    return see_other(request, reverse("console:affected", args=[reference]))


@login_required
@require_POST
def stop(request: HttpRequest, reference: str, list_id: int) -> HttpResponse:
    found = list_for(list_id, failure_id_of(reference))
    stop_list(list_id=found.pk, actor=person_of(request), now=timezone.now())
    saved(request, _("Stopped. Those added keep their cases."))
    return see_other(request, _page_of(reference, list_id))


@login_required
@require_POST
def drop(request: HttpRequest, reference: str, list_id: int) -> HttpResponse:
    found = list_for(list_id, failure_id_of(reference))
    drop_list(list_id=found.pk, actor=person_of(request), now=timezone.now())
    saved(request, _("Thrown away, with every name on it."))
    return see_other(request, reverse("console:failure", args=[reference]))


def _page_of(reference: str, list_id: int) -> str:
    return reverse("intake:affected_list", args=[reference, list_id])
