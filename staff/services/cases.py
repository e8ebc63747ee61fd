"""What every verb on a support case does: lock it, check its readers, write to its own stream."""

from datetime import datetime

from recovery.events.models import Audience
from recovery.events.services import record
from recovery.failures.models import Failure, WorkItem
from recovery.failures.selectors import item_reference
from recovery.failures.services import lock_failure, lock_item
from recovery.failures.states import TrackKind
from recovery.kernel.refusals import Conflict, NotAllowed, NotFound
from recovery.kernel.text import gettext_noop
from recovery.messages.services import tell
from recovery.org.models import Person
from staff.models import EmployeeCase
from staff.selectors import GONE


def lock_case(item_id: int) -> EmployeeCase:
    """Lock the case alone, for verbs of which nothing outside may move. Raises NotFound."""
    case = (
        EmployeeCase.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=item_id)
        .first()
    )
    if case is None:
        raise NotFound("not_found", GONE)
    return case


def lock_outward(item_id: int) -> tuple[Failure, WorkItem, EmployeeCase]:
    """Lock failure, item and case in the house's order, for verbs that report to the failure."""
    failure_id = (
        EmployeeCase.objects.filter(pk=item_id).values_list("failure_id", flat=True).first()
    )
    if failure_id is None:
        raise NotFound("not_found", GONE)
    failure = lock_failure(failure_id)
    item = lock_item(item_id, kind=TrackKind.EMPLOYEE)
    case = lock_case(item_id)
    if case.failure_id != failure_id:
        raise Conflict(
            "moved_meanwhile",
            gettext_noop("The failure was merged just now. Do it again: nothing was lost."),
        )
    return failure, item, case


def readers_of(case: EmployeeCase) -> list[int]:
    """The keys of those who may know of the case."""
    return [key for key in (case.person_id, case.supporter_id) if key is not None]


def require_reader(case: EmployeeCase, actor: Person) -> None:
    """Raise NotFound unless the actor is the person or the supporter."""
    if actor.pk not in readers_of(case):
        raise NotFound("not_found", GONE)


def require_supporter(case: EmployeeCase, actor: Person) -> None:
    """Raise NotFound for strangers and NotAllowed for the person."""
    require_reader(case, actor)
    if actor.pk != case.supporter_id:
        raise NotAllowed(
            "supporter_only", gettext_noop("Your supporter does this; tell them if it is time.")
        )


def require_person(case: EmployeeCase, actor: Person) -> None:
    """Raise NotFound for strangers and NotAllowed for the supporter."""
    require_reader(case, actor)
    if actor.pk != case.person_id:
        raise NotAllowed(
            "person_only",
            gettext_noop("Only the person can answer the offer; nobody answers for them."),
        )


def write_down(
    case: EmployeeCase,
    verb: str,
    *,
    actor_id: int,
    now: datetime,
    also: tuple[int, ...] = (),
    **private: str | int,
) -> None:
    """Record what happened on the case's own stream, for its readers and for nobody else.

    The failure is not named, so that no timeline, feed or roll-up can find it there.
    """
    record(
        stream=f"employee:{case.pk}",
        verb=verb,
        actor_id=actor_id,
        at=now,
        item_id=case.pk,
        audience=Audience.NAMED,
        private={"readers": sorted({*readers_of(case), *also}), **private},
    )


def tell_privately(case: EmployeeCase, person_id: int, *, what: str, now: datetime) -> None:
    """Tell one reader to look, in words that say nothing to whoever else sees them."""
    subject = _SUBJECTS[what]
    tell(
        person_ids=[person_id],
        kind=f"support.{what}",
        subject=subject,
        lines=[],
        path=f"/support/{item_reference(TrackKind.EMPLOYEE, case.pk)}/",
        dedupe_key=f"support:{case.pk}:{what}",
        at=now,
        personal=True,  # nobody else is told; never urgent, for nights belong to the people
    )


_SUBJECTS = {
    "task": gettext_noop("A private task waits for you"),
    "offered": gettext_noop("A private page for you"),
    "follow_up": gettext_noop("A private task is due"),
}
