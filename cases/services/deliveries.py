"""Giving what was offered or is owed, with evidence, and saying when all of it is given."""

from datetime import datetime
from typing import Unpack

from django.db import transaction

from cases.models import CustomerCase, Remedy
from cases.policy import has_open_right, is_put_right, owed
from cases.selectors.payments import twin_of
from cases.services.budgets import spent
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
from cases.services.offers import charge, end_approval, facts_of, leave_offer
from cases.services.pace import HELD_MEANWHILE
from cases.services.wishes import Wish, WishFacts, plan
from cases.states import CASE, CaseState, LineKind, RemedyKind, RemedyState
from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind, MetBy
from recovery.failures.selectors import item_reference
from recovery.failures.services import report_cost
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.selectors import organisation
from recovery.web.words import money

_EVIDENCE = gettext_noop(
    "Write what proves that it was given: a bank reference, a voucher number, who saw it."
)


@transaction.atomic
def deliver_remedy(
    *,
    remedy_id: int,
    evidence: str,
    completes: bool = True,
    instead: str = "",
    looked: bool = False,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Remedy:
    """Write down that a remedy has been given, and what proves it.

    `completes` False keeps the case at work although nothing listed is left to give. `instead`
    is the kind in which a right was settled other than in money; `evidence` is then the
    customer's signed agreement. Raises Invalid without evidence, and where the same customer
    got the same amount under the same reference, unless somebody has `looked` at both.
    """
    held = hold(
        case_id=case_of_remedy(remedy_id),
        actor=actor,
        now=now,
        expected_version=expected_version,
    )
    remedy = remedy_of(held, remedy_id)
    expect(remedy, RemedyState.OFFERED, RemedyState.ACCEPTED, RemedyState.REFUSAL_ASKED)
    if instead:
        _settle_otherwise(remedy, instead)
    deliver(held, remedy, evidence, looked=looked)
    if completes:
        complete(held)
    keep(held)
    return remedy


def _settle_otherwise(remedy: Remedy, instead: str) -> None:
    if remedy.line != LineKind.ENTITLEMENT:
        raise Conflict(
            "not_a_right",
            gettext_noop("Only a right owed by law is settled in another form by agreement."),
        )
    remedy.kind = known(instead, tuple(RemedyKind), name="instead")


def deliver(held: Held, remedy: Remedy, evidence: str, *, looked: bool = False) -> None:
    """Mark a saved remedy of the held case as given."""
    if held.state == CaseState.MERGED:
        raise Conflict(
            "merged",
            gettext_noop("This case is part of another one now. Write it down there."),
        )
    remedy.evidence = words_of(evidence, name="evidence", most=MOST_LINE, ask=_EVIDENCE)
    twin = twin_of(remedy, held.case.customer_id)
    if twin is not None and not looked:
        raise _paid_already(twin)
    was_asked = remedy.state == RemedyState.REFUSAL_ASKED
    remedy.state = RemedyState.DELIVERED
    remedy.delivered_at, remedy.delivered_by = held.now, held.actor
    remedy.save(update_fields=["state", "kind", "evidence", "delivered_at", "delivered_by"])
    spent(remedy)
    report_cost(failure_id=held.failure_id, amount_minor=remedy.amount_minor)
    if was_asked:
        end_approval(held, met=False)
    say(
        held,
        "remedy.delivered",
        **facts_of(remedy),
        **({"like": twin.pk} if twin is not None else {}),
    )
    leave_offer(held, "accept")


def _paid_already(twin: Remedy) -> Invalid:
    return Invalid(
        "paid_already",
        gettext_noop(
            "%(case)s has the same amount for this customer under the same reference, given on "
            "%(day)s. Look at both: if it is another payment, tick that you have looked."
        ),
        field="looked",
        case=item_reference("customer", twin.case_id),
        day=f"{twin.delivered_at:%d.%m.%Y}",
    )


@transaction.atomic
def give_remedy(
    *,
    case_id: int,
    evidence: str,
    completes: bool = False,
    looked: bool = False,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
    **wish: Unpack[WishFacts],
) -> Remedy:
    """Give something on the spot, within one's own limit: an apology, a meal, a voucher.

    Raises Invalid when it is above the limit: that is offered and approved first.
    """
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    remedy = plan(held, Wish(**wish))
    CASE.resolve(held.state, "offer")
    if charge(held, remedy):
        raise Invalid(
            "above_your_limit",
            gettext_noop(
                "This is above what you may give alone, or above the budget. Offer it: somebody "
                "decides."
            ),
            field="amount",
        )
    remedy.save()
    deliver(held, remedy, evidence, looked=looked)
    if completes:
        complete(held)
    keep(held)
    return remedy


@transaction.atomic
def put_right(
    *, case_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> CustomerCase:
    """Say that all has been given. Raises Conflict while anything is owed, open or unproven."""
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    require_rights(held)
    if not is_put_right(lines_of(held)):
        raise Conflict(
            "not_put_right",
            gettext_noop(
                "Something must have been given, with evidence, and nothing promised be left: an "
                "explanation or an apology counts."
            ),
        )
    CASE.resolve(held.state, "put_right")
    complete(held)
    return keep(held)


def complete(held: Held) -> bool:
    """Take the case to “remedied” if nothing is left to give and it is not there yet."""
    lines = lines_of(held)
    if not CASE.allows(held.state, "put_right") or not is_put_right(lines):
        return False
    last = (
        Remedy.objects.filter(case=held.case, state=RemedyState.DELIVERED)
        .order_by("delivered_at", "pk")
        .last()
    )
    item_id, actor_id = held.item.pk, held.actor.pk
    if held.state == CaseState.AWAITING_CUSTOMER:
        clocks.resume(item_id=item_id, kinds=HELD_MEANWHILE, at=held.now, actor_id=actor_id)
    move(held, "put_right")
    held.set(
        remedied_at=held.now,
        remedied_by=held.actor,
        evidence=last.evidence if last else "",
    )
    clocks.meet(item_id=item_id, kinds=[ClockKind.RESOLVE], at=held.now, actor_id=actor_id)
    clocks.meet_laws(
        item_id=item_id, verbs=[MetBy.PUT_RIGHT, MetBy.FINAL], at=held.now, actor_id=actor_id
    )
    clocks.start(item_id=item_id, kind=ClockKind.FOLLOW_UP, at=held.now, actor_id=actor_id)
    say(held, "case.remedied")
    return True


def require_rights(held: Held) -> None:
    """Raise Conflict while a right is neither paid nor refused with reasons."""
    lines = lines_of(held)
    if has_open_right(lines):
        raise Conflict(
            "right_open",
            gettext_noop(
                "%(amount)s by law is neither paid nor refused. Pay it, or refuse it with "
                "reasons and a second person."
            ),
            amount=money(owed(lines), organisation().currency),
        )
