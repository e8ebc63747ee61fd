"""The offer and what follows it. Only the offer is seen from outside; the rest is between two."""

from datetime import datetime

from django.db import transaction

from recovery.org.models import Person
from staff.models import EmployeeCase
from staff.policy import FOLLOW_UP_AFTER
from staff.services.care import report
from staff.services.cases import (
    lock_case,
    lock_outward,
    require_person,
    require_supporter,
    tell_privately,
    write_down,
)
from staff.services.screening import close_outwardly
from staff.states import SUPPORT


@transaction.atomic
def offer_support(*, item_id: int, actor: Person, now: datetime) -> EmployeeCase:
    """Say that support was offered by a human voice, by the supporter. Ends the outward work.

    Raises NotFound for all but the two readers, NotAllowed for the person, Conflict when an
    offer was made already or nobody is named yet.
    """
    failure, item, case = lock_outward(item_id)
    require_supporter(case, actor)
    case.state = SUPPORT.resolve(case.state, "offer")
    case.offered_at, case.offered_by = now, actor
    case.save(update_fields=["state", "offered_at", "offered_by"])
    close_outwardly(item, actor_id=actor.pk, now=now)
    write_down(case, "support.offered", actor_id=actor.pk, now=now)
    if case.person_id is not None:
        tell_privately(case, case.person_id, what="offered", now=now)
    report(failure_id=failure.pk, at=now)
    return case


@transaction.atomic
def accept(*, item_id: int, actor: Person, now: datetime) -> EmployeeCase:
    """Take the offer, by the person alone, even after a no. The follow-up is due in 30 days."""
    case = lock_case(item_id)
    require_person(case, actor)
    case.state = SUPPORT.resolve(case.state, "accept")
    case.answered_at, case.ended_at = now, None
    case.follow_up_at = now + FOLLOW_UP_AFTER
    case.save(update_fields=["state", "answered_at", "ended_at", "follow_up_at"])
    write_down(case, "support.accepted", actor_id=actor.pk, now=now)
    return case


@transaction.atomic
def decline(*, item_id: int, actor: Person, now: datetime) -> EmployeeCase:
    """Say no to the offer, by the person alone, without a reason; they may come back to it."""
    case = lock_case(item_id)
    require_person(case, actor)
    case.state = SUPPORT.resolve(case.state, "decline")
    case.answered_at = case.ended_at = now
    case.save(update_fields=["state", "answered_at", "ended_at"])
    write_down(case, "support.declined", actor_id=actor.pk, now=now)
    return case


@transaction.atomic
def follow_up(*, item_id: int, actor: Person, now: datetime) -> EmployeeCase:
    """Say that the supporter asked how it is going and that nothing more is needed."""
    return _end(item_id, "follow_up", "support.followed_up", actor=actor, now=now)


@transaction.atomic
def refer(*, item_id: int, actor: Person, now: datetime) -> EmployeeCase:
    """Say that it goes on with a professional of the person's choice, outside this system."""
    return _end(item_id, "refer", "support.referred", actor=actor, now=now)


def _end(item_id: int, verb: str, event: str, *, actor: Person, now: datetime) -> EmployeeCase:
    case = lock_case(item_id)
    require_supporter(case, actor)
    case.state = SUPPORT.resolve(case.state, verb)
    case.ended_at = now
    case.save(update_fields=["state", "ended_at"])
    write_down(case, event, actor_id=actor.pk, now=now)
    return case
