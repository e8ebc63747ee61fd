"""The page of one process case and its verbs."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from processes.forms import PlanForm
from processes.presenters.actions import WORDS, may
from processes.presenters.model import model_of
from processes.presenters.timeline import days_of
from processes.selectors import CaseFile, case_file, links_of, notes_of, visible_id
from processes.states import LinkState
from processes.views.verbs import VERBS, Given, Verb
from recovery.escalation.presenters import task_rows
from recovery.events.selectors import timeline
from recovery.failures.selectors import item_reference
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.kernel.text import gettext_noop
from recovery.messages.selectors import mute_of
from recovery.org.selectors import names_of
from recovery.web.forms import PageForm, attach
from recovery.web.pages import page, saved, see_other, way_back
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.org.models import Person


@require_safe
@login_required
def case(request: HttpRequest, reference: str) -> HttpResponse:
    viewer = person_of(request)
    process_id = visible_id(viewer, reference)
    exact = item_reference("process", process_id)
    if reference != exact:
        return redirect("processes:case", exact)
    return _page(request, case_file(viewer, process_id))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def verb(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    viewer, now = person_of(request), timezone.now()
    file, known = case_file(viewer, visible_id(viewer, reference)), VERBS.get(verb)
    if known is None:
        raise NotFound("not_found", gettext_noop("There is no such action."))
    if not may(viewer, file, verb):
        raise NotAllowed("not_allowed", gettext_noop("Your role does not allow this here."))
    key = _key_of(request, file, known)
    sent = request.POST if request.method == "POST" else None
    form = known.form(sent, **known.prepare(file))
    status = 200
    if sent is not None:
        try:
            if form.is_valid():
                _call(known, file, form, key=key, viewer=viewer, now=now, sent=sent)
                saved(request, str(known.done), draft=_draft(file, verb))
                return see_other(request, _after(request, reference, known))
            status = Invalid.http_status
        except (Invalid, Conflict, NotFound) as refusal:
            attach(form, refusal)
            status = refusal.http_status
            file = case_file(viewer, file.case.pk)
    act = {"verb": verb, "words": WORDS[verb], "form": form, "on": known.on, "key": key}
    return _page(request, file, act=act | {"draft": _draft(file, verb)}, status=status)


def _call(
    known: Verb,
    file: CaseFile,
    form: PageForm,
    *,
    key: int | None,
    viewer: "Person",
    now: datetime,
    sent: Any,
) -> None:
    """The one domain call of a verb."""
    target = {"action_id": key} if known.on == "action" else {"process_id": file.case.pk}
    if known.on == "failure":
        target["failure_id"] = key
    drafted = {"draft": form.draft} if isinstance(form, PlanForm) else {}
    known.service(
        **target,
        **known.facts(form.cleaned_data, now),
        **drafted,
        actor=viewer,
        now=now,
        expected_version=_number(sent.get("version")),
    )


def _after(request: HttpRequest, reference: str, known: Verb) -> str:
    """One tap on a failure page leads back to it; everything else to the case."""
    page_of_case = reverse("processes:case", args=[reference])
    return way_back(request, page_of_case) if known.on == "failure" else page_of_case


def _page(
    request: HttpRequest, file: CaseFile, *, act: Given | None = None, status: int = 200
) -> HttpResponse:
    viewer, now = person_of(request), timezone.now()
    story = timeline(
        viewer_id=viewer.pk,
        items={file.case.pk},
        streams=[f"process:{file.case.pk}"],
        before=_number(request.GET.get("before")),
        limit=30,
    )
    model = model_of(
        file,
        viewer,
        now,
        linked=links_of(file.case, LinkState.LINKED),
        candidates=links_of(file.case, LinkState.CANDIDATE) if file.candidates else (),
        notes=notes_of(file.case),
    )
    context = {
        "model": model,
        "mute_id": mute_of(viewer, model.url),
        "tasks": task_rows(file.case.pk, now),
        "act": act,
        "days": days_of(story.entries, names_of({each.actor_id for each in story.entries})),
        "older": story.before,
    }
    return page(request, "processes/process.html", context, status=status)


def _key_of(request: HttpRequest, file: CaseFile, known: Verb) -> int | None:
    """The row acted on; an action must belong to this case. Raises NotFound."""
    if not known.on:
        return None
    key = _number(request.POST.get(known.on) or request.GET.get(known.on))
    known_actions = {each.pk for each in file.actions}
    if key is None or (known.on == "action" and key not in known_actions):
        raise NotFound("not_found", gettext_noop("There is no such line on this case."))
    return key


def _draft(file: CaseFile, verb: str) -> str:
    return f"process-{file.case.pk}-{verb}"


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None
