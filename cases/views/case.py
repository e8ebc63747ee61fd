"""The page of one customer case, and its verbs: one form, one domain call, back to the page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from cases import services
from cases.forms import case as forms
from cases.presenters.actions import WORDS, may
from cases.presenters.model import about, model_of
from cases.presenters.timeline import days_of
from cases.selectors import CaseFile, case_file, case_id_of
from cases.services.opening import ComplaintFacts
from cases.states import LineKind, RemedyWish
from recovery.clocks.forms import AgreeForm, KeptForm, PromiseForm, ReleaseForm
from recovery.clocks.presenters import beside_words, promised
from recovery.clocks.services import (
    keep_promise,
    make_promise,
    release_promise,
    renegotiate_promise,
    standard_beside,
)
from recovery.escalation.presenters import task_rows
from recovery.events.selectors import timeline
from recovery.failures.presenters import hint_if_nobody_was_told
from recovery.failures.selectors import item_reference
from recovery.failures.states import Channel
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.kernel.text import gettext_noop
from recovery.messages.selectors import mute_of
from recovery.org.roles import Permission
from recovery.org.selectors import departments, lineage_of, names_of, people_with
from recovery.web.forms import PageForm, attach
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.org.models import Person

type Given = Mapping[str, Any]


def _as_given(given: Given, _now: datetime) -> dict[str, Any]:
    return dict(given)


def _no_more(_file: CaseFile, _viewer: "Person", _now: datetime) -> dict[str, Any]:
    return {}


def _promise(given: Given, _now: datetime) -> dict[str, Any]:
    facts = dict(given)
    return facts | {"desk_id": facts.pop("desk"), "holder_id": facts.pop("holder")}


def _promising(file: CaseFile, viewer: "Person", now: datetime) -> dict[str, Any]:
    """The desks and people of a case, and what the standard would be."""
    item, cards = file.case.item, departments()
    people = people_with(Permission.CASE_WORK, item.department_id)
    return {
        "desks": [
            (key, cards[key].name) for key in lineage_of(item.department_id) if key in cards
        ],
        "people": [(each.pk, each.name) for each in people],
        "beside": beside_words(standard_beside(item, now), now),
        "initial": {"desk": item.department_id, "holder": viewer.pk},
    }


def _offer(given: Given, _now: datetime) -> dict[str, Any]:
    facts = dict(given)
    amount_minor = facts.pop("amount")
    return facts | {"amount_minor": amount_minor}


def _owe(given: Given, now: datetime) -> dict[str, Any]:
    return _offer(given, now) | {"line": LineKind.ENTITLEMENT.value}


def _contact(given: Given, _now: datetime) -> dict[str, Any]:
    facts = dict(given)
    missed = facts.pop("missed")
    return facts | {"delivered": not missed}


def _complaint(given: Given, now: datetime) -> dict[str, Any]:
    wishes = [each for each in RemedyWish if each == given["wish"]]
    channels = [each for each in Channel if each == given["channel"]]
    return {
        "complaint": ComplaintFacts(
            words=given["words"],
            channel=channels[0],
            received_at=given["received_at"] or now,
            wish=wishes[0] if wishes else None,
            wished_outcome=given["wished_outcome"],
        )
    }


@dataclass(frozen=True, slots=True)
class Verb:
    """How one address acts: its form, its service, what it acts on, and what is said after.

    `fitted` gives the form what it must know of the case, `after` words what came of it.
    """

    form: type[PageForm]
    service: Callable[..., object]
    done: Promise
    on: str = "case"
    facts: Callable[[Given, datetime], dict[str, Any]] = _as_given
    fitted: Callable[[CaseFile, "Person", datetime], dict[str, Any]] = _no_more
    after: Callable[[Any, datetime], str] | None = None


VERBS: Mapping[str, Verb] = {
    "acknowledge": Verb(forms.AcknowledgeForm, services.acknowledge, _("Told.")),
    "assess": Verb(forms.AssessForm, services.assess, _("Looked at.")),
    "investigate": Verb(forms.PressForm, services.investigate, _("Begun.")),
    "wait": Verb(forms.AskForm, services.wait_for_customer, _("Asked. Our time stands still.")),
    "answered": Verb(forms.SaidForm, services.customer_answered, _("Written down.")),
    "offer": Verb(forms.OfferForm, services.offer_remedy, _("Written down."), facts=_offer),
    "give": Verb(forms.GiveForm, services.give_remedy, _("Given."), facts=_offer),
    "owe": Verb(forms.OweForm, services.offer_remedy, _("Written down."), facts=_owe),
    "put-right": Verb(forms.PressForm, services.put_right, _("Put right.")),
    "ask": Verb(forms.AskForm, services.ask_if_solved, _("Asked.")),
    "solved": Verb(forms.SaidForm, services.confirm_solved, _("Solved, in their own words.")),
    "not-solved": Verb(forms.SaidForm, services.confirm_not_solved, _("Back at work.")),
    "final-no": Verb(forms.FinalForm, services.final_response, _("Ended with a final no.")),
    "unreachable": Verb(forms.PressForm, services.mark_unreachable, _("Ended.")),
    "lost": Verb(forms.ReasonForm, services.mark_lost, _("Ended.")),
    "outside": Verb(forms.BodyForm, services.outside_body_takes_it, _("Written down.")),
    "ruled-for": Verb(forms.ProofForm, services.ruled_for_customer, _("Ended by ruling.")),
    "ruled-against": Verb(forms.FoundForm, services.ruled_against_customer, _("Ended.")),
    "reopen": Verb(forms.NewFactsForm, services.reopen, _("Open again.")),
    "complaint": Verb(
        forms.ComplaintForm, services.receive_complaint, _("Added."), facts=_complaint
    ),
    "contact": Verb(forms.ContactForm, services.log_contact, _("Logged."), facts=_contact),
    "bounced": Verb(forms.PressForm, services.mark_bounced, _("Noted."), on="contact"),
    "promise": Verb(
        PromiseForm,
        make_promise,
        _("Promised."),
        on="item",
        facts=_promise,
        fitted=_promising,
        after=promised,
    ),
    "keep-promise": Verb(KeptForm, keep_promise, _("Kept."), on="promise"),
    "agree-later": Verb(AgreeForm, renegotiate_promise, _("Agreed."), on="promise"),
    "release-promise": Verb(ReleaseForm, release_promise, _("Noted."), on="promise"),
    "accept": Verb(forms.AnswerForm, services.accept_remedy, _("Accepted."), on="remedy"),
    "decline": Verb(forms.AnswerForm, services.decline_remedy, _("Noted."), on="remedy"),
    "deliver": Verb(forms.DeliverForm, services.deliver_remedy, _("Given."), on="remedy"),
    "pay": Verb(forms.PayForm, services.deliver_remedy, _("Paid."), on="remedy"),
    "withdraw": Verb(
        forms.ShortReasonForm, services.withdraw_remedy, _("Taken back."), on="remedy"
    ),
    "approve": Verb(forms.PressForm, services.approve_remedy, _("Approved."), on="remedy"),
    "refuse": Verb(
        forms.ShortReasonForm, services.refuse_remedy, _("Not approved."), on="remedy"
    ),
    "refuse-right": Verb(
        forms.RefuseRightForm,
        services.ask_to_refuse_entitlement,
        _("Asked for. A second person decides."),
        on="remedy",
    ),
    "agree-refusal": Verb(
        forms.PressForm, services.refuse_entitlement, _("The right is refused."), on="remedy"
    ),
    "keep-right": Verb(
        forms.PressForm, services.keep_entitlement, _("The right stands."), on="remedy"
    ),
}


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
    if not may(viewer, file, verb):
        raise NotAllowed("not_allowed", gettext_noop("Your role does not allow this here."))
    key = _key_of(request, file, known)
    sent = request.POST if request.method == "POST" else None
    form = known.form(sent, **{"initial": _initial(file)} | known.fitted(file, viewer, now))
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
    act = {
        "verb": verb,
        "words": WORDS[verb],
        "form": form,
        "on": known.on,
        "key": key,
        "about": about(file, key, on=known.on),
        "draft": _draft(case_id, verb),
    }
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
    context = {
        "model": model,
        "mute_id": mute_of(viewer, model.url),
        "tasks": task_rows(file.case.pk, now),
        "act": act,
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
    }
    if key is None or key not in keys[known.on]:
        raise NotFound("not_found", gettext_noop("There is no such line on this case."))
    return key


def _initial(file: CaseFile) -> dict[str, str]:
    """People are answered the way they came."""
    return {"channel": file.complaints[-1].channel} if file.complaints else {}


def _draft(case_id: int, verb: str) -> str:
    return f"case-{case_id}-{verb}"


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None
