"""One failure: its header, the three panels, its story."""

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

import cases.presenters as customer
import processes.presenters as process
import staff.presenters as employee
from cases.selectors import visible_case_ids
from processes.selectors import visible_process_ids
from recovery.console.forms import MergeForm, RaiseForm, WaiverForm
from recovery.console.presenters import failure as present
from recovery.console.presenters.timeline import belongs_here, days_of
from recovery.console.selectors import alike
from recovery.events.selectors import timeline
from recovery.failures.selectors import (
    failure_for_page,
    failure_id_of,
    live_waivers,
    merged_here,
    notes_of,
    reference_of,
)
from recovery.failures.states import OPEN_STATUSES, Whole
from recovery.messages.selectors import mute_of
from recovery.org.roles import Permission
from recovery.org.selectors import can, names_of
from recovery.web.pages import page
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.failures.models import Failure
    from recovery.org.models import Person

CROWD = 20  # people; the story of a failure with more is its own alone
_ASKED = (
    Permission.FAILURE_EDIT,
    Permission.FAILURE_MERGE,
    Permission.WAIVER_REQUEST,
    Permission.WAIVER_APPROVE,
    Permission.CASE_WORK,
)


@require_safe
@login_required
def failure(request: HttpRequest, reference: str) -> HttpResponse:
    failure_id = failure_id_of(reference)
    if reference != reference_of(failure_id):
        return redirect("console:failure", reference_of(failure_id))
    viewer = person_of(request)
    found = failure_for_page(failure_id)
    return page(request, "console/failure.html", context_of(request, viewer, found))


def context_of(request: HttpRequest, viewer: "Person", found: "Failure") -> dict[str, object]:
    """Everything the page shows; forms with errors replace the fresh ones."""
    now = timezone.now()
    desk = found.owning_department_id
    panels = [part.panel(viewer, found.pk, now) for part in (customer, process, employee)]
    return {
        **_header(found),
        **_story(request, viewer, found),
        "panels": [panel for panel in panels if panel],
        "waivers": [(each, present.waiver_words(each)) for each in live_waivers(found.pk)],
        "merged_here": [(reference_of(each.pk), each.title) for each in merged_here(found.pk)],
        "merged_into": reference_of(found.merged_into_id) if found.merged_into_id else "",
        "alike": [(reference_of(each.pk), each) for each in alike(found)],
        "mute_id": mute_of(viewer, reverse("console:failure", args=[reference_of(found.pk)])),
        "may": {each.name.lower(): can(viewer, each, desk) for each in _ASKED},
        "waiver_form": WaiverForm(prefix="waive"),
        "merge_form": MergeForm(prefix="merge"),
        "raise_form": RaiseForm(prefix="raise", now_at=found.priority),
    }


def _header(found: "Failure") -> dict[str, object]:
    tracks = list(found.tracks.all())
    status = Whole(found.status)
    return {
        "failure": found,
        "reference": reference_of(found.pk),
        "status": status,
        "is_open": status in OPEN_STATUSES,
        "status_sentence": present.status_sentence(status, tracks),
        "ring": present.ring_of(tracks),
        "tracks": present.track_lines(tracks),
        "severity": present.severity_lines(found),
        "priority_words": present.priority_words(found),
        "path": present.path_of(found),
        "facts": present.facts_of(found),
        "people": present.people_words(found),
    }


def _story(request: HttpRequest, viewer: "Person", found: "Failure") -> dict[str, object]:
    """What happened, and the notes, as far as the viewer may read the cases they are about."""
    learning = visible_process_ids(viewer, found.pk)
    cases = visible_case_ids(viewer, found.pk)
    visible, is_crowd = cases | learning, len(cases) > CROWD
    before = request.GET.get("before", "")
    story = timeline(
        viewer_id=viewer.pk,
        items=visible,
        failure_id=found.pk,
        streams=[f"process:{pk}" for pk in learning],
        # What each of many people went through stands on their own case.
        without="customer" if is_crowd else "",
        before=int(before) if before.isdecimal() and len(before) < 18 else None,
    )
    entries = [each for each in story.entries if belongs_here(each, found)]
    names = names_of({entry.actor_id for entry in entries})
    return {
        "days": days_of(entries, names),
        "older": story.before,
        "is_crowd": is_crowd,
        "notes": notes_of(visible),
    }
