"""Decisions of a second person: gifts above a limit, and rights that are refused."""

from datetime import datetime

from django.db import transaction

from cases.models import Remedy
from cases.selectors import authority_of
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
        raise NotAllowed(
            "decided_by_another",
            gettext_noop("You asked for this yourself, so somebody else must decide."),
        )
    return held, remedy


@transaction.atomic
def approve_remedy(
    *, remedy_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> Remedy:
    """Approve a colleague's offer above their limit; it is charged to the approver's own.

    Raises NotAllowed to whoever offered it, and when the approver's limit does not cover it.
    """
    held, remedy = _hold_to_decide(
        remedy_id,
        asked_by="offered_by_id",
        permission=Permission.REMEDY_APPROVE,
        actor=actor,
        now=now,
        expected_version=expected_version,
    )
    expect(remedy, RemedyState.AWAITING_APPROVAL)
    authority = authority_of(actor, lines_of(held), now, approving=True)
    if not spend(
        person=actor,
        case_id=held.item.pk,
        amount_minor=remedy.amount_minor,
        authority=authority,
        now=now,
    ):
        raise NotAllowed(
            "above_your_limit",
            gettext_noop(
                "This is above your own limit as well. Somebody with a higher one must decide."
            ),
        )
    remedy.state = RemedyState.OFFERED
    remedy.approved_by, remedy.approved_at = actor, now
    remedy.charged_to = actor
    remedy.save(update_fields=["state", "approved_by", "approved_at", "charged_to"])
    if held.state != CaseState.OFFERED and CASE.allows(held.state, "offer"):
        move(held, "offer", waiting_for="customer")
    end_approval(held, met=True)
    say(held, "remedy.approved", **facts_of(remedy))
    tell_offerer(held, remedy, what="approved")
    keep(held)
    return remedy


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
    held, remedy = _hold_to_decide(
        remedy_id,
        asked_by="offered_by_id",
        permission=Permission.REMEDY_APPROVE,
        actor=actor,
        now=now,
        expected_version=expected_version,
    )
    expect(remedy, RemedyState.AWAITING_APPROVAL)
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
