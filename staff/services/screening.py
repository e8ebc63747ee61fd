"""Finding who was hit: by rule, by naming, by asking for oneself."""

from datetime import datetime

from django.db import transaction

from recovery.clocks.services import meet, start
from recovery.clocks.states import ClockKind
from recovery.failures.models import Failure, WorkItem
from recovery.failures.services import change_item, lock_failure
from recovery.failures.states import TrackKind
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.selectors import system_person
from staff.models import EmployeeCase
from staff.policy import TASK_PRIORITY
from staff.selectors import GONE, supporters_for
from staff.services.care import report
from staff.services.cases import (
    lock_outward,
    readers_of,
    require_supporter,
    tell_privately,
    write_down,
)
from staff.states import SUPPORT, EmployeeState, ScreenReason


@transaction.atomic
def screen(
    *, failure_id: int, person_id: int | None = None, because: str, now: datetime
) -> int:
    """Give a failure whose employee track is required to a supporter; returns the item's key.

    With a person the offer is to be made; without one the supporter finds out who was hit.
    Screening the same twice changes nothing. `because` is a ScreenReason; an unknown one counts
    as the rule. Raises Conflict when nobody supports people yet, NotFound.
    """
    failure = lock_failure(failure_id)
    known = EmployeeCase.objects.filter(failure_id=failure_id).screened()
    if person_id is not None:
        known = known.filter(person_id=person_id)
    case = known.order_by("pk").first()
    if case is None:
        reason = ScreenReason(because) if because in set(ScreenReason) else ScreenReason.RULE
        case = _open(failure, person_id, because=reason, actor_id=system_person().pk, now=now)
    return case.item_id


@transaction.atomic
def refer_self(*, failure_id: int, actor: Person, now: datetime) -> int:
    """Ask for support oneself; returns the item's key. Nobody but the supporter learns of it.

    Whoever has a case here already, or declined one, gets that one. The failure and its track
    stay as they are. Raises NotAllowed for a service, Conflict when nobody supports people yet.
    """
    failure = lock_failure(failure_id)
    if actor.kind != Person.Kind.HUMAN:
        raise NotAllowed("people_only", gettext_noop("Support is for people."))
    mine = EmployeeCase.objects.filter(failure_id=failure_id, person=actor)
    case = mine.exclude(
        state__in=[EmployeeState.FOLLOWED_UP, EmployeeState.REFERRED]
    ).order_by("-pk").first()  # fmt: skip
    if case is None:
        case = _open(failure, actor.pk, because=ScreenReason.SELF, actor_id=actor.pk, now=now)
    return case.item_id


def _open(
    failure: Failure,
    person_id: int | None,
    *,
    because: ScreenReason,
    actor_id: int,
    now: datetime,
    supporter_id: int | None = None,
) -> EmployeeCase:
    """Write item, case and clock. The item names neither failure nor desk, nor says its state."""
    if supporter_id is None:
        supporter_id = _chosen(person_id)
    item = WorkItem.objects.create(
        kind=TrackKind.EMPLOYEE,
        owner_id=supporter_id,
        priority=TASK_PRIORITY,
        opened_at=now,
    )
    case = EmployeeCase.objects.create(
        item=item,
        failure=failure,
        person_id=person_id,
        supporter_id=supporter_id,
        state=EmployeeState.SCREENING if person_id is None else EmployeeState.TO_OFFER,
        because=because,
        self_referred=because is ScreenReason.SELF,
    )
    start(item_id=item.pk, kind=ClockKind.OFFER_SUPPORT, at=now, actor_id=system_person().pk)
    verb = "support.asked" if case.self_referred else "support.screened"
    write_down(case, verb, actor_id=actor_id, now=now, because=because.value)
    tell_privately(case, supporter_id, what="task", now=now)
    return case


def _chosen(person_id: int | None) -> int:
    supporters = supporters_for(person_id)
    if not supporters:
        raise Conflict(
            "no_supporter",
            gettext_noop(
                "Nobody is set up to support people yet. Ask an administrator to give a "
                "colleague the role Supporter."
            ),
        )
    return supporters[0].pk


