"""The private pages and their verbs. They ask who is there before they open."""

from collections.abc import Callable, Mapping
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
from django.views.decorators.http import require_POST, require_safe

from recovery.clocks.selectors import all_readings
from recovery.events.selectors import timeline
from recovery.failures.selectors import failure_id_of, item_id_of, item_reference, reference_of
from recovery.failures.states import TrackKind
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import names_of
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of
from staff import presenters, selectors, services
from staff.forms import NameForm, NoteForm, OfferForm
from staff.views.forms import mending

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
            presenters.case_row(each, name=each.supporter.name)
            for each in selectors.cases_about(viewer)
        ],
        "supported": [
            presenters.case_row(each, name=each.person.name if each.person else "")
            for each in selectors.cases_supported(viewer)
        ],
        "supports": selectors.is_supporter(viewer),
        "overdue": [
            item_reference(TrackKind.EMPLOYEE, key)
            for key in selectors.cases_overdue(viewer, timezone.now())
        ],
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
        "standing": all_readings(found.pk, timezone.now()),
        "note_count": selectors.note_count(found.pk),
        "name_form": NameForm(prefix="name"),
        "offer_form": OfferForm(prefix="offer"),
        "note_form": NoteForm(prefix="note"),
    }


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
        with mending(form):
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
        with mending(form):
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
        with mending(form):
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
    "take-over": _Press(services.take_over, gettext_noop("It is yours. Speak with them soon.")),
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
