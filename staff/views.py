"""Pages and verbs of the employee track. Private pages ask who is there before they open."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recovery.events.selectors import timeline
from recovery.failures.selectors import failure_id_of, item_id_of, item_reference, reference_of
from recovery.failures.states import TrackKind
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import names_of
from recovery.web.forms import attach
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of
from staff import presenters, selectors, services
from staff.forms import ActionForm, AnswerForm, NameForm, NoteForm, OfferForm

if TYPE_CHECKING:
    from staff.models import EmployeeCase

# Who is at the screen, not whose session it is: gate screens are shared.
_sure: "Callable[[_PrivateView], _PrivateView]" = reauthentication_required()
type _PrivateView = Callable[[HttpRequest, EmployeeCase], HttpResponse]


@require_safe
@login_required
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """What was offered to me, what I support, what I owe."""
    viewer = person_of(request)
    return page(request, "staff/mine.html", {
        "about_me": [
            presenters.case_row(each, name=each.supporter.name if each.supporter else "")
            for each in selectors.cases_about(viewer)
        ],
        "supported": [
            presenters.case_row(each, name=each.person.name if each.person else "")
            for each in selectors.cases_supported(viewer)
        ],
        "supports": selectors.is_supporter(viewer),
        "actions": [
            (each, reverse("staff:readiness", args=[reference_of(each.readiness_id)]))
            for each in selectors.actions_owned(viewer)
        ],
    })  # fmt: skip


@require_safe
@login_required
@never_cache
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """The private page. Strangers get 404 first, readers show once more who they are."""
    found = selectors.case_for(person_of(request), item_id_of(reference, TrackKind.EMPLOYEE))
    return _when_sure(request, found)


@require_safe
@login_required
@never_cache
def notes(request: HttpRequest, reference: str) -> HttpResponse:
    """The private page with its notes opened, which is written down."""
    found = selectors.case_for(person_of(request), item_id_of(reference, TrackKind.EMPLOYEE))
    return _notes_when_sure(request, found)


@_sure
def _when_sure(request: HttpRequest, found: "EmployeeCase") -> HttpResponse:
    return page(request, "staff/support.html", _context(request, found))


@_sure
def _notes_when_sure(request: HttpRequest, found: "EmployeeCase") -> HttpResponse:
    opened = services.read_notes(item_id=found.pk, actor=person_of(request), now=timezone.now())
    return page(request, "staff/support.html", _context(request, found) | {"notes": opened})


def _context(request: HttpRequest, found: "EmployeeCase") -> dict[str, object]:
    viewer = person_of(request)
    story = timeline(viewer_id=viewer.pk, streams=[f"employee:{found.pk}"]).entries
    return {
        "case": presenters.case_page(
            found, viewer, story=story, names=names_of({entry.actor_id for entry in story})
        ),
        "note_count": selectors.note_count(found.pk),
        "name_form": NameForm(prefix="name"),
        "offer_form": OfferForm(prefix="offer"),
        "note_form": NoteForm(prefix="note"),
    }


@contextmanager
def _mending(form: BaseForm) -> Iterator[None]:
    """Put what can be mended into the form; who may not do it at all is told so by a page."""
    try:
        yield
    except (Invalid, Conflict) as refusal:
        attach(form, refusal)


def _again(request: HttpRequest, item_id: int, **form: BaseForm) -> HttpResponse:
    """The private page as it is now, with what was typed and why it was refused."""
    found = selectors.case_for(person_of(request), item_id)
    return page(request, "staff/support.html", _context(request, found) | form, status=422)


@require_POST
@login_required
def name(request: HttpRequest, reference: str) -> HttpResponse:
    """Say who was hit."""
    viewer, item_id = person_of(request), item_id_of(reference, TrackKind.EMPLOYEE)
    selectors.case_for(viewer, item_id)
    form = NameForm(request.POST, prefix="name")
    if form.is_valid():
        with _mending(form):
            changed = services.name_person(
                item_id=item_id,
                person_id=selectors.find_person(form.cleaned_data["person"], field="person").pk,
                others=form.cleaned_data["others"],
                actor=viewer,
                now=timezone.now(),
            )
            if changed.supporter_id == viewer.pk:
                saved(request, _("Now speak with them, in person or by phone."))
                return _to_page(request, item_id)
            saved(request, _("A supporter outside their team sees to it."))
            return see_other(request, reverse("staff:mine"))
    return _again(request, item_id, name_form=form)


@require_POST
@login_required
def offer(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that support was offered by a human voice."""
    viewer, item_id = person_of(request), item_id_of(reference, TrackKind.EMPLOYEE)
    selectors.case_for(viewer, item_id)
    form = OfferForm(request.POST, prefix="offer")
    if form.is_valid():
        with _mending(form):
            services.offer_support(item_id=item_id, actor=viewer, now=timezone.now())
            saved(request, _("Thank you. The answer is theirs."))
            return _to_page(request, item_id)
    return _again(request, item_id, offer_form=form)


