"""What becomes of a handover: accepted in time, or the lead's."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from recovery.clocks.models import Promise
from recovery.clocks.services import end_owned
from recovery.clocks.states import ClockVerb, PromiseState
from recovery.coordination.models import Handover
from recovery.coordination.selectors.shifts import Thing
from recovery.coordination.services.passing import give_to, leads_for, move_to, say_of
from recovery.coordination.states import HandoverState
from recovery.failures.models import WorkItem
from recovery.failures.selectors import is_urgent
from recovery.failures.services import lock_item
from recovery.kernel.refusals import Conflict
from recovery.kernel.text import gettext_noop
from recovery.messages.services import tell
from recovery.org.models import Person
from recovery.org.selectors import lineage_of, system_person


@transaction.atomic
def accept_handovers(*, handover_ids: Collection[int], actor: Person, now: datetime) -> int:
    """Take over what was handed to `actor`; how many things are theirs now.

    What went elsewhere meanwhile is left out. Raises Conflict when none of it is there any more.
    """
    waiting = Handover.objects.filter(
        pk__in=list(handover_ids), receiver=actor, state=HandoverState.WAITING
    )
    items = WorkItem.objects.select_for_update(no_key=True, of=("self",))
    list(items.filter(pk__in=waiting.values("item_id")).order_by("pk").values_list("pk"))
    taken = [_settle(each, actor, now=now) for each in _whole(waiting)]
    if not any(taken):
        raise Conflict(
            "not_waiting",
            gettext_noop(
                "This does not wait for you any more: it went to the lead, or was done."
            ),
        )
    return sum(taken)


@transaction.atomic
def lapse_handover(*, clock_id: int, item_id: int, now: datetime) -> bool:
    """Give what nobody accepted in time to the lead of its desk; doing it twice changes nothing."""
    lock_item(item_id)
    waiting = Handover.objects.filter(clock_id=clock_id, state=HandoverState.WAITING)
    for each in _whole(waiting):
        return _settle(each, None, now=now)
    return False


@transaction.atomic
def follow_case(*, item_id: int, now: datetime) -> int:
    """Move open promises of a case to its present desk; how many. Their times do not move.

    Those of a desk above stay: it can read the case as before.
    """
    item = lock_item(item_id)
    if item.department_id is None:
        return 0
    found = Promise.objects.select_for_update(no_key=True, of=("self",)).filter(
        item=item, state=PromiseState.OPEN
    )
    strays = [
        each
        for each in found.order_by("pk")
        if each.desk_id not in lineage_of(item.department_id)
    ]
    for each in strays:
        move_to(Thing(item, each), item.department_id, actor_id=system_person().pk, now=now)
    return len(strays)


def _whole(handovers: QuerySet[Handover]) -> list[Handover]:
    found = handovers.select_related("item__failure", "promise", "clock", "giver")
    return list(found.order_by("item_id", "pk"))


def _settle(handover: Handover, receiver: Person | None, *, now: datetime) -> bool:
    """End a handover whose case is locked: to the receiver, or to the lead with None."""
    thing = Thing(handover.item, handover.promise)
    by = receiver or system_person()
    if not _still_held(thing, handover.giver_id):
        _end(handover, HandoverState.OVERTAKEN, ClockVerb.CANCEL, by=by, now=now)
        return False
    if receiver is not None:
        _end(handover, HandoverState.ACCEPTED, ClockVerb.MEET, by=by, now=now)
        give_to(thing, receiver, actor_id=by.pk, now=now)
    else:
        _end(handover, HandoverState.LAPSED, ClockVerb.CANCEL, by=by, now=now)
        leads = [each for each in leads_for(thing) if each.pk != handover.giver_id]
        give_to(thing, leads[0] if leads else None, actor_id=by.pk, now=now)
        _tell_lead(thing, handover, leads[:1], now=now)
    verb = "handover.accepted" if receiver else "handover.lapsed"
    say_of(thing, verb, actor_id=by.pk, at=now, handover=handover.pk)
    return True


def _still_held(thing: Thing, giver_id: int) -> bool:
    if thing.promise is not None:
        return thing.promise.holder_id == giver_id and thing.promise.state == PromiseState.OPEN
    return thing.item.owner_id == giver_id and thing.item.closed_at is None


def _end(
    handover: Handover, state: HandoverState, verb: ClockVerb, *, by: Person, now: datetime
) -> None:
    handover.state, handover.ended_at = state, now
    handover.save(update_fields=["state", "ended_at"])
    end_owned(clock_id=handover.clock_id, verb=verb, at=now, actor_id=by.pk)


def _tell_lead(
    thing: Thing, handover: Handover, leads: Collection[Person], *, now: datetime
) -> None:
    tell(
        person_ids=[each.pk for each in leads],
        kind="handover.lapsed",
        subject=_("%(reference)s: yours, nobody accepted it") % {"reference": thing.reference},
        lines=[
            _("%(name)s went home and nobody accepted it in ten minutes. You hold it now.")
            % {"name": handover.giver.name}
        ],
        path=thing.path,
        dedupe_key=f"handover:{handover.pk}",
        at=now,
        urgent=is_urgent(thing.item) or thing.promise is not None,
        personal=True,
    )
