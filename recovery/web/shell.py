"""What the shell around every page shows of the person reading it; asked for only when drawn."""

from collections.abc import Callable

from django.http import HttpRequest

from recovery.messages.selectors import unread_count
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can, departments, grants


def shell(request: HttpRequest) -> dict[str, Callable[[], object]]:
    """What the shell asks: callables, so fragments cost nothing."""
    return {
        "unread_notices": lambda: _unread_of(request),
        "department_name": lambda: _home_of(request),
        "may_log": lambda: _may(request, Permission.FAILURE_REPORT),
        "may_set": lambda: _may(request, Permission.SETTINGS),
    }


def _unread_of(request: HttpRequest) -> int:
    return unread_count(request.user) if isinstance(request.user, Person) else 0


def _may(request: HttpRequest, permission: Permission) -> bool:
    return isinstance(request.user, Person) and can(request.user, permission)


def _home_of(request: HttpRequest) -> str:
    if not isinstance(request.user, Person):
        return ""
    cards = departments()
    homes = sorted(grants(request.user).homes)
    return next((cards[home].name for home in homes if home in cards), "")
