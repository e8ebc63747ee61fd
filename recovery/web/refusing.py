"""Refusals and a busy database that nobody caught, turned into pages."""

from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from recovery.kernel.refusals import Refusal
from recovery.web.pages import refused

# A deadlock, and a lock waited for too long: both go away when tried once more.
TRY_AGAIN = frozenset({"40P01", "55P03", "40001"})


class RefusalMiddleware:
    """Answers what a view did not catch. Innermost, so that it sees views only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if may_try_again(error) and request.resolver_match:
            found = request.resolver_match
            try:
                response: HttpResponse = found.func(request, *found.args, **found.kwargs)
            except (Refusal, DatabaseError) as again:
                error = again
            else:
                return response
        return answer_to(request, error)


def may_try_again(error: BaseException) -> bool:
    """Say whether a second try of the same transaction is likely to pass."""
    return getattr(error.__cause__, "pgcode", None) in TRY_AGAIN


def is_unavailable(error: BaseException | None) -> bool:
    """Say whether the database is away or locked, as opposed to asked something wrong."""
    return isinstance(error, OperationalError | InterfaceError)


def answer_to(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Return the page for a refusal or an unavailable database; None leaves it to Django."""
    if isinstance(error, Refusal):
        return refused(request, error.http_status, error.say(_), code=error.code)
    return busy(request) if is_unavailable(error) else None


def busy(request: HttpRequest) -> HttpResponse:
    """Ask to wait a moment: nothing was half done."""
    sentence = _("Nothing was saved and nothing is lost. Wait a few seconds and send it again.")
    return refused(request, 503, sentence, code="busy")
