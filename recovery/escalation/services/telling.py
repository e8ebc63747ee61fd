"""What follows a firing: the case rises, and those on the rung are told, once."""

from datetime import datetime

import structlog
from django.utils.translation import gettext as _

from recovery.clocks.selectors import LIVE, promise_of_clock, reading
from recovery.clocks.states import ClockKind
from recovery.escalation.models import Firing
from recovery.escalation.policy import people_for
from recovery.escalation.selectors import roster_for, roster_of
from recovery.failures.models import WorkItem
from recovery.failures.selectors import is_urgent, item_reference
from recovery.failures.services import lock_item
from recovery.failures.states import TrackKind
from recovery.messages.services import tell

log = structlog.get_logger(__name__)

PATHS = {
    TrackKind.CUSTOMER: "/cases/{}/",
    TrackKind.PROCESS: "/processes/{}/",
    TrackKind.EMPLOYEE: "/support/{}/",
}


def answer_firing(*, firing_id: int, item_id: int, now: datetime) -> int:
    """Raise the case to the rung's level and tell its people; return how many were told.

    Nothing happens when the clock was met or cancelled meanwhile, nor for a repeat that the
    next one has overtaken: nobody is told of what is done, or of the same twice at once. The
    item is locked first, as in every verb, so that this cannot be half true.
    """
    item = lock_item(item_id)
    firing = Firing.objects.select_related("rung", "clock").get(pk=firing_id)
    if firing.answered_at is not None:
        return 0
    people = _answer(firing, item, now)
    Firing.objects.filter(pk=firing.pk).update(answered_at=now, told=people)
    return len(people)


def _answer(firing: Firing, item: WorkItem, now: datetime) -> list[int]:
    if firing.clock.state not in LIVE or _is_overtaken(firing):
        return []
    promise = promise_of_clock(firing.clock_id) if _is_promise(firing) else None
    # An ended case has nothing left to rise with; what was promised on it is still told.
    if firing.rung.level > item.level and item.closed_at is None:
        # Not a change anybody wrote, so forms being filled in stay valid: no new version.
        WorkItem.objects.filter(pk=item.pk).update(level=firing.rung.level)
    people = people_for(firing.rung.tells, roster_for(promise, roster_of(item)))
    if not people:
        log.warning("nobody to tell", item_id=item.pk, firing_id=firing.pk)
    holder_id = item.owner_id if promise is None else promise.holder_id
    _tell(firing, item, people=people, holder_id=holder_id, now=now)
    return people


def _is_promise(firing: Firing) -> bool:
    return firing.clock.kind == ClockKind.PROMISE


def _is_overtaken(firing: Firing) -> bool:
    """Whether a later repeat of the rung has fired too: that one says it."""
    if firing.rung.most == firing.occurrence:
        return False
    return Firing.objects.filter(
        rung_id=firing.rung_id, clock_id=firing.clock_id, occurrence__gt=firing.occurrence
    ).exists()


def _tell(
    firing: Firing, item: WorkItem, *, people: list[int], holder_id: int | None, now: datetime
) -> None:
    reference = item_reference(item.kind, item.pk)
    words = _("%(reference)s: %(what)s, %(time)s")
    if item.kind == TrackKind.EMPLOYEE:  # mail and inbox are read over shoulders
        words = _("A private task: %(time)s")
    subject = words % {
        "reference": reference,
        "what": _(ClockKind(firing.clock.kind).word),
        "time": reading(firing.clock, now).words,
    }
    urgent = is_urgent(item)
    for person_id in people:
        holds = person_id == holder_id
        tell(
            person_ids=[person_id],
            kind="escalation.fired",
            subject=subject,
            lines=[_ask(firing, item, holds=holds)],
            path=_path(item, reference, holds=holds),
            dedupe_key=f"firing:{firing.pk}",
            at=now,
            urgent=urgent,
            personal=holds,
        )


def _ask(firing: Firing, item: WorkItem, *, holds: bool) -> str:
    if holds and _is_promise(firing):
        return _("You hold this promise. Keep it, or agree on another time before it is due.")
    if holds:
        return _("You hold this case. Do the next step, or hand it over.")
    if item.kind == TrackKind.EMPLOYEE:
        return _("It has waited too long. Take it over if you can speak with somebody today.")
    if _is_promise(firing):
        return _("It was promised and is not kept yet. See that somebody keeps it.")
    if firing.rung.level > 0:
        return _("It has risen to you as lead. See that somebody takes the next step.")
    return _("Nobody holds this case. Take it, or give it to somebody.")


def _path(item: WorkItem, reference: str, *, holds: bool) -> str:
    """Where to act. A deputy is not a reader of the support case, so they get their own page."""
    kind = TrackKind(item.kind)
    if kind is TrackKind.EMPLOYEE and not holds:
        return "/support/"
    return PATHS[kind].format(reference)
