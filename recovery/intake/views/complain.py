"""The complaint form of the public, without login and without script."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.selectors import opened_by, status_token
from cases.services.links import status_url
from recovery.failures.selectors import item_reference
from recovery.failures.states import TrackKind
from recovery.intake.forms.complain import ComplainForm, stamp
from recovery.intake.services.complaining import take_complaint
from recovery.org.selectors import organisation
from recovery.web.forms import refusals_into
from recovery.web.pages import page, see_other
from recovery.web.public import RETRY_SECONDS, closed, is_within, public_page, sender_of

COMPLAINTS: Final = "10/h/ip,40/d/ip"


@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def complain(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    if request.method != "POST":
        return _form(request, ComplainForm(now=now, initial={"stamp": stamp(now)}))
    form = ComplainForm(request.POST, now=now)
    if form.is_valid():
        if not is_within(request, "complain", COMPLAINTS):
            return _wait(request, form)
        with refusals_into(form):
            case_id = take_complaint(report=form.report(), sender=sender_of(request), now=now)
            return see_other(request, reverse("intake:kept", args=[status_token(case_id)]))
    return _form(request, form.shown_again(), status=422)


@require_safe
@public_page
def kept(request: HttpRequest, token: str) -> HttpResponse:
    """What to keep: the reference, and the address at which one sees how it stands."""
    opened = opened_by(token, timezone.now())
    if opened is None:
        return closed(request)
    context = {
        "house": organisation().name,
        "reference": item_reference(TrackKind.CUSTOMER, opened.case_id),
        "status_url": status_url(opened.given),
    }
    return page(request, "public/kept.html", context)


def _form(request: HttpRequest, form: ComplainForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "house": organisation().name}
    return page(request, "public/complain.html", context, status=status)


def _wait(request: HttpRequest, form: ComplainForm) -> HttpResponse:
    form.add_error(
        None,
        _("There have been many complaints from where you are. Send it again in an hour, or "
          "write to us another way."),
    )  # fmt: skip
    response = _form(request, form.shown_again(), status=429)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
