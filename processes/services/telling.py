"""Telling whoever holds a process case: its owner, else the leads of its desk."""

from datetime import datetime

from processes.models import ProcessCase
from recovery.failures.selectors import is_urgent, item_reference
from recovery.messages.services import tell
from recovery.org.selectors import leads_of, upper_leads_of


def tell_holders(
    case: ProcessCase, kind: str, subject: str, *, occasion: str, now: datetime
) -> None:
    """Put one message into the inboxes of a case's holders; once per `occasion`.

    `subject` has a place %(ref)s for the reference.
    """
    reference = item_reference("process", case.pk)
    tell(
        person_ids=_holders(case),
        kind=kind,
        subject=subject % {"ref": reference},
        lines=[],
        path=f"/processes/{reference}/",
        dedupe_key=f"process:{case.pk}:{occasion}",
        at=now,
        urgent=is_urgent(case.item),
        personal=case.item.owner_id is not None,  # its owner holds it; leads may have muted it
    )


def _holders(case: ProcessCase) -> list[int]:
    if case.item.owner_id is not None:
        return [case.item.owner_id]
    department = case.item.department_id
    return [person.pk for person in leads_of(department) or upper_leads_of(department)]
