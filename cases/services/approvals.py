"""Decisions of a second person: gifts above a limit, and rights that are refused."""

from datetime import datetime

from django.db import transaction

from cases.models import Budget, Remedy
from cases.selectors import authority_of
from cases.selectors.authority import budget_for, today_of
from cases.services import budgets
from cases.services.allowances import spend
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
from cases.services.offers import await_decision, end_approval, facts_of
from cases.services.telling import tell_approvers, tell_offerer
from cases.states import CASE, CaseState, LineKind, RemedyState
from recovery.kernel.refusals import Conflict, NotAllowed
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can, stands_in_for
from recovery.org.services import require


def _hold_to_decide(
    remedy_id: int,
    *,
    asked_by: str,
    permission: Permission,
    actor: Person,
    now: datetime,
    expected_version: int | None,
) -> tuple[Held, Remedy]:
    held = hold(
        case_id=case_of_remedy(remedy_id),
        actor=actor,
        now=now,
        permission=permission,
        expected_version=expected_version,
    )
    remedy = remedy_of(held, remedy_id)
    if getattr(remedy, asked_by) == actor.pk:
        raise NotAllowed("decided_by_another", _BY_ANOTHER)
    return held, remedy


_BY_ANOTHER = gettext_noop("You asked for this yourself, so somebody else must decide.")


def _hold_offer(
    remedy_id: int, *, actor: Person, now: datetime, expected_version: int | None
) -> tuple[Held, Remedy, list[Person]]:
    """The offer and by whose authority `actor` may decide on it: one's own, or of those away.

    A deputy decides neither on what they asked for nor on what the one away did.
    """
    held, remedy = _hold_to_decide(
        remedy_id,
        asked_by="offered_by_id",
        permission=Permission.CASE_READ,
        actor=actor,
        now=now,
        expected_version=expected_version,
    )
    expect(remedy, RemedyState.AWAITING_APPROVAL)
    desk = held.item.department_id
    own = [actor] if can(actor, Permission.REMEDY_APPROVE, desk) else []
    away = stands_in_for(actor, Permission.REMEDY_APPROVE, department_id=desk, now=now)
    found = [*own, *(each for each in away if each.pk != remedy.offered_by_id)]
    if not found and away:
        raise NotAllowed(
            "asked_by_who_is_away",
            gettext_noop(
                "You stand in for whoever asked for this, so somebody else must decide."
            ),
        )
    if not found:
        require(actor, Permission.REMEDY_APPROVE, department_id=desk)
    return held, remedy, found


