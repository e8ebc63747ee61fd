"""Everybody whom a failure affected: who has been told, who has not, who has no address."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from cases.presenters.affected import filters_of, person_rows
from cases.presenters.lists import list_view
from cases.presenters.outreach import outreach_view
from cases.selectors import affected_counts, affected_page, lists_of
from cases.selectors.outreach import outreaches_of
from recovery.failures.selectors import failure_for_page, failure_id_of, reference_of
from recovery.failures.states import Whole
from recovery.org.roles import Permission
from recovery.org.selectors import can
from recovery.org.services import require
from recovery.web.pages import page
from recovery.web.people import person_of


@require_safe
@login_required
def affected(request: HttpRequest, reference: str) -> HttpResponse:
    """The people of a failure, 50 at a time; ?show= narrows, ?after= goes on."""
    viewer, failure = person_of(request), failure_for_page(failure_id_of(reference))
    if failure.merged_into_id:
        return redirect("console:affected", reference_of(failure.merged_into_id))
    desk = failure.owning_department_id
    require(viewer, Permission.CASE_READ, department_id=desk)
    counts = affected_counts(viewer, failure.pk)
    filters = filters_of(counts, request.GET.get("show", ""))
    after = request.GET.get("after", "")
    found = affected_page(
        viewer,
        failure.pk,
        shown=next(each.code for each in filters if each.is_current),
        after=int(after) if after.isdecimal() and len(after) < 18 else None,
    )
    works = can(viewer, Permission.CASE_WORK, desk) and failure.status != Whole.VOID
    context = {
        "failure": failure,
        "reference": reference,
        "counts": counts,
        "filters": filters,
        "rows": person_rows(found.cases, viewer),
        "after": found.after,
        "works": works,
        "outreaches": [outreach_view(each) for each in outreaches_of(failure.pk)],
        "lists": [list_view(each) for each in lists_of(failure.pk)] if works else [],
    }
    return page(request, "console/affected.html", context)
