"""What the shell around every page shows of the person reading it; asked for only when drawn."""

from collections.abc import Callable

from django.http import HttpRequest

from recovery.messages.selectors import unread_count
from recovery.org.models import Person
from recovery.org.selectors import departments, grants


def shell(request: HttpRequest) -> dict[str, Callable[[], object]]:
    """Offer `unread_notices` and `department_name`: callables, so that fragments cost nothing."""
    return {
        "unread_notices": lambda: unread_count(request.user) if _signed_in(request) else 0,
        "department_name": lambda: _home_of(request.user) if _signed_in(request) else "",
    }


def _signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def _home_of(person: Person) -> str:
    cards = departments()
    return next(
        (cards[home].name for home in sorted(grants(person).homes) if home in cards), ""
    )
