"""What people may give, and what waits for their decision."""

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cases.models import Allowance
from cases.policy import (
    Authority,
    Line,
    committed,
)
from recovery.org.models import Person
from recovery.org.roles import Role
from recovery.org.selectors import (
    authority_limits,
    grants,
    organisation,
)


def week_key(at: datetime) -> str:
    """The scope key of the week `at` lies in, by its Monday in the organisation's zone."""
    day = at.astimezone(ZoneInfo(organisation().zone)).date()
    return f"week:{day - timedelta(days=day.weekday())}"


def case_key(case_id: int) -> str:
    """The scope key of one case."""
    return f"case:{case_id}"


def authority_of(
    person: Person, lines: Collection[Line], now: datetime, *, approving: bool = False
) -> Authority:
    """What `person` may still give on a case with these remedies; at most three queries.

    What anybody has given on the case counts against its limit, so that nobody splits a gift.
    With no limit at all nothing may be given alone; a manager who approves has none.
    """
    if approving and Role.MANAGER in grants(person).roles:
        return Authority(case_limit=None)
    limits = authority_limits(person, now)
    if not limits:
        return Authority()
    week_used = (
        Allowance.objects.filter(holder=person, scope_key=week_key(now))
        .values_list("committed_minor", flat=True)
        .first()
    )
    return Authority(
        case_limit=limits.get("case"),
        case_used=committed(lines),
        week_limit=limits.get("week"),
        week_used=week_used or 0,
    )
