"""How verbs on outreaches begin and end: lock, permission, event, message to colleagues."""

from collections.abc import Collection
from datetime import datetime

from cases.models import Outreach
from cases.states import OutreachState
from recovery.events.services import record
from recovery.failures.selectors import reference_of
from recovery.kernel.refusals import Conflict, NotFound
from recovery.kernel.text import gettext_noop
from recovery.messages.services import tell
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.services import require


def hold_outreach(
    outreach_id: int, actor: Person, permission: Permission = Permission.CASE_WORK
) -> Outreach:
    """Lock an outreach for `actor`. Raises NotFound, or NotAllowed without the permission."""
    found = (
        Outreach.objects.select_for_update(no_key=True, of=("self",))
        .select_related("failure", "made_by")
        .filter(pk=outreach_id)
        .first()
    )
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such outreach."))
    require(actor, permission, department_id=found.failure.owning_department_id)
    return found


def expect_outreach(held: Outreach, *states: OutreachState) -> None:
    """Raise Conflict unless the outreach is in one of `states`."""
    if held.state not in states:
        raise Conflict(
            "outreach_moved_on",
            gettext_noop("This outreach is “%(state)s” now, so that cannot be done with it."),
            state=OutreachState(held.state).word,
        )


def say_of(held: Outreach, verb: str, *, actor: Person, now: datetime) -> None:
    """Record what happened to an outreach: counts alone."""
    record(
        stream=f"failure:{held.failure_id}",
        verb=verb,
        actor_id=actor.pk,
        at=now,
        failure_id=held.failure_id,
        public={
            "outreach": held.pk,
            "total": held.total,
            "told": held.told,
            "no_address": held.no_address,
            "already": held.already,
            "refused": held.refused,
        },
    )


def end_outreach(held: Outreach, *, now: datetime) -> None:
    """Note that everybody of a locked outreach has been looked after."""
    held.state, held.ended_at = OutreachState.DONE, now
    held.save(update_fields=["state", "ended_at"])
    say_of(held, "failure.outreach_ended", actor=held.made_by, now=now)


_SUBJECTS = {
    "approval": gettext_noop(
        "A message to many, with a remedy, waits for your decision: %(ref)s"
    ),
    "approved": gettext_noop("Approved, your message to many is on its way: %(ref)s"),
    "refused": gettext_noop("Not approved, your message to many: %(ref)s"),
}


def tell_of(held: Outreach, person_ids: Collection[int], *, what: str, now: datetime) -> None:
    """Tell colleagues that an outreach waits for approval, or what was decided."""
    reference = reference_of(held.failure_id)
    tell(
        person_ids=person_ids,
        kind=f"outreach.{what}",
        subject=_SUBJECTS[what] % {"ref": reference},
        lines=[],
        path=f"/failures/{reference}/outreach/{held.pk}/",
        dedupe_key=f"outreach:{held.pk}:{what}",
        at=now,
        personal=what != "approval",
    )
