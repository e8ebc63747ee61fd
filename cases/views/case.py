"""The page of one customer case, and its verbs: one form, one domain call, back to the page."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases.presenters.actions import WORDS, may
from cases.presenters.found import elsewhere_of
from cases.presenters.model import about, model_of
from cases.presenters.parties import party_rows, warned_of
from cases.presenters.timeline import days_of
from cases.selectors import CaseFile, case_file, case_id_of, taken_back_words
from cases.selectors.links import living_case
from cases.selectors.parties import parties_of
from cases.states import CaseState
from cases.views.verbs import SENT_BY, VERBS, Given, Sight, Verb
from recovery.escalation.presenters import task_rows
from recovery.events.selectors import timeline
from recovery.failures.presenters import hint_if_nobody_was_told
from recovery.failures.selectors import item_reference
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.kernel.text import gettext_noop
from recovery.messages.selectors import mute_of
from recovery.org.selectors import names_of
from recovery.web.forms import attach
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

if TYPE_CHECKING:
    pass


@require_safe
@login_required
def case(request: HttpRequest, reference: str) -> HttpResponse:
    case_id = case_id_of(reference)
    if reference != item_reference("customer", case_id):
        return redirect("cases:case", item_reference("customer", case_id))
    return _page(request, case_file(person_of(request), case_id))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def verb(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    case_id, viewer, now = case_id_of(reference), person_of(request), timezone.now()
    file, known = case_file(viewer, case_id), VERBS.get(verb)
    if known is None:
        raise NotFound("not_found", gettext_noop("There is no such action."))
    if not may(viewer, file, verb, now=now):
        raise NotAllowed("not_allowed", gettext_noop("Your role does not allow this here."))
    key = _key_of(request, file, known)
    sent = request.POST if request.method == "POST" else None
    sight = Sight(file, viewer, now, request.GET.dict())
    form = known.form(sent, **_fitted(sight, verb))
    status = 200
    if sent is not None:
        try:
            if form.is_valid():
                made = known.service(
                    **{f"{known.on}_id": key},
                    **known.facts(form.cleaned_data, now),
                    actor=viewer,
                    now=now,
                    expected_version=_number(sent.get("version")),
                )
                done = known.after(made, now) if known.after else str(known.done)
                saved(request, done, draft=_draft(case_id, verb))
                hint_if_nobody_was_told(request, item_id=case_id, actor=viewer, at=now)
                return see_other(request, reverse("cases:case", args=[reference]))
            status = Invalid.http_status
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
            status = refusal.http_status
            file = case_file(viewer, case_id)
    act = {"verb": verb, "words": WORDS[verb], "form": form, "on": known.on, "key": key}
    act |= {"about": about(file, key, on=known.on), "draft": _draft(case_id, verb)}
    return _page(request, file, act=act, status=status)


def _page(
    request: HttpRequest, file: CaseFile, *, act: Given | None = None, status: int = 200
) -> HttpResponse:
    viewer, now = person_of(request), timezone.now()
    story = timeline(
        viewer_id=viewer.pk,
        items={file.case.pk},
        streams=[f"customer:{file.case.pk}"],
        before=_number(request.GET.get("before")),
        limit=30,
    )
    model = model_of(file, viewer, now)
    people = (
        party_rows(parties_of(file.case.pk), timezone.localdate(now))
        if model.sees_customer
        else []
    )
    merged = file.case.item.state == CaseState.MERGED
    whole = living_case(file.case.pk) if merged else file.case.pk
    context = {
        "model": model,
        "part_of": item_reference("customer", whole) if whole != file.case.pk else "",
        "elsewhere": elsewhere_of(file, viewer)
        if model.story.customer_url and whole == file.case.pk
        else (),
        "mute_id": mute_of(viewer, model.url),
        "tasks": task_rows(file.case.pk, now),
        "act": act,
        "parties": people,
        "warned": warned_of(people, act["verb"]) if act else (),
        "days": days_of(story.entries, names_of({each.actor_id for each in story.entries})),
        "older": story.before,
    }
    return page(request, "cases/case.html", context, status=status)


def _key_of(request: HttpRequest, file: CaseFile, known: Verb) -> int:
    """The row acted on, which must belong to this case. Raises NotFound."""
    if known.on in {"case", "item"}:
        return file.case.item_id
    key = _number(request.POST.get(known.on) or request.GET.get(known.on))
    keys = {
        "remedy": {each.pk for each in file.remedies},
        "contact": {each.pk for each in file.contacts},
        "promise": {each.pk for each in file.promises},
        "survey": {file.survey.pk} if file.survey else set(),
    }
    if key is None or key not in keys[known.on]:
        raise NotFound("not_found", gettext_noop("There is no such line on this case."))
    return key


def _fitted(sight: Sight, verb: str) -> dict[str, Any]:
    """What the form of a verb must know. People are answered the way they came."""
    file = sight.file
    initial = {"channel": file.complaints[-1].channel} if file.complaints else {}
    if verb in SENT_BY:
        # The words of a letter just taken back are put right, not written anew.
        words = taken_back_words(file.case.pk, sight.viewer, verb=SENT_BY[verb], now=sight.now)
        initial |= {"words": words} if words else {}
    return {"initial": initial} | VERBS[verb].fitted(sight)


def _draft(case_id: int, verb: str) -> str:
    return f"case-{case_id}-{verb}"


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None