@transaction.atomic
def approve_remedy(
    *, remedy_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> Remedy:
    """Approve a colleague's offer above their limit or the budget; charged to whose word it is.

    A deputy's approval is by the authority of who is away, and charged to them. Raises
    NotAllowed to whoever offered it, when no limit at hand covers it, and when the budget is
    used up and the approver is neither its owner nor above.
    """
    held, remedy, deciders = _hold_offer(
        remedy_id, actor=actor, now=now, expected_version=expected_version
    )
    decider = charge_first(held, remedy, deciders)
    remedy.state, remedy.waits_for = RemedyState.OFFERED, ""
    remedy.approved_by, remedy.approved_at = actor, now
    remedy.approved_for = None if decider.pk == actor.pk else decider
    remedy.charged_to = decider
    remedy.save(
        update_fields=[
            "state", "waits_for", "approved_by", "approved_at", "approved_for", "charged_to",
            "account",
        ]
    )  # fmt: skip
    if held.state != CaseState.OFFERED and CASE.allows(held.state, "offer"):
        move(held, "offer", waiting_for="customer")
    end_approval(held, met=True)
    by = {"stood_in_for": decider.pk} if remedy.approved_for_id else {}
    say(held, "remedy.approved", **facts_of(remedy), **by)
    tell_offerer(held, remedy, what="approved")
    keep(held)
    return remedy


def charge_first(held: Held, remedy: Remedy, deciders: list[Person]) -> Person:
    """Charge the offer to the first whose limits cover it and who may pass the budget."""
    customer_id, lines = held.case.customer_id, lines_of(held)
    refusal = _above_limit()
    for each in deciders:
        authority = authority_of(each, lines, held.now, customer_id=customer_id, approving=True)
        with transaction.atomic():
            if spend(
                person=each, remedy=remedy, customer_id=customer_id, authority=authority,
                now=held.now,
            ):  # fmt: skip
                budget = budget_for(held.item.department_id, today_of(held.now))
                if budgets.promise(held, remedy, release=budgets.may_release(each, budget)):
                    return each
                refusal = _above_budget(budget)
            transaction.set_rollback(True)
    raise refusal


def _above_limit() -> NotAllowed:
    return NotAllowed(
        "above_your_limit",
        gettext_noop(
            "This is above your own limit as well. Somebody with a higher one must decide."
        ),
    )


def _above_budget(budget: Budget | None) -> NotAllowed:
    return NotAllowed(
        "above_budget",
        gettext_noop("The budget of %(desk)s is used up. %(owner)s, who owns it, must decide."),
        desk=budget.department.name if budget else "",
        owner=budget.owner.name if budget else "",
    )


@transaction.atomic
def refuse_remedy(
    *,
    remedy_id: int,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Remedy:
    """Do not approve a colleague's offer, and say why."""
    held, remedy, _deciders = _hold_offer(
        remedy_id, actor=actor, now=now, expected_version=expected_version
    )
    remedy.refusal = words_of(words, most=MOST_LINE, ask=gettext_noop("Say why not."))
    remedy.state = RemedyState.REFUSED
    remedy.refused_by, remedy.refused_at = actor, now
    remedy.save(update_fields=["state", "refusal", "refused_by", "refused_at"])
    end_approval(held, met=True)
    say(held, "remedy.refused", **facts_of(remedy))
    tell_offerer(held, remedy, what="refused")
    keep(held)
    return remedy


@transaction.atomic
def ask_to_refuse_entitlement(
    *,
    remedy_id: int,
    words: str,
    evidence: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Remedy:
    """Ask that a right not be paid: the reason, and the document that proves it.

    Nothing is refused yet: a second person decides.
    """
    held = hold(
        case_id=case_of_remedy(remedy_id),
        actor=actor,
        now=now,
        expected_version=expected_version,
    )
    remedy = remedy_of(held, remedy_id)
    if remedy.line != LineKind.ENTITLEMENT:
        raise Conflict(
            "not_a_right",
            gettext_noop("Only what the law owes is refused this way. Take the offer back."),
        )
    expect(remedy, RemedyState.OFFERED, RemedyState.ACCEPTED)
    remedy.refusal = words_of(words, most=600, ask=gettext_noop("Write the legal reason."))
    remedy.evidence = words_of(
        evidence,
        name="evidence",
        most=MOST_LINE,
        ask=gettext_noop("Name the document that proves it."),
    )
    remedy.state = RemedyState.REFUSAL_ASKED
    remedy.refusal_asked_by, remedy.refusal_asked_at = actor, now
    remedy.save(
        update_fields=["refusal", "evidence", "state", "refusal_asked_by", "refusal_asked_at"]
    )
    say(held, "remedy.refusal_asked", **facts_of(remedy))
    await_decision(held)
    tell_approvers(held, remedy, what="refusal")
    keep(held)
    return remedy


@transaction.atomic
def refuse_entitlement(
    *, remedy_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> Remedy:
    """As the second person, refuse a right for the reason and on the evidence given."""
    held, remedy = _hold_to_decide(
        remedy_id,
        asked_by="refusal_asked_by_id",
        permission=Permission.CASE_FINAL_NO,
        actor=actor,
        now=now,
        expected_version=expected_version,
    )
    expect(remedy, RemedyState.REFUSAL_ASKED)
    remedy.state = RemedyState.LAWFULLY_REFUSED
    remedy.refused_by, remedy.refused_at = actor, now
    remedy.save(update_fields=["state", "refused_by", "refused_at"])
    end_approval(held, met=True)
    say(held, "remedy.lawfully_refused", **facts_of(remedy))
    keep(held)
    return remedy


@transaction.atomic
def keep_entitlement(
    *, remedy_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> Remedy:
    """As the second person, find that the right stands: it is owed as before."""
    held, remedy = _hold_to_decide(
        remedy_id,
        asked_by="refusal_asked_by_id",
        permission=Permission.CASE_FINAL_NO,
        actor=actor,
        now=now,
        expected_version=expected_version,
    )
    expect(remedy, RemedyState.REFUSAL_ASKED)
    remedy.state = RemedyState.OFFERED
    remedy.refusal = remedy.evidence = ""
    remedy.refusal_asked_by = remedy.refusal_asked_at = None
    remedy.save(
        update_fields=["state", "refusal", "evidence", "refusal_asked_by", "refusal_asked_at"]
    )
    end_approval(held, met=True)
    say(held, "remedy.right_stands", **facts_of(remedy))
    keep(held)
    return remedy
