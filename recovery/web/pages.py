"""Answers of pages: the whole page, a fragment of it, a way on, or a refusal in plain words."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from recovery.web.context import current_request_id

API_PREFIX = "/api/"
# Never shown back, whatever the form.
SECRET_FIELDS = ("csrfmiddlewaretoken", "password", "token", "secret")
RETRY_SECONDS = 2


class SeeOther(HttpResponseRedirectBase):
    """303: what was posted is done, the page to read next is over there."""

    status_code = 303


def wants_fragment(request: HttpRequest) -> bool:
    """Say whether htmx asks for a part; a boosted link and a restored page want the whole."""
    sent = request.headers
    whole = "HX-Boosted" in sent or "HX-History-Restore-Request" in sent
    return "HX-Request" in sent and not whole


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    fragment: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render the page, or for htmx its {% partialdef fragment %}. With errors give status 422."""
    partly = fragment and wants_fragment(request)
    name = f"{template}#{fragment}" if partly else template
    response = render(request, name, dict(context or {}), status=status)
    if fragment:
        patch_vary_headers(response, ["HX-Request"])
    return response


def see_other(request: HttpRequest, url: str) -> HttpResponse:
    """Lead on after a POST; htmx is told to load the page whole instead of swapping it in."""
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return SeeOther(url)


def saved(request: HttpRequest, sentence: str, *, draft: str = "") -> None:
    """Say on the next page what was done; `draft` names the form whose draft may now go."""
    messages.success(request, sentence, extra_tags=draft)


def way_back(request: HttpRequest, default: str = "/") -> str:
    """Return the page the reader came from, if it is one of ours."""
    came_from = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return came_from if safe else default


def refused(
    request: HttpRequest, status: int, sentence: str, *, code: str, heading: str = ""
) -> HttpResponse:
    """Answer with a sentence to act on: a page, a toast for htmx, or JSON under /api/.

    What was typed is shown back, so that nothing is lost with the answer.
    """
    if request.path.startswith(API_PREFIX):
        response: HttpResponse = JsonResponse(error_body(code, sentence), status=status)
    elif wants_fragment(request):
        toast = {"sentence": sentence}
        response = render(request, "_components/toast.html", toast, status=status)
        response.headers["HX-Retarget"] = "#toasts"
        response.headers["HX-Reswap"] = "beforeend"
    else:
        context = {
            "status": status,
            "heading": heading or headings()[status],
            "sentence": sentence,
            "typed": typed(request),
            "back": way_back(request, ""),
            "request_id": current_request_id() if status >= 500 else "",
        }
        response = render(request, "refused.html", context, status=status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def error_body(
    code: str, message: str, errors: Sequence[tuple[str, str | None, str]] = ()
) -> dict[str, object]:
    """Build the one shape of every error answer: code, field, message and all errors in full."""
    full = list(errors) or [(code, None, message)]
    return {
        "code": code,
        "field": full[0][1] if len(full) == 1 else None,
        "message": message,
        "errors": [
            {"code": each, "field": field, "message": said} for each, field, said in full
        ],
    }


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """List what was typed into the form that was refused, without secrets."""
    return [
        (name.replace("_", " ").capitalize(), value)
        for name, values in request.POST.lists()
        if not any(secret in name.lower() for secret in SECRET_FIELDS)
        for value in values
        if value.strip()
    ]


def headings() -> Mapping[int, str]:
    """Name what happened, by status, in the reader's language."""
    return {
        400: _("That did not arrive whole"),
        403: _("Not yours to do"),
        404: _("There is nothing here"),
        409: _("It has moved on"),
        413: _("That is too large"),
        422: _("Something needs correcting"),
        500: _("Something broke on our side"),
        503: _("Busy for a moment"),
    }
