"""What the viewer may still give on a case, before anything is typed: limits and the budget."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.policy import Allotment, Authority, Standing
from cases.selectors import CaseFile, authority_of
from cases.selectors.authority import budget_for, standing_of, today_of
from cases.states import BudgetPeriod
from recovery.org.models import Person
from recovery.org.selectors import organisation
from recovery.web.words import money


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of one limit is used: its name, what is left in words, the share used."""

    label: str
    left: str
    percent: float


def limits_of(file: CaseFile, viewer: Person, now: datetime) -> list[Limit]:
    """The limits of the viewer on this case and the budget that bears it; at most six queries."""
    customer_id = file.case.customer_id
    authority = authority_of(viewer, file.lines, now, customer_id=customer_id)
    on = today_of(now)
    budget = budget_for(file.case.item.department_id, on)
    found = list(limit_rows(authority))
    if budget is not None and found:
        name = budget.department.name
        found.append(budget_row(name, budget.period, standing_of(budget, on)))
    return found


def limit_rows(authority: Authority) -> Iterator[Limit]:
    """Each limit of somebody in words."""
    currency = organisation().currency
    for scope, each in authority.parts:
        yield Limit(
            _limit_words(scope, each) % {"limit": money(each.limit, currency)},
            _("%(amount)s left") % {"amount": money(each.left, currency)},
            _percent(each.used, each.limit),
        )


def _limit_words(scope: str, limit: Allotment) -> str:
    if scope == "case":
        return _("My limit for this case, %(limit)s")
    if scope == "week":
        return _("My limit this week, %(limit)s")
    days = limit.days or 0
    said = (
        ngettext(
            "The desk’s limit for this customer in %(days)d day, %%(limit)s",
            "The desk’s limit for this customer in %(days)d days, %%(limit)s",
            days,
        )
        if limit.together
        else ngettext(
            "My limit for this customer in %(days)d day, %%(limit)s",
            "My limit for this customer in %(days)d days, %%(limit)s",
            days,
        )
    )
    return said % {"days": days}


def budget_row(name: str, period: str, standing: Standing) -> Limit:
    """How the budget stands; what its owner let go beyond it leaves nothing."""
    currency = organisation().currency
    said = (
        _("Budget of %(desk)s this month, %(limit)s")
        if period == BudgetPeriod.MONTH
        else _("Budget of %(desk)s this quarter, %(limit)s")
    )
    left = _("%(amount)s left") % {"amount": money(standing.left, currency)}
    if standing.is_short:
        left = _("%(left)s, nearly used up") % {"left": left}
    return Limit(
        said % {"desk": name, "limit": money(standing.limit, currency)},
        left,
        min(standing.percent, 100.0),
    )


def _percent(used: int, limit: int) -> float:
    return 100 * min(used, limit) / limit if limit else 100
