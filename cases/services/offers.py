"""Offering a remedy: within one's own authority at once, above it after another's approval."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cases.models import Remedy
from cases.policy import MOST_MINOR, has_open_offer, is_charged
from cases.selectors import authority_of
from cases.services.allowances import give_back, spend
from cases.services.holding import (
    MOST_LINE,
    Held,
    case_of_remedy,
    expect,
    hold,
    keep,
    known,
    lines_of,
    move,
    remedy_of,
    say,
    words_of,
)
from cases.services.telling import tell_approvers
from cases.states import CASE, CaseState, LineKind, RemedyKind, RemedyState
from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.selectors import organisation

UNDECIDED = frozenset({RemedyState.AWAITING_APPROVAL, RemedyState.REFUSAL_ASKED})
_MONEY = frozenset({
    RemedyKind.REFUND, RemedyKind.CREDIT, RemedyKind.VOUCHER, RemedyKind.PAYMENT,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be offered, as it came in: codes, minor units, words."""

    line: str
    kind: str
    amount_minor: int
    words: str


@transaction.atomic
def offer_remedy(
    *,
    case_id: int,
    line: str,
    kind: str,
    amount_minor: int = 0,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Remedy:
    """Write down what the customer is to get; `amount_minor` in the organisation's currency.

    A right owed by law is only recorded: it needs no offer, no answer and no authority.
    Goodwill and expenses are charged to the actor's limits; above them the remedy waits for
    another person's approval, and the case for that decision. Raises Conflict while an earlier
    gift waits for an answer: nobody bids against themselves.
    """
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    remedy = plan(held, Wish(line, kind, amount_minor, words))
    place(held, remedy)
    keep(held)
    return remedy


def plan(held: Held, wish: Wish) -> Remedy:
    """Check the wish and return the remedy, not yet saved."""
    line = known(wish.line, tuple(LineKind), name="line")
    kind = known(wish.kind, tuple(RemedyKind), name="kind")
    ask = (
        gettext_noop("Name the right: the law or rule it comes from.")
        if line == LineKind.ENTITLEMENT
        else gettext_noop("Write in a few words what the customer gets.")
    )
    words = words_of(wish.words, most=MOST_LINE, ask=ask)
    _check_amount(wish.amount_minor, line, kind)
    if CASE.is_end(held.state):
        raise Conflict(
            "case_ended",
            gettext_noop("This case has ended. Reopen it before anything is offered."),
        )
    if is_charged(line, wish.amount_minor) and has_open_offer(lines_of(held)):
        raise Conflict(
            "offer_open",
            gettext_noop(
                "An offer waits for its answer already. Write down the answer, or take that "
                "offer back first."
            ),
        )
    return Remedy(
        case=held.case,
        line=line,
        kind=kind,
        words=words,
        amount_minor=wish.amount_minor,
        currency=organisation().currency,
        state=RemedyState.OFFERED,
        offered_by=held.actor,
        offered_at=held.now,
    )


def _check_amount(amount_minor: int, line: LineKind, kind: RemedyKind) -> None:
    if amount_minor < 0 or amount_minor > MOST_MINOR:
        raise Invalid(
            "amount_out_of_range",
            gettext_noop("Give an amount from nothing to one million."),
            field="amount",
        )
    if amount_minor == 0 and (kind in _MONEY or line == LineKind.ENTITLEMENT):
        raise Invalid(
            "amount_missing", gettext_noop("Say how much the customer gets."), field="amount"
        )


def place(held: Held, remedy: Remedy) -> None:
    """Save the planned remedy as recorded, offered or awaiting approval, whichever it is."""
    if remedy.line == LineKind.ENTITLEMENT:
        remedy.save()
        say(held, "remedy.owed", **facts_of(remedy))
        return
    target = CASE.resolve(held.state, "offer")
    if not charge(held, remedy):
        remedy.state = RemedyState.AWAITING_APPROVAL
        remedy.save()
        _await_approval(held, remedy)
        return
    remedy.save()
    if held.state != target:
        move(held, "offer", waiting_for="customer")
    say(held, "remedy.offered", **facts_of(remedy))


def charge(held: Held, remedy: Remedy) -> bool:
    """Charge the remedy, not yet saved, to the actor; True if nothing need be charged."""
    if not is_charged(remedy.line, remedy.amount_minor):
        return True
    authority = authority_of(held.actor, lines_of(held), held.now)
    if not spend(
        person=held.actor,
        case_id=held.item.pk,
        amount_minor=remedy.amount_minor,
        authority=authority,
        now=held.now,
    ):
        return False
    remedy.charged_to = held.actor
    return True


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
