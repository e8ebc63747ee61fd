"""Two records of one failure become one, and can be taken apart again."""

from datetime import datetime

from django.db import transaction

import cases.services.moving as customer_moving
import staff.services.moving as employee_moving
from recovery.coordination.services.keeping import as_it_was, counted_in, give_back
from recovery.failures.models import Failure, MergeEntry
from recovery.failures.services import lock_failure, mark_merged, require_track
from recovery.failures.states import TrackKind, Whole
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import system_person
from recovery.org.services import require
from staff.services.care import report as report_employee

_STAFF, _INTO = "employee_case", "into"


def _lock_both(first_id: int, second_id: int) -> tuple[Failure, Failure]:
    """Lock in order of key, whichever way round they were asked for."""
    locked = {pk: lock_failure(pk) for pk in sorted({first_id, second_id})}
    return locked[first_id], locked[second_id]


@transaction.atomic
def merge_failures(*, merged_id: int, into_id: int, actor: Person, now: datetime) -> Failure:
    """Make one failure part of another: its cases, complaints and clocks move, it leaves counts.

    The earlier receipt counts for both. Refused when either is merged or void already.
    """
    if merged_id == into_id:
        raise Invalid(
            "same_failure", gettext_noop("This is the same record. Choose the other one."),
            field="into",
        )  # fmt: skip
    merged, into = _lock_both(merged_id, into_id)
    for failure in (merged, into):
        require(actor, Permission.FAILURE_MERGE, department_id=failure.owning_department_id)
        if failure.status in {Whole.MERGED, Whole.VOID}:
            raise Conflict(
                "not_mergeable", gettext_noop("One of the two has been merged or set aside.")
            )
    before = as_it_was(into)
    entries = _move(merged_id, into_id, actor_id=actor.pk, at=now)
    received = [each for each in (merged.received_at, into.received_at) if each]
    if received:
        Failure.objects.filter(pk=into_id).update(received_at=min(received))
    report_employee(failure_id=into_id, at=now, actor_id=actor.pk)
    entries.append(
        MergeEntry(child=_INTO, child_id=into_id, before=counted_in(into_id, before))
    )
    for entry in entries:
        entry.merged, entry.into, entry.by, entry.at = merged, into, actor, now
    MergeEntry.objects.bulk_create(entries)
    mark_merged(failure_id=merged_id, into_id=into_id, actor_id=actor.pk, at=now)
    return Failure.objects.get(pk=into_id)


def _move(merged_id: int, into_id: int, *, actor_id: int, at: datetime) -> list[MergeEntry]:
    """Move the cases of both kinds; what the log says of colleagues it says as the system."""
    moved = customer_moving.move_cases(
        from_id=merged_id, to_id=into_id, actor_id=actor_id, at=at
    )
    staff = employee_moving.move_cases(from_id=merged_id, to_id=into_id)
    if staff:
        require_track(
            failure_id=into_id,
            kind=TrackKind.EMPLOYEE,
            reason="rule",
            at=at,
            actor_id=system_person().pk,
        )
    return [
        *(
            MergeEntry(child=each.child, child_id=each.child_id, before=each.before)
            for each in moved
        ),
        *(MergeEntry(child=_STAFF, child_id=pk) for pk in staff),
    ]


@transaction.atomic
def unmerge_failure(*, merged_id: int, actor: Person, now: datetime) -> list[str]:
    """Take a merge apart: what is still where it was put goes back; names what is not.

    Words and contacts since the merge stay with the customer they belong to.
    """
    failure = Failure.objects.filter(pk=merged_id).first()
    if failure is None or failure.merged_into_id is None:
        raise Conflict("not_merged", gettext_noop("This failure is not merged."))
    merged, into = _lock_both(merged_id, failure.merged_into_id)
    require(actor, Permission.FAILURE_MERGE, department_id=into.owning_department_id)
    entries = list(
        MergeEntry.objects.filter(merged=merged, into=into, undone_at__isnull=True).order_by(
            "pk"
        )
    )
    own = {_STAFF, _INTO}
    mark_merged(failure_id=merged_id, into_id=None, actor_id=actor.pk, at=now)
    left = customer_moving.move_back(
        moved=[
            customer_moving.Moved(each.child, each.child_id, each.before)
            for each in entries
            if each.child not in own
        ],
        from_id=into.pk,
        to_id=merged_id,
        actor_id=actor.pk,
        at=now,
    )
    employee_moving.move_back(
        case_ids=[each.child_id for each in entries if each.child == _STAFF],
        from_id=into.pk,
        to_id=merged_id,
    )
    for each in entries:
        if each.child == _INTO:
            give_back(into.pk, each.before, at=now, actor_id=actor.pk)
    for failure_id in (into.pk, merged_id):
        report_employee(failure_id=failure_id, at=now, actor_id=actor.pk)
    MergeEntry.objects.filter(pk__in=[each.pk for each in entries]).update(undone_at=now)
    return [f"{each.child} {each.child_id}" for each in left]
