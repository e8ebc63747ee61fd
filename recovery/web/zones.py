"""Times on pages are told in the reader's own zone."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from recovery.org.selectors import organisation


class ReaderZoneMiddleware:
    """Tells times in the person's zone, else in the organisation's; strangers get UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(request.user.zone or organisation().zone):
            return self.get_response(request)
