"""The customer's answer to an offer, and what follows when a recovery fails as well."""

from datetime import datetime

from django.db import transaction

from cases.models import Remedy
from cases.policy import DOUBLE_FROM, DOUBLE_PRIORITY
from cases.services.allowances import give_back
from cases.services.budgets import return_promise
from cases.services.contacts import heard
from cases.services.holding import (
    Held,
    case_of_remedy,
    expect,
    hold,
    keep,
    lines_of,
    remedy_of,
    say,
)
from cases.services.offers import facts_of, leave_offer, refuse_for_rights
from cases.services.telling import tell_owner_and_leads
from cases.states import LineKind, RemedyState
from recovery.failures.services import report_double_deviation
from recovery.failures.states import Channel
from recovery.org.models import Person
from recovery.org.selectors import leads_of


@transaction.atomic
def accept_remedy(
    *,
    remedy_id: int,
    words: str = "",
    channel: str = Channel.PHONE,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
    via: str = "",
) -> Remedy:
    """Write down that the customer takes the offer; `words` are the customer's, if any.

    Accepting is not receiving: the case is put right only when it was delivered.
    """
    held, remedy = _hold_offered(
        remedy_id, actor=actor, now=now, expected_version=expected_version, via=via
    )
    heard(held, words=words, channel=channel)
    _answer(held, remedy, RemedyState.ACCEPTED)
    leave_offer(held, "accept")
    say(held, "remedy.accepted", **facts_of(remedy))
    keep(held)
    return remedy


@transaction.atomic
def decline_remedy(
    *,
    remedy_id: int,
    words: str = "",
    channel: str = Channel.PHONE,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
    via: str = "",
) -> Remedy:
    """Write down that the customer does not take the offer; limits get it back.

    The second rejection is a double deviation: the case goes up a level and leads are told.
    """
    held, remedy = _hold_offered(
        remedy_id, actor=actor, now=now, expected_version=expected_version, via=via
    )
    heard(held, words=words, channel=channel)
    _answer(held, remedy, RemedyState.DECLINED)
    give_back(remedy)
    return_promise(remedy)
    leave_offer(held, _after_rejection(held))
    say(held, "remedy.declined", **facts_of(remedy))
    count_rejection(held)
    keep(held)
    return remedy


def _hold_offered(
    remedy_id: int, *, actor: Person, now: datetime, expected_version: int | None, via: str
) -> tuple[Held, Remedy]:
    held = hold(
        case_id=case_of_remedy(remedy_id),
        actor=actor,
        now=now,
        expected_version=expected_version,
        via=via,
    )
    remedy = remedy_of(held, remedy_id)
    refuse_for_rights(remedy)
    expect(remedy, RemedyState.OFFERED)
    return held, remedy


def _answer(held: Held, remedy: Remedy, state: RemedyState) -> None:
    remedy.state, remedy.answered_at = state, held.now
    remedy.save(update_fields=["state", "answered_at"])


def _after_rejection(held: Held) -> str:
    """With something accepted beside it, a declined offer does not send the case back."""
    accepted = any(
        each.state == RemedyState.ACCEPTED and each.line != LineKind.ENTITLEMENT
        for each in lines_of(held)
    )
    return "accept" if accepted else "reject"


def count_rejection(held: Held) -> None:
    """Count what the customer did not take, and mark a double deviation at the second."""
    held.set(rejected_count=held.case.rejected_count + 1)
    if held.case.rejected_count >= DOUBLE_FROM:
        mark_double_deviation(held)


def mark_double_deviation(held: Held, *, repeat_of: int | None = None) -> None:
    """The recovery failed as well: level and priority up, failure marked, leads told; once.

    With `repeat_of` the same customer met the same failure in that earlier case.
    """
    if repeat_of is not None and held.case.repeat_of_id is None:
        held.set(repeat_of_id=repeat_of)
    if held.case.double_deviation:
        return
    held.set(double_deviation=True)
    held.turn(level=held.item.level + 1, priority=min(held.item.priority, DOUBLE_PRIORITY))
    report_double_deviation(failure_id=held.failure_id)
    repeats = {"earlier": repeat_of} if repeat_of is not None else {}
    say(held, "case.double_deviation", rejections=held.case.rejected_count, **repeats)
    leads = [each.pk for each in leads_of(held.item.department_id)]
    tell_owner_and_leads(held, leads, what="double" if repeat_of is None else "repeat")