@sensitive_post_parameters()
@require_POST
@login_required
def note(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep a note for the two readers."""
    viewer, item_id = person_of(request), item_id_of(reference, TrackKind.EMPLOYEE)
    selectors.case_for(viewer, item_id)
    form = NoteForm(request.POST, prefix="note")
    if form.is_valid():
        with _mending(form):
            services.write_note(
                item_id=item_id, words=form.cleaned_data["words"], actor=viewer,
                now=timezone.now(),
            )  # fmt: skip
            saved(request, _("Kept, for the two of you."))
            return _to_page(request, item_id)
    return _again(request, item_id, note_form=form)


@dataclass(frozen=True, slots=True)
class _Press:
    """A verb that needs no more than a press, and what is said when it is done."""

    service: Callable[..., object]
    said: str


_PRESSES: Mapping[str, _Press] = {
    "none-affected": _Press(services.none_affected, gettext_noop("Good. That is all.")),
    "accept": _Press(services.accept, gettext_noop("Good. Your supporter is there for you.")),
    "decline": _Press(services.decline, gettext_noop("That is fine. You can come back to it.")),
    "follow-up": _Press(services.follow_up, gettext_noop("Thank you for asking again.")),
    "refer": _Press(services.refer, gettext_noop("It goes on elsewhere, outside this system.")),
    "pass-on": _Press(services.pass_on, gettext_noop("Another supporter sees to it now.")),
}


@require_POST
@login_required
def press(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Do one of the verbs that need no more than a press."""
    known = _PRESSES.get(verb)
    if known is None:
        raise Http404
    viewer, item_id = person_of(request), item_id_of(reference, TrackKind.EMPLOYEE)
    known.service(item_id=item_id, actor=viewer, now=timezone.now())
    saved(request, _(known.said))
    if verb == "pass-on":
        return see_other(request, reverse("staff:mine"))
    return _to_page(request, item_id)


@require_POST
@login_required
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for support oneself, on any failure."""
    item_id = services.refer_self(
        failure_id=failure_id_of(reference), actor=person_of(request), now=timezone.now()
    )
    return _to_page(request, item_id)


def _to_page(request: HttpRequest, item_id: int) -> HttpResponse:
    reference = item_reference(TrackKind.EMPLOYEE, item_id)
    return see_other(request, reverse("staff:case", args=[reference]))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def readiness(request: HttpRequest, reference: str) -> HttpResponse:
    """The open question of a failure: read by every member, answered by those who may."""
    failure_id = failure_id_of(reference)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with _mending(form):
            services.answer_readiness(
                failure_id=failure_id, actor=person_of(request), now=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
            saved(request, _("Answered."))
            return _to_readiness(request, reference, done=not form.cleaned_data["made_worse"])
    return _readiness_page(request, failure_id, answer_form=form)


@require_POST
@login_required
def add_action(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what will make people readier, who sees to it and by when."""
    failure_id = failure_id_of(reference)
    form = ActionForm(request.POST, prefix="action")
    if form.is_valid():
        given = form.cleaned_data
        with _mending(form):
            services.add_enablement(
                failure_id=failure_id, words=given["words"], due_on=given["due_on"],
                owner_id=selectors.find_person(given["owner"], field="owner").pk,
                actor=person_of(request), now=timezone.now(),
            )  # fmt: skip
            saved(request, _("Agreed."))
            return _to_readiness(request, reference)
    return _readiness_page(request, failure_id, action_form=form)


@require_POST
@login_required
def finish_action(request: HttpRequest, action_id: int) -> HttpResponse:
    """Say that an action is done."""
    done = services.complete_enablement(
        action_id=action_id, actor=person_of(request), now=timezone.now()
    )
    saved(request, _("Done. We are readier."))
    return _to_readiness(request, reference_of(done.readiness_id))


def _to_readiness(request: HttpRequest, reference: str, *, done: bool = False) -> HttpResponse:
    name = "console:failure" if done else "staff:readiness"
    return see_other(request, reverse(name, args=[reference]))


def _readiness_page(
    request: HttpRequest,
    failure_id: int,
    *,
    answer_form: AnswerForm | None = None,
    action_form: ActionForm | None = None,
) -> HttpResponse:
    viewer = person_of(request)
    track = selectors.required_track(failure_id)
    forms = (answer_form, action_form)
    return page(
        request,
        "staff/readiness.html",
        {
            "failure": track.failure,
            "reference": reference_of(failure_id),
            "box": presenters.readiness_box(viewer, track),
            "answer_form": answer_form or AnswerForm(),
            "action_form": action_form
            or ActionForm(prefix="action", initial={"owner": viewer.email}),
        },
        status=422 if any(form and form.is_bound and form.errors for form in forms) else 200,
    )
