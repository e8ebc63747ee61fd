"""What follows a firing: the case rises, and those on the rung are told, once."""

from datetime import datetime

import structlog
from django.utils.translation import gettext as _

from recovery.clocks.selectors import LIVE, reading
from recovery.clocks.states import ClockKind
from recovery.escalation.models import Firing, Rung
from recovery.escalation.policy import people_for
from recovery.escalation.registry import deputies
from recovery.failures.models import WorkItem
from recovery.failures.selectors import item_reference
from recovery.failures.services import lock_item
from recovery.failures.states import TrackKind
from recovery.messages.services import tell
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import leads_of, people_with, upper_leads_of

log = structlog.get_logger(__name__)

PATHS = {
    TrackKind.CUSTOMER: "/cases/{}/",
    TrackKind.PROCESS: "/processes/{}/",
    TrackKind.EMPLOYEE: "/support/{}/",
}


def answer_firing(*, firing_id: int, item_id: int, now: datetime) -> int:
    """Raise the case to the rung's level and tell its people; return how many were told.

    Nothing happens when the clock was met or cancelled meanwhile: nobody is told of what is
    done. The item is locked first, as in every verb, so that this cannot be half true.
    """
    item = lock_item(item_id)
    firing = Firing.objects.select_related("rung", "clock").get(pk=firing_id)
    if firing.clock.state not in LIVE:
        return 0
    if firing.rung.level > item.level:
        # Not a change anybody wrote, so forms being filled in stay valid: no new version.
        WorkItem.objects.filter(pk=item.pk).update(level=firing.rung.level)
    people = _people(firing.rung, item)
    _tell(firing, item, people=people, now=now)
    return len(people)


def _people(rung: Rung, item: WorkItem) -> list[int]:
    if item.kind == TrackKind.EMPLOYEE:
        return _supporters(rung, item)
    circles = (
        (Rung.Tells.OWNER, lambda: _active(item.owner_id)),
        (Rung.Tells.DESK_LEAD, lambda: _keys(leads_of(item.department_id))),
        (Rung.Tells.UPPER_LEAD, lambda: _keys(upper_leads_of(item.department_id))),
        ("operators", lambda: _keys(people_with(Permission.OPERATE))),
    )
    return people_for(rung.tells, circles, owner_id=item.owner_id)


def _supporters(rung: Rung, item: WorkItem) -> list[int]:
    """The supporter, or one deputy: never the line, and never more people than must know."""
    holder = _active(item.owner_id)
    if rung.tells == Rung.Tells.OWNER and holder:
        return holder
    found = [key for key in deputies(item.pk) if key != item.owner_id][:1] or holder
    if not found:
        log.warning("nobody to tell about a support case", item_id=item.pk)
    return found


def _active(person_id: int | None) -> list[int]:
    found = Person.objects.filter(pk=person_id or 0, is_active=True)
    return list(found.values_list("pk", flat=True))


def _keys(people: list[Person]) -> list[int]:
    return [each.pk for each in people if each.kind == Person.Kind.HUMAN]


def _tell(firing: Firing, item: WorkItem, *, people: list[int], now: datetime) -> None:
    reference = item_reference(item.kind, item.pk)
    words = _("%(reference)s: %(what)s, %(time)s")
    if item.kind == TrackKind.EMPLOYEE:  # mail and inbox are read over shoulders
        words = _("A private task: %(time)s")
    subject = words % {
        "reference": reference,
        "what": _(ClockKind(firing.clock.kind).word),
        "time": reading(firing.clock, now).words,
    }
    for person_id in people:
        holds = person_id == item.owner_id
        tell(
            person_ids=[person_id],
            kind="escalation.fired",
            subject=subject,
            lines=[_ask(firing.rung, item, holds=holds)],
            path=_path(item, reference, holds=holds),
            dedupe_key=f"firing:{firing.pk}",
            at=now,
        )


def _ask(rung: Rung, item: WorkItem, *, holds: bool) -> str:
    if holds:
        return _("You hold this case. Do the next step, or hand it over.")
    if item.kind == TrackKind.EMPLOYEE:
        return _("It has waited too long. Take it over if you can speak with somebody today.")
    if rung.level > 0:
        return _("It has risen to you as lead. See that somebody takes the next step.")
    return _("Nobody holds this case. Take it, or give it to somebody.")


def _path(item: WorkItem, reference: str, *, holds: bool) -> str:
    """Where to act. A deputy is not a reader of the support case, so they get their own page."""
    kind = TrackKind(item.kind)
    if kind is TrackKind.EMPLOYEE and not holds:
        return "/support/"
    return PATHS[kind].format(reference)
