"""Pages of the shell itself: errors, the theme, the gallery of components."""

import logging
import sys

from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_POST, require_safe

from recovery.web.gallery import SampleForm, samples
from recovery.web.navigation import THEME_COOKIE, THEMES
from recovery.web.pages import SeeOther, page, refused, way_back
from recovery.web.refusing import busy, is_unavailable

log = logging.getLogger(__name__)
YEAR_SECONDS = 365 * 24 * 3600
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark, or forget it; the script does the same without asking."""
    chosen = request.POST.get("theme", "")
    response = SeeOther(way_back(request))
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=YEAR_SECONDS,
            secure=request.is_secure(),
            samesite="Lax",
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


@require_safe
@login_required
@never_cache
def my_login(request: HttpRequest) -> HttpResponse:
    """How one logs in: the address, which nobody changes here, the password, the second step."""
    return page(request, "account/email.html")


@require_safe
@login_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state: the test bed of the design."""
    form = SampleForm({"booking": "RT5K", "channel": "phone", "note": ""})
    return page(request, "web/gallery.html", {"form": form, **samples()})


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 when it was simply too much."""
    if isinstance(exception, TOO_LARGE):
        sentence = _("Send less at once: up to 1 MB of text and 500 fields.")
        return refused(request, 413, sentence, code="too_large")
    sentence = _("Go back, look at what you typed and send it again.")
    return refused(request, 400, sentence, code="malformed")


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 for whatever is refused outside a service."""
    sentence = _("Your role does not allow this. Your lead can do it or give you the role.")
    return refused(request, 403, sentence, code="not_allowed")


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same words for what is not and for what is not to be seen."""
    sentence = _("The address may be mistyped, or it leads to something you may not see.")
    return refused(request, 404, sentence, code="not_found")


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500 with a number to name, or 503 when only the database is away."""
    if is_unavailable(sys.exception()):
        return busy(request)
    sentence = _(
        "We have it in our log. What you sent was not saved; a draft of it may be kept."
    )
    return refused(request, 500, sentence, code="server_error")


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token: mostly a page left open past a new login."""
    log.warning("form without its token: %s", reason)
    sentence = _(
        "This page was open for too long, or cookies are off. Go back, reload, send again."
    )
    return refused(
        request, 403, sentence, code="csrf_failed", heading=_("That form has expired")
    )
