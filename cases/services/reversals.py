"""What was given and came back: taken back by us, or a payment that bounced."""

from datetime import datetime

from django.db import transaction

from cases.models import Remedy, Reversal
from cases.policy import is_put_right
from cases.services import budgets
from cases.services.allowances import give_back
from cases.services.complaints import start_clocks
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
from cases.services.offers import facts_of
from cases.states import CASE, CaseState, LineKind, RemedyState, ReversalKind
from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind
from recovery.failures.services import report_cost
from recovery.kernel.refusals import Conflict
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission


@transaction.atomic
def take_back_remedy(
    *,
    remedy_id: int,
    words: str,
    evidence: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Remedy:
    """Take back what was given, with the reason and what proves that it came back.

    Limits and budget get it back. A case that nothing else put right goes back to work, also
    after its end. Raises Conflict for a right: paid in error it is owed no more only by refusal.
    """
    held = _hold(
        remedy_id, permission=Permission.REMEDY_APPROVE, actor=actor, now=now,
        expected_version=expected_version,
    )  # fmt: skip
    remedy = remedy_of(held, remedy_id)
    if remedy.line == LineKind.ENTITLEMENT:
        raise Conflict(
            "owed_by_law",
            gettext_noop(
                "This is owed by law. If the money came back, say so; if it was not owed, refuse "
                "it with reasons afterwards."
            ),
        )
    _reverse(held, remedy, ReversalKind.TAKEN_BACK, words=words, evidence=evidence)
    remedy.state = RemedyState.REVERSED
    remedy.save(update_fields=["state"])
    give_back(remedy)
    budgets.return_spent(remedy)
    say(held, "remedy.taken_back", **facts_of(remedy))
    _fall_back(held)
    keep(held)
    return remedy


@transaction.atomic
def bounce_remedy(
    *,
    remedy_id: int,
    words: str,
    evidence: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Remedy:
    """Write down that a payment came back: it is to be given again, and the case is at work.

    The gift stays promised, so limits keep it and the budget counts it as promised, not spent;
    a right is owed as before.
    """
    held = _hold(
        remedy_id, permission=Permission.CASE_WORK, actor=actor, now=now,
        expected_version=expected_version,
    )  # fmt: skip
    remedy = remedy_of(held, remedy_id)
    _reverse(held, remedy, ReversalKind.BOUNCED, words=words, evidence=evidence)
    is_right = remedy.line == LineKind.ENTITLEMENT
    remedy.state = RemedyState.OFFERED if is_right else RemedyState.ACCEPTED
    remedy.evidence, remedy.delivered_at, remedy.delivered_by = "", None, None
    remedy.save(update_fields=["state", "evidence", "delivered_at", "delivered_by"])
    budgets.unspent(remedy)
    say(held, "remedy.bounced", **facts_of(remedy))
    _fall_back(held)
    keep(held)
    return remedy


def _hold(
    remedy_id: int,
    *,
    permission: Permission,
    actor: Person,
    now: datetime,
    expected_version: int | None,
) -> Held:
    held = hold(
        case_id=case_of_remedy(remedy_id),
        actor=actor,
        now=now,
        permission=permission,
        expected_version=expected_version,
    )
    if held.state == CaseState.MERGED:
        raise Conflict(
            "merged",
            gettext_noop("This case is part of another one now. Write it down there."),
        )
    return held


def _reverse(
    held: Held, remedy: Remedy, kind: ReversalKind, *, words: str, evidence: str
) -> None:
    """Keep why and by what proof, and what had proved the giving; the failure's cost goes down."""
    expect(remedy, RemedyState.DELIVERED)
    if not remedy.amount_minor:
        raise Conflict(
            "worth_nothing", gettext_noop("Words and deeds cannot come back: nothing was paid.")
        )
    Reversal.objects.create(
        remedy=remedy,
        kind=kind,
        words=words_of(words, most=MOST_LINE, ask=gettext_noop("Say why it came back.")),
        evidence=words_of(
            evidence,
            name="evidence",
            most=MOST_LINE,
            ask=gettext_noop(
                "Write what proves that it came back: a bank reference, a return."
            ),
        ),
        was_evidence=remedy.evidence,
        was_delivered_at=remedy.delivered_at or held.now,
        by=held.actor,
        at=held.now,
    )
    report_cost(failure_id=held.failure_id, amount_minor=-remedy.amount_minor)


def _fall_back(held: Held) -> None:
    """Take the case back to work unless something else put it right."""
    if is_put_right(lines_of(held)) or not CASE.allows(held.state, "fall_back"):
        return
    was_at_work = held.case.remedied_at is None
    move(held, "fall_back")
    clocks.cancel(
        item_id=held.item.pk, kinds=[ClockKind.FOLLOW_UP], at=held.now, actor_id=held.actor.pk
    )
    held.set(remedied_at=None, remedied_by=None, evidence="")
    say(held, "case.fell_back")
    if not was_at_work:
        start_clocks(held, held.now, ClockKind.RESOLVE)
