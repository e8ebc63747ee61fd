"""Budgets of departments: promised, spent and given back so that two at once never overspend."""

from datetime import datetime

from django.db.models import F

from cases.models import Budget, BudgetAccount, Remedy
from cases.policy import period_start
from cases.selectors.authority import budget_for, standing_of, today_of
from cases.services.holding import Held
from cases.services.telling import tell_budget_owner
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can, departments


def promise(held: Held, remedy: Remedy, *, release: bool = False) -> bool:
    """Set the worth of a remedy aside in the budget that bears it; False if there is too little.

    With `release` its owner's word adds what is missing. Without a budget nothing is set aside.
    """
    on = today_of(held.now)
    budget = budget_for(held.item.department_id, on)
    if budget is None:
        return True
    account = _account(budget, held.now)
    if not _add(account, remedy.amount_minor, limit=budget.amount_minor, release=release):
        return False
    remedy.account = account
    standing = standing_of(budget, on)
    if standing.is_short:
        tell_budget_owner(held, budget, account)
    return True


def _account(budget: Budget, now: datetime) -> BudgetAccount:
    key = {
        "department_id": budget.department_id,
        "period": budget.period,
        "starts_on": period_start(today_of(now), budget.period),
    }
    BudgetAccount.objects.bulk_create(
        [BudgetAccount(limit_minor=budget.amount_minor, **key)], ignore_conflicts=True
    )
    return BudgetAccount.objects.get(**key)


def _add(account: BudgetAccount, amount_minor: int, *, limit: int, release: bool) -> bool:
    """One statement decides; the amount in force now replaces the one the account began with."""
    row = BudgetAccount.objects.filter(pk=account.pk)
    if row.filter(
        spent_minor__lte=limit + F("released_minor") - F("promised_minor") - amount_minor
    ).update(promised_minor=F("promised_minor") + amount_minor, limit_minor=limit):
        return True
    if not release:
        return False
    # Here it did not fit, so what is missing is more than was released before.
    held = row.select_for_update().get()
    missing = held.spent_minor + held.promised_minor + amount_minor - limit
    row.update(
        promised_minor=F("promised_minor") + amount_minor,
        limit_minor=limit,
        released_minor=max(missing, held.released_minor),
    )
    return True


def may_release(person: Person, budget: Budget | None) -> bool:
    """Whether a person's word lets a budget be passed: its owner, or who approves above it."""
    if budget is None or budget.owner_id == person.pk:
        return True
    card = departments().get(budget.department_id)
    above = card.parent_id if card else None
    return above is not None and can(person, Permission.REMEDY_APPROVE, above)


def spent(remedy: Remedy) -> None:
    """What was promised has been given."""
    _move(remedy, promised=-1, spent=1)


def unspent(remedy: Remedy) -> None:
    """What was given came back and is promised as before."""
    _move(remedy, promised=1, spent=-1)


def return_promise(remedy: Remedy) -> None:
    """What was promised will not be given."""
    _move(remedy, promised=-1)


def return_spent(remedy: Remedy) -> None:
    """What was given was taken back."""
    _move(remedy, spent=-1)


def _move(remedy: Remedy, *, promised: int = 0, spent: int = 0) -> None:
    if remedy.account_id is None:
        return
    amount = remedy.amount_minor
    BudgetAccount.objects.filter(pk=remedy.account_id).update(
        promised_minor=F("promised_minor") + promised * amount,
        spent_minor=F("spent_minor") + spent * amount,
    )
