"""Is it alive, and is it fit to serve?"""

from collections.abc import Callable
from datetime import datetime

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recovery.events.selectors import last_sweep
from recovery.messages.selectors import oldest_unsent


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database is reachable and migrated; a silent broker is told, not fatal.

    Nor is work left undone, which more web servers would not mend: `seconds_since` says how long
    mail has waited and when the clocks were last swept (null: none waits, never), to alarm on.
    """
    checks = {name: _ask(check) for name, check in CHECKS.items()}
    fit = all(checks[name] == "ok" for name in NEEDED)
    body = {
        "status": "ok" if fit else "unfit",
        "checks": checks,
        "seconds_since": _ages(timezone.now()) if fit else {},
    }
    return JsonResponse(body, status=200 if fit else 503)


def _ages(now: datetime) -> dict[str, int | None]:
    times = {"oldest_unsent_message": oldest_unsent(), "last_sweep": last_sweep()}
    return {
        name: max(0, int((now - at).total_seconds())) if at else None
        for name, at in times.items()
    }


def _ask(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, redis.RedisError, OSError) as error:
        return type(error).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} waiting" if waiting else "ok"


def _broker() -> str:
    url = settings.REDIS_URL
    with redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5) as client:
        client.ping()
    return "ok"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
}
NEEDED = ("database", "migrations")
