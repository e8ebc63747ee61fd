"""Which case's escalation a person may read."""

from recovery.escalation.selectors import stands_at_tier
from recovery.failures.models import WorkItem
from recovery.failures.states import TrackKind
from recovery.kernel.references import decode
from recovery.kernel.refusals import Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import grants
from staff.selectors import case_for

_READ = {"customer": Permission.CASE_READ, "process": Permission.PROCESS_READ}
_WORK = {"customer": Permission.CASE_WORK, "process": Permission.PROCESS_WORK}
_GONE = gettext_noop("There is nothing here under this reference, or it is not yours to see.")


def readable_item(viewer: Person, item_id: int) -> WorkItem:
    """A case whose page `viewer` may read, a support case by its two readers alone.

    Raises NotFound otherwise.
    """
    found = WorkItem.objects.select_related("owner", "department").filter(pk=item_id).first()
    if found is None:
        raise NotFound("not_found", _GONE)
    if found.kind == TrackKind.EMPLOYEE:
        case_for(viewer, item_id)
    elif not _holds(viewer, found, _READ[found.kind]):
        raise NotFound("not_found", _GONE)
    return found


def case_to_try(reference: str) -> WorkItem:
    """The customer or process case a ladder is tried on: its clocks and people, nothing else.

    Raises Invalid about `case` for anything else, support cases among them.
    """
    found = decode(reference.strip())
    kind = {"C": TrackKind.CUSTOMER, "P": TrackKind.PROCESS}.get(found[0]) if found else None
    item = WorkItem.objects.filter(pk=found[1], kind=kind).first() if found and kind else None
    if item is None:
        raise Invalid(
            "no_such_case",
            gettext_noop("There is no customer or process case under this reference."),
            field="case",
        )
    return item


def may_change_level(viewer: Person, item: WorkItem) -> bool:
    """Whether `viewer` may raise this case or step it down; a support case nobody."""
    if item.kind == TrackKind.EMPLOYEE or item.closed_at is not None:
        return False
    permission = _WORK[item.kind]
    return permission in grants(viewer).permissions and _holds(viewer, item, permission)


def may_step_down(viewer: Person, item: WorkItem) -> bool:
    """Whether `viewer` may step this case down: who works it, and those it has risen to."""
    return may_change_level(viewer, item) or stands_at_tier(viewer, item)


def _holds(viewer: Person, item: WorkItem, permission: Permission) -> bool:
    held = grants(viewer)
    return item.owner_id == viewer.pk or item.department_id in held.departments_for(permission)
