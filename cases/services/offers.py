"""Offering a remedy: within one's own authority at once, above it after another's approval."""

from datetime import datetime
from typing import Unpack

from django.db import transaction

from cases.models import Remedy
from cases.policy import is_charged
from cases.selectors import authority_of
from cases.services import budgets
from cases.services.allowances import give_back, spend
from cases.services.holding import (
    MOST_LINE,
    Held,
    case_of_remedy,
    expect,
    hold,
    keep,
    lines_of,
    move,
    remedy_of,
    say,
    words_of,
)
from cases.services.telling import tell_approvers
from cases.services.wishes import Wish, WishFacts, plan
from cases.states import CASE, CaseState, LineKind, RemedyState, WaitsFor
from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind
from recovery.kernel.refusals import Conflict
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person

UNDECIDED = frozenset({RemedyState.AWAITING_APPROVAL, RemedyState.REFUSAL_ASKED})


@transaction.atomic
def offer_remedy(
    *,
    case_id: int,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
    **wish: Unpack[WishFacts],
) -> Remedy:
    """Write down what the customer is to get; `amount_minor` in the organisation's currency.

    From the catalogue (`offering_id`, a version in force) it keeps to the offering's range.
    A right owed by law is only recorded: it needs no offer, no answer and no authority.
    Goodwill and expenses are charged to the actor's limits and to the budget of the desk; above
    them the remedy waits for another person's approval, and the case for that decision. Raises
    Conflict while an earlier gift waits for an answer: nobody bids against themselves.
    """
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    remedy = plan(held, Wish(**wish))
    place(held, remedy)
    keep(held)
    return remedy


def place(held: Held, remedy: Remedy) -> None:
    """Save the planned remedy as recorded, offered or awaiting approval, whichever it is."""
    if remedy.line == LineKind.ENTITLEMENT:
        remedy.save()
        say(held, "remedy.owed", **facts_of(remedy))
        return
    target = CASE.resolve(held.state, "offer")
    if waits_for := charge(held, remedy):
        remedy.state, remedy.waits_for = RemedyState.AWAITING_APPROVAL, waits_for
        remedy.save()
        _await_approval(held, remedy)
        return
    remedy.save()
    if held.state != target:
        move(held, "offer", waiting_for="customer")
    say(held, "remedy.offered", **facts_of(remedy))


def charge(held: Held, remedy: Remedy) -> WaitsFor | None:
    """Charge the remedy, not yet saved, to the actor and the budget; else say what is too small."""
    if not is_charged(remedy.line, remedy.amount_minor):
        return None
    customer_id = held.case.customer_id
    authority = authority_of(held.actor, lines_of(held), held.now, customer_id=customer_id)
    with transaction.atomic():
        waits_for = None
        if not spend(
            person=held.actor,
            remedy=remedy,
            customer_id=customer_id,
            authority=authority,
            now=held.now,
        ):
            waits_for = WaitsFor.LIMIT
        elif not budgets.promise(held, remedy):
            waits_for = WaitsFor.BUDGET
        if waits_for is not None:
            transaction.set_rollback(True)
            return waits_for
    remedy.charged_to = held.actor
    return None


def _await_approval(held: Held, remedy: Remedy) -> None:
    say(held, "remedy.approval_asked", **facts_of(remedy))
    await_decision(held)
    tell_approvers(held, remedy)


def await_decision(held: Held) -> None:
    """Let the case wait for somebody else's decision, by the clock."""
    held.turn(waiting_for="approval")
    clocks.start(
        item_id=held.item.pk, kind=ClockKind.APPROVE, at=held.now, actor_id=held.actor.pk
    )


def facts_of(remedy: Remedy) -> dict[str, object]:
    """What the log says of a remedy: codes and amounts."""
    return {
        "remedy": remedy.pk,
        "line": str(remedy.line),
        "kind": str(remedy.kind),
        "amount_minor": remedy.amount_minor,
        "currency": remedy.currency,
    }


@transaction.atomic
def withdraw_remedy(
    *,
    remedy_id: int,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Remedy:
    """Take back what was offered or asked approval for, with the reason; limits get it back.

    Raises Conflict for what the law owes: that is paid or refused with reasons.
    """
    held = hold(
        case_id=case_of_remedy(remedy_id),
        actor=actor,
        now=now,
        expected_version=expected_version,
    )
    remedy = remedy_of(held, remedy_id)
    refuse_for_rights(remedy)
    expect(remedy, RemedyState.AWAITING_APPROVAL, RemedyState.OFFERED, RemedyState.ACCEPTED)
    was_asked = remedy.state == RemedyState.AWAITING_APPROVAL
    remedy.refusal = words_of(words, most=MOST_LINE)
    remedy.state = RemedyState.WITHDRAWN
    remedy.save(update_fields=["state", "refusal"])
    give_back(remedy)
    budgets.return_promise(remedy)
    if was_asked:
        end_approval(held, met=False)
    leave_offer(held, "withdraw")
    say(held, "remedy.withdrawn", **facts_of(remedy))
    keep(held)
    return remedy


def leave_offer(held: Held, verb: str) -> None:
    """Take the case out of “offer made” when no offer is left open; else it stays there."""
    still_open = any(
        each.state == RemedyState.OFFERED and each.line != LineKind.ENTITLEMENT
        for each in lines_of(held)
    )
    if held.state == CaseState.OFFERED and not still_open:
        move(held, verb)


def end_approval(held: Held, *, met: bool) -> None:
    """Stop the clock of a decision: met by it, or cancelled because none is needed any more."""
    if any(each.state in UNDECIDED for each in lines_of(held)):
        return
    held.turn(waiting_for="customer" if held.state == CaseState.OFFERED else "")
    stop = clocks.meet if met else clocks.cancel
    stop(item_id=held.item.pk, kinds=[ClockKind.APPROVE], at=held.now, actor_id=held.actor.pk)


def refuse_for_rights(remedy: Remedy) -> None:
    """Raise Conflict when the remedy is owed by law."""
    if remedy.line == LineKind.ENTITLEMENT:
        raise Conflict(
            "owed_by_law",
            gettext_noop(
                "This is owed by law and needs no answer: pay it, or refuse it with reasons and "
                "a second person."
            ),
        )
