"""Pages for people who do not sign in: what their answers carry, and how often one may come."""

from collections.abc import Callable
from functools import wraps
from typing import Final
from zoneinfo import ZoneInfo

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from recovery.org.selectors import organisation

type View = Callable[..., HttpResponse]

# Kept by nobody on the way, found by no search engine, named to no other site. Not "no-referrer":
# with that a browser sends forms with "Origin: null", which is refused as somebody else's.
HEADERS: Final = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "same-origin"}


def public_page(view: View) -> View:
    """Tell times in the organisation's zone and keep the answer out of every store."""

    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with timezone.override(ZoneInfo(organisation().zone)):
            response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return shown


def is_within(
    request: HttpRequest, action: str, rates: str, *, key: str | None = None, count: bool = True
) -> bool:
    """Say whether `action` may be done once more within `rates`, such as "5/h/key,20/h/ip".

    It counts, unless `count` is False: then it is only asked. "ip" is the sender's address,
    "key" is `key`.
    """
    usage = ratelimit.consume(
        request,
        app="recovery",
        action=action,
        config={action: rates},
        key=key,
        dry_run=not count,
        limit_get=True,
    )
    return usage is not None
