"""Why is this due then? And more time given by hand."""

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from recovery.clocks.selectors import clock_file, item_of_clock
from recovery.clocks.services import extend, tell_authority
from recovery.console.forms.clocks import ExtendForm, ToldForm
from recovery.console.presenters.clocks import page_of
from recovery.console.selectors.escalation import readable_item
from recovery.failures.states import TrackKind
from recovery.org.roles import Permission
from recovery.org.services import require
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

type _View = Callable[[HttpRequest, int], HttpResponse]


@require_safe
@login_required
@never_cache
def clock(request: HttpRequest, clock_id: int) -> HttpResponse:
    """The explanation. A support case's readers show once more who they are."""
    item = readable_item(person_of(request), item_of_clock(clock_id))
    return (_when_sure if item.kind == TrackKind.EMPLOYEE else _page)(request, clock_id)


@login_required
@require_POST
def extend_clock(request: HttpRequest, clock_id: int) -> HttpResponse:
    """Give it more time, with the reason."""
    person = person_of(request)
    item = readable_item(person, item_of_clock(clock_id))
    if item.kind != TrackKind.PROCESS:
        require(person, Permission.CLOCK_EXTEND, department_id=item.department_id)
    form = ExtendForm(request.POST)
    if form.is_valid():
        with refusals_into(form):
            extend(clock_id=clock_id, **form.facts(), actor=person, now=timezone.now())
            saved(request, _("More time given."))
            return see_other(request, reverse("console:clock", args=[clock_id]))
    return _page(request, clock_id, form=form)


@login_required
@require_POST
def told_authority(request: HttpRequest, clock_id: int) -> HttpResponse:
    """The authority was told: that meets a law's clock."""
    person = person_of(request)
    item = readable_item(person, item_of_clock(clock_id))
    require(person, Permission.CASE_WORK, department_id=item.department_id)
    form = ToldForm(request.POST)
    if form.is_valid():
        with refusals_into(form):
            words = form.cleaned_data["words"]
            tell_authority(clock_id=clock_id, words=words, actor=person, now=timezone.now())
            saved(request, _("Written down: the authority was told."))
            return see_other(request, reverse("console:clock", args=[clock_id]))
    return _page(request, clock_id, told=form)


def _page(
    request: HttpRequest,
    clock_id: int,
    *,
    form: ExtendForm | None = None,
    told: ToldForm | None = None,
) -> HttpResponse:
    model = page_of(clock_file(clock_id), person_of(request), timezone.now())
    context = {
        "model": model,
        "form": form or ExtendForm(initial={"version": model.version}),
        "told": told or ToldForm(),
    }
    return page(request, "console/clock.html", context, status=422 if form or told else 200)


# Who is at the screen, not whose session it is: gate screens are shared.
_sure: Callable[[_View], _View] = reauthentication_required()
_when_sure: _View = _sure(_page)
