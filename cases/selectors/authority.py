"""What people may give: their limits, what of them is used, the budget it comes out of."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum

from cases.models import Allowance, Budget, BudgetAccount, Remedy
from cases.policy import (
    ANSWERED_FOR_GOOD,
    CHARGED_LINES,
    Allotment,
    Authority,
    Line,
    Standing,
    committed,
    period_start,
)
from cases.states import RemedyState
from recovery.org.models import AuthorityLimit, Person
from recovery.org.policy.authority import LimitCard
from recovery.org.roles import Role
from recovery.org.selectors import (
    authority_limits,
    departments,
    grants,
    lineage_of,
    organisation,
)

NOT_GIVEN = frozenset({*ANSWERED_FOR_GOOD, RemedyState.AWAITING_APPROVAL})


def today_of(at: datetime) -> date:
    """The day `at` lies in, in the organisation's zone."""
    return at.astimezone(ZoneInfo(organisation().zone)).date()


def week_key(at: datetime) -> str:
    """The scope key of the week `at` lies in, by its Monday in the organisation's zone."""
    day = today_of(at)
    return f"week:{day - timedelta(days=day.weekday())}"


def case_key(case_id: int) -> str:
    """The scope key of one case."""
    return f"case:{case_id}"


def customer_key(customer_id: int, card: LimitCard) -> str:
    """The scope key of one customer; a desk that counts together has one of its own."""
    if not card.together:
        return f"customer:{customer_id}"
    return f"customer:{customer_id}:desk:{card.department_id or 0}"


def authority_of(
    person: Person,
    lines: Collection[Line],
    now: datetime,
    *,
    customer_id: int | None = None,
    approving: bool = False,
    instead: AuthorityLimit | None = None,
) -> Authority:
    """What `person` may still give on a case with these remedies; at most four queries.

    What anybody has given on the case counts against its limit, so that nobody splits a gift.
    With no limit at all nothing may be given alone; a manager without one approves anything.
    `instead` is a draft of a limit tried as if it were in force.
    """
    limits = authority_limits(person, now, instead=instead)
    if not limits:
        is_free = approving and Role.MANAGER in grants(person).roles
        return Authority(case=None) if is_free else Authority()
    case, week, customer = (limits.get(scope) for scope in ("case", "week", "customer"))
    return Authority(
        case=Allotment(case.amount_minor, committed(lines)) if case else None,
        week=Allotment(week.amount_minor, given_in_week(person, now)) if week else None,
        customer=Allotment(
            customer.amount_minor,
            given_to(customer_id, customer, person=person, now=now),
            customer.days,
            customer.together,
        )
        if customer and customer_id is not None
        else None,
    )


def given_in_week(person: Person, now: datetime) -> int:
    """What was charged to a person in the week of `now`, in minor units; one query."""
    found = Allowance.objects.filter(holder=person, scope_key=week_key(now))
    return found.values_list("committed_minor", flat=True).first() or 0


def given_to(customer_id: int, card: LimitCard, *, person: Person, now: datetime) -> int:
    """What counts against a limit per customer: gifts of its days, in whichever cases; one query."""
    found = Remedy.objects.filter(
        case__customer_id=customer_id,
        line__in=CHARGED_LINES,
        offered_at__gt=now - timedelta(days=card.days or 0),
    ).exclude(state__in=NOT_GIVEN)
    if not card.together:
        found = found.filter(charged_to=person)
    elif card.department_id is not None:
        desk = departments().get(card.department_id)
        found = found.filter(desk_id__in=desk.below if desk else {card.department_id})
    return found.aggregate(given=Sum("amount_minor"))["given"] or 0


def budget_for(department_id: int | None, on: date) -> Budget | None:
    """The budget that bears the gifts of a department: its own, else the nearest above; one query."""
    lineage = lineage_of(department_id)
    found = Budget.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on),
        department_id__in=lineage,
        valid_from__lte=on,
    ).select_related("department", "owner")
    return min(found, key=lambda each: lineage.index(each.department_id), default=None)


def standing_of(budget: Budget, on: date) -> Standing:
    """How a budget stands in the period of a day; one query."""
    account = BudgetAccount.objects.filter(
        department_id=budget.department_id,
        period=budget.period,
        starts_on=period_start(on, budget.period),
    ).first()
    if account is None:
        return Standing(budget.amount_minor, warn_percent=budget.warn_percent)
    return Standing(
        budget.amount_minor,
        account.spent_minor,
        account.promised_minor,
        account.released_minor,
        budget.warn_percent,
    )
