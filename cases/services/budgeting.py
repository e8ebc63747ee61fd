"""Setting what a department may give away in a month or a quarter, and ending it."""

from datetime import datetime

from django.db import transaction

from cases.models import Budget
from cases.policy import MOST_MINOR, next_period, period_start
from cases.selectors.authority import today_of
from cases.states import BudgetPeriod
from recovery.events.models import Audience
from recovery.events.services import record
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Department, Person
from recovery.org.roles import Permission
from recovery.org.selectors import can
from recovery.org.services import require


@transaction.atomic
def set_budget(
    *,
    department_id: int,
    period: str,
    amount_minor: int,
    owner_id: int,
    warn_percent: int = 80,
    from_next: bool = False,
    actor: Person,
    now: datetime,
) -> Budget:
    """Set the budget of a department from this period on, or from the next.

    What was there before ends where this begins; the period's spending stays with it. Raises
    Invalid with every fault: its owner must be somebody who approves remedies there.
    """
    require(actor, Permission.SETTINGS)
    _hold(department_id)
    owner = Person.objects.filter(pk=owner_id, is_active=True, kind=Person.Kind.HUMAN).first()
    if faults := _faults(
        department_id, owner, period=period, amount_minor=amount_minor, warn=warn_percent
    ):
        raise Invalid.gather(faults)
    starts = period_start(today_of(now), period)
    if from_next:
        starts = next_period(starts, period)
    for each in Budget.objects.filter(department_id=department_id):
        if each.valid_to is None or each.valid_to > starts:
            # One that would begin later, or now as well, never holds: its days are none.
            each.valid_to = max(starts, each.valid_from)
            each.save(update_fields=["valid_to"])
    made = Budget.objects.create(
        department_id=department_id,
        period=period,
        amount_minor=amount_minor,
        owner_id=owner_id,
        warn_percent=warn_percent,
        valid_from=starts,
        made_by=actor,
        made_at=now,
    )
    _say(made, "budget.set", actor=actor, now=now)
    return made


@transaction.atomic
def end_budget(*, budget_id: int, actor: Person, now: datetime) -> Budget:
    """End a budget today: gifts are borne by the next budget above, or by none."""
    require(actor, Permission.SETTINGS)
    found = Budget.objects.select_for_update(no_key=True).filter(pk=budget_id).first()
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such budget."))
    today = today_of(now)
    if found.valid_to is not None and found.valid_to <= today:
        raise Conflict("over", gettext_noop("This budget has ended already."))
    found.valid_to = max(today, found.valid_from)
    found.save(update_fields=["valid_to"])
    _say(found, "budget.ended", actor=actor, now=now)
    return found


def _hold(department_id: int) -> None:
    """Budgets of a department are set one at a time. Raises Invalid where there is none."""
    found = Department.objects.select_for_update(no_key=True).filter(
        pk=department_id, retired_at__isnull=True
    ).first()  # fmt: skip
    if found is None:
        raise Invalid(
            "no_desk", gettext_noop("There is no such department."), field="department"
        )


def _faults(
    department_id: int, owner: Person | None, *, period: str, amount_minor: int, warn: int
) -> list[Invalid]:
    faults = []
    if period not in set(BudgetPeriod):
        faults.append(
            Invalid("unknown_code", gettext_noop("Choose one of the list."), field="period")
        )
    if not 0 <= amount_minor <= MOST_MINOR:
        faults.append(
            Invalid(
                "amount_out_of_range",
                gettext_noop("Give an amount from nothing to one million."),
                field="amount",
            )
        )
    if not 1 <= warn <= 100:
        faults.append(
            Invalid("no_percent", gettext_noop("From 1 to 100 percent."), field="warn_percent")
        )
    if owner is None or not can(owner, Permission.REMEDY_APPROVE, department_id):
        faults.append(
            Invalid(
                "no_owner",
                gettext_noop("Choose somebody who approves remedies of this department."),
                field="owner",
            )
        )
    return faults


def _say(budget: Budget, verb: str, *, actor: Person, now: datetime) -> None:
    record(
        stream=f"budget:{budget.department_id}",
        verb=verb,
        actor_id=actor.pk,
        at=now,
        audience=Audience.MEMBERS,
        public={
            "department": budget.department_id,
            "period": budget.period,
            "amount_minor": budget.amount_minor,
            "from": budget.valid_from.isoformat(),
        },
    )
