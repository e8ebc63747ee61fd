"""Pages for people who do not sign in: what their answers carry, and how often one may come."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Final
from zoneinfo import ZoneInfo

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from recovery.org.selectors import organisation
from recovery.web.navigation import address_of
from recovery.web.pages import page, typed

type View = Callable[..., HttpResponse]

# Kept by nobody on the way, found by no search engine, named to no other site. Not "no-referrer":
# with that a browser sends forms with "Origin: null", which is refused as somebody else's.
APP: Final = "recovery"
RETRY_SECONDS: Final = 3600
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


def is_within(request: HttpRequest, action: str, rates: str, *, key: str | None = None) -> bool:
    """Say whether `action` may be done once more within `rates`, and count it.

    `rates` are such as "5/h/key,20/h/ip": "ip" is the sender's address, "key" is `key`.
    """
    usage = ratelimit.consume(
        request, app=APP, action=action, config={action: rates}, key=key, limit_get=True
    )
    return usage is not None


def is_used_up(request: HttpRequest, action: str, rates: str) -> bool:
    """Say whether nothing is left of `rates`, without counting; a query for each rate."""
    now = time.time()
    return not all(
        ratelimit.apply_rate(
            cache.get(ratelimit.get_cache_key(request, app=APP, action=action, rate=rate), []),
            now,
            rate,
            dry_run=True,
        )[0]
        for rate in ratelimit.get_rates(app=APP, action=action, config={action: rates})
    )


def sender_of(request: HttpRequest) -> str:
    """The address a request comes from, past the proxies we trust; of IPv6 its network."""
    return str(ratelimit.get_ip(request))


def closed(request: HttpRequest) -> HttpResponse:
    """The one answer to every secret address that opens nothing, whatever the reason."""
    context = {
        "house": organisation().name,
        "write_to": next(iter(settings.MAIL_REPLY_TO), ""),
        "complain_url": address_of("intake:complain"),
    }
    return page(request, "public/closed.html", context, status=404)


def slow_down(request: HttpRequest) -> HttpResponse:
    """Ask to wait; what was typed is shown back."""
    context = {"house": organisation().name, "typed": typed(request)}
    response = page(request, "public/slow_down.html", context, status=429)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
