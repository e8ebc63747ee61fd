"""The catalogue of remedies: the list, one with its versions, made, changed, taken out."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.presenters.offerings import plain_amount
from cases.selectors.catalogue import offering_versions, versions_of_offering
from cases.services.offerings import change_offering, make_offering, retire_offering
from recovery.console.forms.offerings import OfferingForm
from recovery.console.presenters.offerings import list_rows, version_row
from recovery.kernel.conditions import read
from recovery.org.roles import Permission
from recovery.org.services import require
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of


@require_safe
@login_required
def offering_list(request: HttpRequest) -> HttpResponse:
    require(person_of(request), Permission.SETTINGS)
    rows = list_rows(offering_versions(), timezone.now())
    return page(request, "settings/offerings.html", {"rows": rows})


@require_safe
@login_required
def offering(request: HttpRequest, offering_id: int) -> HttpResponse:
    require(person_of(request), Permission.SETTINGS)
    rows = [version_row(each, timezone.now()) for each in versions_of_offering(offering_id)]
    context = _about(offering_id) | {"versions": rows, "current": rows[0].is_now}
    return page(request, "settings/offering.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_offering(request: HttpRequest) -> HttpResponse:
    actor = person_of(request)
    require(actor, Permission.SETTINGS)
    form = OfferingForm(request.POST if request.method == "POST" else None, is_new=True)
    if form.is_valid():
        with refusals_into(form):
            made = make_offering(
                name=form.cleaned_data["name"],
                draft=form.draft(),
                actor=actor,
                now=timezone.now(),
            )
            saved(request, _("It is in the catalogue."))
            return see_other(request, _page_of(made.offering_id))
    return _form(request, form, {})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_version(request: HttpRequest, offering_id: int) -> HttpResponse:
    actor = person_of(request)
    require(actor, Permission.SETTINGS)
    last = versions_of_offering(offering_id)[0]
    form = OfferingForm(
        request.POST if request.method == "POST" else None,
        is_new=False,
        when=read(last.conditions),
        initial={
            "line": last.line,
            "kind": last.kind,
            "words": _(last.words),
            "least": plain_amount(last.least_minor),
            "usual": plain_amount(last.usual_minor),
            "most": plain_amount(last.most_minor),
        },
    )
    if form.is_valid():
        with refusals_into(form):
            change_offering(
                offering_id=offering_id, draft=form.draft(), actor=actor, now=timezone.now()
            )
            saved(request, _("Kept. What was offered before keeps what it was."))
            return see_other(request, _page_of(offering_id))
    return _form(request, form, _about(offering_id))


@login_required
@require_POST
def retire(request: HttpRequest, offering_id: int) -> HttpResponse:
    retire_offering(offering_id=offering_id, actor=person_of(request), now=timezone.now())
    saved(request, _("Taken out of the catalogue."))
    return see_other(request, _page_of(offering_id))


def _form(request: HttpRequest, form: OfferingForm, more: dict[str, Any]) -> HttpResponse:
    status = 422 if form.errors else 200
    return page(request, "settings/offering_form.html", {"form": form} | more, status=status)


def _about(offering_id: int) -> dict[str, Any]:
    name = versions_of_offering(offering_id)[0].offering.name
    return {"offering_id": offering_id, "name": _(name)}


def _page_of(offering_id: int) -> str:
    return reverse("console:offering", args=[offering_id])
