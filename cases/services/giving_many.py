"""What each person of an outreach gets: within its writer's limits, or by one approval of all."""

from collections.abc import Collection
from datetime import datetime

from cases.models import OutreachCase, Remedy
from cases.policy import CHARGED_LINES
from cases.policy.outreach import covers_all
from cases.selectors import authority_of
from cases.selectors.authority import budget_for, standing_of, today_of
from cases.services import budgets
from cases.services.approvals import charge_first
from cases.services.holding import hold, keep, move, say
from cases.services.offers import facts_of, offer_remedy
from cases.services.wishes import Wish, plan
from cases.services.wording import Gift
from cases.states import CASE, RemedyState
from recovery.kernel.refusals import NotAllowed
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person


def may_give_all(
    gift: Gift | None,
    amounts: Collection[int],
    *,
    person: Person,
    desk_id: int,
    now: datetime,
    approving: bool = False,
) -> bool:
    """Say whether one person's word is enough for all of these, each on a case of its own.

    It must be within their limits and the budget of the desk, unless they approve and may pass
    the budget. What the law owes, care and what costs nothing need nobody's leave.
    """
    if gift is None or gift.line not in CHARGED_LINES or not any(amounts):
        return True
    if not covers_all(authority_of(person, [], now, approving=approving), amounts):
        return False
    budget = budget_for(desk_id, today_of(now))
    if budget is None or sum(amounts) <= standing_of(budget, today_of(now)).left:
        return True
    return approving and budgets.may_release(person, budget)


def give_to(person: OutreachCase, gift: Gift, *, now: datetime) -> Remedy:
    """Offer one person of an outreach theirs, in the name of who wrote it.

    Raises NotAllowed when limits or budget have become too small meanwhile.
    """
    outreach, amount = person.outreach, person.amount_minor or 0
    approver = outreach.decided_by
    if approver is not None and gift.line in CHARGED_LINES and amount:
        return _approved(person, gift, approver=approver, now=now)
    remedy = offer_remedy(
        case_id=person.case_id,
        line=gift.line,
        kind=gift.kind,
        amount_minor=amount,
        words=gift.words,
        actor=outreach.made_by,
        now=now,
    )
    if remedy.state == RemedyState.AWAITING_APPROVAL:
        raise NotAllowed(
            "above_your_limit",
            gettext_noop("What they were to get is above the limit or the budget by now."),
        )
    return remedy


def _approved(person: OutreachCase, gift: Gift, *, approver: Person, now: datetime) -> Remedy:
    """Offer what was approved with the whole: charged to the approver, who is asked no more."""
    held = hold(case_id=person.case_id, actor=person.outreach.made_by, now=now)
    remedy = plan(
        held,
        Wish(
            line=gift.line,
            kind=gift.kind,
            amount_minor=person.amount_minor or 0,
            words=gift.words,
        ),
    )
    target = CASE.resolve(held.state, "offer")
    remedy.charged_to = charge_first(held, remedy, [approver])
    remedy.approved_by, remedy.approved_at = approver, person.outreach.decided_at
    remedy.save()
    if held.state != target:
        move(held, "offer", waiting_for="customer")
    say(held, "remedy.offered", **facts_of(remedy), approved_by=approver.pk)
    keep(held)
    return remedy
