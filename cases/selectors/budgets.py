"""Budgets for their pages: those in force, how each stands, those of the past."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from cases.models import Budget, BudgetAccount
from cases.policy import Standing, period_start


@dataclass(frozen=True, slots=True)
class BudgetNow:
    """A budget that has not ended, how its period stands, the period's first day."""

    budget: Budget
    standing: Standing
    starts_on: date


def budgets_now(on: date, *, department_ids: Collection[int] | None = None) -> list[BudgetNow]:
    """The budgets that have not ended, by department; two queries however many there are."""
    found = Budget.objects.exclude(valid_to__lte=on).select_related("department", "owner")
    if department_ids is not None:
        found = found.filter(department_id__in=department_ids)
    budgets = [
        each
        for each in found.order_by("department__name", "valid_from")
        if each.valid_to is None or each.valid_to > each.valid_from
    ]
    accounts = {
        (each.department_id, each.period, each.starts_on): each
        for each in BudgetAccount.objects.filter(
            department_id__in=[each.department_id for each in budgets]
        )
    }
    rows = []
    for each in budgets:
        starts = max(period_start(on, each.period), each.valid_from)
        account = accounts.get((each.department_id, each.period, starts))
        rows.append(BudgetNow(each, _standing(each, account), starts))
    return rows


def _standing(budget: Budget, account: BudgetAccount | None) -> Standing:
    if account is None:
        return Standing(budget.amount_minor, warn_percent=budget.warn_percent)
    return Standing(
        budget.amount_minor,
        account.spent_minor,
        account.promised_minor,
        account.released_minor,
        budget.warn_percent,
    )
