"""Limits of authority: the list, a draft, its signature, its end, and what somebody may give."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.presenters.offerings import plain_amount
from cases.selectors import authority_of
from recovery.console.forms.limits import GIVING, LimitForm, LimitTrialForm, initial_of
from recovery.console.presenters.limits import (
    Allowed,
    allowed_words,
    holder_words,
    limit_rows,
)
from recovery.org.roles import Permission
from recovery.org.selectors import all_limits, departments, givers, limit_of
from recovery.org.services import drop_limit, end_limit, require, sign_limit, write_limit
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.org.models import AuthorityLimit, Person


@require_safe
@login_required
def limit_list(request: HttpRequest) -> HttpResponse:
    """All limits; ?person=… says what they may give today, and with each draft signed."""
    viewer, now = person_of(request), timezone.now()
    require(viewer, Permission.SETTINGS)
    limits, people = all_limits(), givers(GIVING)
    form = LimitTrialForm(
        request.GET if "person" in request.GET else None,
        people=[(each.pk, each.name) for each in people],
    )
    allowed = None
    if form.is_bound and form.is_valid():
        chosen = next(each for each in people if each.pk == form.cleaned_data["person"])
        allowed = _allowed(chosen, [each for each in limits if each.draft], now)
    context = {
        "rows": limit_rows(limits, viewer=viewer, now=now),
        "form": form,
        "allowed": allowed,
    }
    return page(request, "settings/limits.html", context, status=422 if form.errors else 200)


def _allowed(person: "Person", drafts: "Sequence[AuthorityLimit]", now: datetime) -> Allowed:
    says = allowed_words(authority_of(person, (), now))
    tried = [
        (
            each.pk,
            holder_words(each),
            allowed_words(authority_of(person, (), now, instead=each)),
        )
        for each in drafts
    ]
    return Allowed(person.name, says, [each for each in tried if each[2] != says])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_limit(request: HttpRequest) -> HttpResponse:
    """Write a draft; ?of=… begins with a limit there is."""
    actor = person_of(request)
    require(actor, Permission.SETTINGS)
    of = request.GET.get("of", "")
    like = limit_of(int(of)) if of.isdecimal() and len(of) < 18 else None
    form = LimitForm(
        request.POST if request.method == "POST" else None,
        people=[(each.pk, each.name) for each in givers(GIVING)],
        departments=[(key, card.name) for key, card in departments().items()],
        initial=initial_of(like, plain_amount(like.amount_minor)) if like else None,
    )
    if form.is_valid():
        with refusals_into(form):
            write_limit(draft=form.draft(), actor=actor, now=timezone.now())
            saved(request, _("Written. It holds once somebody else has signed it."))
            return see_other(request, reverse("console:limits"))
    context = {"form": form, "like": like}
    return page(
        request, "settings/limit_form.html", context, status=422 if form.errors else 200
    )


@login_required
@require_POST
def sign(request: HttpRequest, limit_id: int) -> HttpResponse:
    sign_limit(limit_id=limit_id, actor=person_of(request), now=timezone.now())
    saved(request, _("Signed: it holds."))
    return see_other(request, reverse("console:limits"))


@login_required
@require_POST
def drop(request: HttpRequest, limit_id: int) -> HttpResponse:
    drop_limit(limit_id=limit_id, actor=person_of(request), now=timezone.now())
    saved(request, _("Thrown away."))
    return see_other(request, reverse("console:limits"))


@login_required
@require_POST
def end(request: HttpRequest, limit_id: int) -> HttpResponse:
    end_limit(limit_id=limit_id, actor=person_of(request), now=timezone.now())
    saved(request, _("Ended. Nobody gives by it from now on."))
    return see_other(request, reverse("console:limits"))