@transaction.atomic
def name_person(
    *, item_id: int, person_id: int, actor: Person, now: datetime, others: bool = False
) -> EmployeeCase:
    """Say who was hit, by the supporter; `others` keeps a second case open to name more.

    If the supporter belongs to the person's team or line, the case passes to one who does not.
    """
    failure, item, case = lock_outward(item_id)
    require_supporter(case, actor)
    state = SUPPORT.resolve(case.state, "name_person")
    _refuse_unknown(person_id)
    twice = EmployeeCase.objects.filter(
        failure_id=failure.pk, person_id=person_id, ended_at__isnull=True
    ).screened()
    if twice.exists():
        raise Conflict(
            "looked_after_already",
            gettext_noop("This colleague is being looked after already."),
        )
    fit = [each.pk for each in supporters_for(person_id)]
    case.state, case.person_id = state, person_id
    if actor.pk not in fit:
        case.supporter_id = _chosen(person_id)
    case.save(update_fields=["state", "person", "supporter"])
    change_item(item, owner_id=case.supporter_id)
    write_down(case, "support.person_named", actor_id=actor.pk, now=now)
    if case.supporter_id != actor.pk:
        tell_privately(case, case.supporter_id, what="task", now=now)
    if others:
        _open(
            failure, None, because=ScreenReason.SEVERAL, actor_id=actor.pk, now=now,
            supporter_id=actor.pk,
        )  # fmt: skip
    return case


def _refuse_unknown(person_id: int) -> None:
    people = Person.objects.filter(pk=person_id, is_active=True, kind=Person.Kind.HUMAN)
    if not people.exists():
        raise Invalid(
            "nobody_so_named",
            gettext_noop("Nobody here has this name or e-mail address. Check the letters."),
            field="person",
        )


@transaction.atomic
def none_affected(*, item_id: int, actor: Person, now: datetime) -> EmployeeCase:
    """Find that nobody was hit, by the supporter. From outside it looks as if care was offered."""
    failure, item, case = lock_outward(item_id)
    require_supporter(case, actor)
    case.state = SUPPORT.resolve(case.state, "none_affected")
    case.ended_at = now
    case.save(update_fields=["state", "ended_at"])
    close_outwardly(item, actor_id=actor.pk, now=now)
    write_down(case, "support.none_affected", actor_id=actor.pk, now=now)
    report(failure_id=failure.pk, at=now)
    return case


def close_outwardly(item: WorkItem, *, actor_id: int, now: datetime) -> None:
    """End what others may count: the task and its clock. What follows is between two people."""
    meet(item_id=item.pk, kinds=[ClockKind.OFFER_SUPPORT], at=now, actor_id=actor_id)
    change_item(item, closed_at=now)


@transaction.atomic
def pass_on(*, item_id: int, actor: Person, now: datetime) -> EmployeeCase:
    """Give the case to another supporter: because its clock ran out (the system), because the
    supporter asks, or because the person would rather talk to somebody else.

    The one before reads it no longer. Raises Conflict when there is nobody else.
    """
    _failure, item, case = lock_outward(item_id)
    if actor.pk != system_person().pk and actor.pk not in readers_of(case):
        require_supporter(case, actor)
    if SUPPORT.is_end(case.state):
        raise Conflict("ended", gettext_noop("This has ended; there is nothing to pass on."))
    others = supporters_for(case.person_id, but=[case.supporter_id])
    if not others:
        raise Conflict(
            "nobody_else",
            gettext_noop("There is no other supporter at the moment. Ask the people partner."),
        )
    _pass_to(others[0].pk, item, case, actor_id=actor.pk, now=now)
    tell_privately(case, others[0].pk, what="task", now=now)
    return case


@transaction.atomic
def take_over(*, item_id: int, actor: Person, now: datetime) -> EmployeeCase:
    """Take a case whose offer is overdue from its supporter, by one who could have been chosen.

    To everybody else, and before its time has run out, there is no such case: NotFound.
    """
    _failure, item, case = lock_outward(item_id)
    overdue = (
        item.closed_at is None and item.next_due_at is not None and item.next_due_at <= now
    )
    others = supporters_for(case.person_id, but=readers_of(case))
    if not overdue or actor.pk not in {each.pk for each in others}:
        raise NotFound("not_found", GONE)
    _pass_to(actor.pk, item, case, actor_id=actor.pk, now=now)
    return case


def _pass_to(
    supporter_id: int, item: WorkItem, case: EmployeeCase, *, actor_id: int, now: datetime
) -> None:
    case.supporter_id = supporter_id
    case.save(update_fields=["supporter"])
    change_item(item, owner_id=supporter_id)
    write_down(case, "support.passed_on", actor_id=actor_id, now=now)
