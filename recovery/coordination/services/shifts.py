"""Ending a shift: what somebody holds goes to a colleague who accepts it, or to the desk."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from recovery.clocks.services import start_owned
from recovery.clocks.states import ClockKind
from recovery.coordination.models import Handover
from recovery.coordination.selectors.shifts import WORK, Thing, things_held
from recovery.coordination.services.passing import give_to, leads_for, say_of
from recovery.coordination.states import HandoverState
from recovery.failures.models import WorkItem
from recovery.failures.states import TrackKind
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.messages.services import tell
from recovery.org.models import Person
from recovery.org.selectors import can, is_away

MOST_WORDS: Final = 2000
TO_ACCEPT: Final = timedelta(minutes=10)
SHIFT_PAGE: Final = "/shift/"


@transaction.atomic
def end_shift(
    *, given: Mapping[str, int | None], words: str = "", actor: Person, now: datetime
) -> int:
    """Hand over what `actor` holds: `given` maps each thing's key onto a colleague, None the desk.

    A colleague has ten minutes to accept; until then the actor still holds it. Straight to the
    desk nobody holds it, and its lead is told. What is not named stays. Returns how many things
    are given. Raises Invalid for a colleague who cannot work a thing, Conflict for a thing
    that is not the actor's any more.
    """
    things = _held(given, actor)
    named = [key for key in given.values() if key is not None]
    people = {each.pk: each for each in Person.objects.filter(pk__in=named)}
    _refuse(things, given, people=people, actor=actor, now=now)
    for thing in things:
        receiver = people.get(given[thing.key] or 0)
        if receiver is None:
            give_to(thing, None, actor_id=actor.pk, now=now)
        else:
            _ask(thing, receiver, words=words, actor=actor, now=now)
    _tell_receivers(given, actor=actor, now=now)
    _tell_leads([each for each in things if given[each.key] is None], actor=actor, now=now)
    return len(things)


def _held(given: Mapping[str, int | None], actor: Person) -> list[Thing]:
    """The things named, their cases locked in order; read again under the locks."""
    if not given:
        raise Invalid("nothing", gettext_noop("Choose at least one thing to hand over."))
    wanted = {each.item.pk for each in things_held(actor) if each.key in given}
    list(
        WorkItem.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=wanted)
        .order_by("pk")
        .values_list("pk")
    )
    found = [each for each in things_held(actor) if each.key in given]
    if len(found) < len(given):
        raise Conflict(
            "not_yours",
            gettext_noop("Some of this is not yours to give any more. Look again, then do it."),
        )
    return found


def _refuse(
    things: Iterable[Thing],
    given: Mapping[str, int | None],
    *,
    people: Mapping[int, Person],
    actor: Person,
    now: datetime,
) -> None:
    faults = []
    for thing in things:
        key = given[thing.key]
        if key is None:
            continue
        person, permission = people.get(key), WORK[TrackKind(thing.item.kind)]
        fits = person is not None and person.is_active and person.pk != actor.pk
        if person is None or not fits or not can(person, permission, thing.item.department_id):
            faults.append(
                Invalid(
                    "not_on_this_desk",
                    gettext_noop(
                        "This person cannot work cases of this desk. Choose somebody else."
                    ),
                    field=thing.key,
                )
            )
        elif is_away(person, now):
            faults.append(
                Invalid(
                    "away",
                    gettext_noop("%(name)s is away. Choose somebody else, or the desk."),
                    field=thing.key,
                    name=person.name,
                )
            )
    if faults:
        raise Invalid.gather(faults)


def _ask(thing: Thing, receiver: Person, *, words: str, actor: Person, now: datetime) -> None:
    stale = Handover.objects.filter(
        item=thing.item, promise=thing.promise, state=HandoverState.WAITING
    )
    stale.update(state=HandoverState.OVERTAKEN, ended_at=now)
    clock = start_owned(
        item_id=thing.item.pk, kind=ClockKind.ACCEPT_HANDOVER, target=TO_ACCEPT,
        calendar_id=None, at=now, actor_id=actor.pk,
    )  # fmt: skip
    made = Handover.objects.create(
        item=thing.item, promise=thing.promise, giver=actor, receiver=receiver,
        words=words.strip()[:MOST_WORDS],
        clock=clock, asked_at=now,
    )  # fmt: skip
    say_of(thing, "handover.asked", actor_id=actor.pk, at=now, handover=made.pk, to=receiver.pk)


def _tell_receivers(given: Mapping[str, int | None], *, actor: Person, now: datetime) -> None:
    """One message for each, however much it is."""
    for person_id in {key for key in given.values() if key is not None}:
        tell(
            person_ids=[person_id],
            kind="handover.asked",
            subject=_("Handed to you: accept it within ten minutes"),
            lines=[
                _("%(name)s goes home and hands you %(count)s of the things they hold.")
                % {
                    "name": actor.name,
                    "count": sum(each == person_id for each in given.values()),
                }
            ],
            path=SHIFT_PAGE,
            dedupe_key=f"handover:{actor.pk}:{now.isoformat()}",
            at=now,
            urgent=True,
            personal=True,
        )


def _tell_leads(things: Collection[Thing], *, actor: Person, now: datetime) -> None:
    counts: dict[int, int] = {}
    for thing in things:
        for lead in leads_for(thing):
            counts[lead.pk] = counts.get(lead.pk, 0) + 1
    for person_id, count in counts.items():
        tell(
            person_ids=[person_id] if person_id != actor.pk else [],
            kind="handover.to_desk",
            subject=_("Back with the desk: see that somebody takes it"),
            lines=[
                _("%(name)s went home. %(count)s of the things they held wait at the desk.")
                % {"name": actor.name, "count": count}
            ],
            path="/?view=desk",
            dedupe_key=f"handover:{actor.pk}:{now.isoformat()}",
            at=now,
            urgent=any(thing.is_urgent for thing in things),
        )
