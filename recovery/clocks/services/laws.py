"""Clocks of laws: they begin by rule, several on one case, never pause, and wait for a verb."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from recovery.clocks.models import Clock
from recovery.clocks.policy import ClockPlan, Moment, StandardCard, When, applies
from recovery.clocks.policy.counting import last_day, seconds_to_end_of
from recovery.clocks.selectors import LIVE, card_of, catalogue, free_days, standards, zone_of
from recovery.clocks.services.starting import begin, when_of
from recovery.clocks.services.writing import enter
from recovery.clocks.states import Begins, ClockKind, ClockState, ClockVerb, Counts, MetBy
from recovery.failures.selectors import facts_of_item, items_with_facts
from recovery.failures.services import lock_item
from recovery.kernel.conditions import Facts
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop


def law_plan(law: StandardCard, *, priority: int, at: datetime) -> ClockPlan:
    """The clock of a law that begins at `at`, by its own way of counting."""
    seconds = law.targets.get(priority, 0)
    if law.counts is not Counts.EXACT:
        zone = zone_of(law)
        day = last_day(
            at.astimezone(zone).date(),
            law.days or 0,
            counts=law.counts,
            shift=law.shift,
            is_free=free_days(law.country),
        )
        seconds = seconds_to_end_of(day, start=at, zone=zone)
    due_at = at + timedelta(seconds=seconds)
    return ClockPlan(ClockKind.REGULATORY, seconds, due_at, None, law.id, priority)


def plan_laws(
    begins: Collection[Begins],
    *,
    priority: int,
    at: datetime,
    facts: Facts,
    when: When | None = None,
) -> Iterator[ClockPlan]:
    """The clocks of all laws that begin with one of these and hold. No query while warm."""
    when = when or When(at)
    for each in begins:
        for law in catalogue().laws[each]:
            if applies(law, when=when, facts=facts, priority=priority):
                yield law_plan(law, priority=priority, at=at)


def laws_beginning_with(begins: Collection[Begins]) -> int:
    """How many laws could begin with these: as many keys a case may need. No query while warm."""
    return sum(len(catalogue().laws[each]) for each in begins)


def start_laws(*, item_id: int, begins: Begins, at: datetime, actor_id: int) -> list[Clock]:
    """Start the clocks of the laws that begin with this and hold for the case.

    A law that has begun here before does not begin again. The caller is in a transaction. No
    query where no law begins so.
    """
    if not laws_beginning_with([begins]):
        return []
    lock_item(item_id)
    item = items_with_facts([item_id])[item_id]
    begun = Clock.objects.filter(item_id=item_id, kind=ClockKind.REGULATORY)
    known = set(
        begun.exclude(state=ClockState.CANCELLED).values_list(
            "standard__standard_id", flat=True
        )
    )
    count, found = begun.count(), []
    for planned in plan_laws(
        [begins],
        priority=item.priority,
        at=at,
        facts=facts_of_item(item),
        when=when_of(item, at),
    ):
        law = card_of(planned.standard_id)
        if law is None or law.standard_id not in known:
            count += 1
            found.append(begin(planned, item_id, instance=count, at=at, actor_id=actor_id))
    return found


@transaction.atomic
def start_regulatory(
    *, item_id: int, standard_id: int, from_at: datetime, actor_id: int
) -> Clock:
    """Start the clock of a law from `from_at`, by the version in force then; it never pauses.

    One per law and case, for good: reopening does not start it anew, so the one there is
    returned, met or not. Raises Invalid for a standard that is no law's, or not yet in force.
    """
    item = lock_item(item_id)
    known = Clock.objects.filter(
        item_id=item_id, kind=ClockKind.REGULATORY, standard__standard_id=standard_id
    )
    found = known.exclude(state=ClockState.CANCELLED).first()
    if found is not None:
        return found
    law = _law(standard_id, from_at)
    if not law.names_time_for(item.priority):
        raise Invalid("no_time", gettext_noop("This law names no time for this priority."))
    planned = law_plan(law, priority=item.priority, at=from_at)
    count = Clock.objects.filter(item_id=item_id, kind=ClockKind.REGULATORY).count()
    return begin(planned, item_id, instance=count + 1, at=from_at, actor_id=actor_id)


def meet_laws(*, item_id: int, verbs: Collection[MetBy], at: datetime, actor_id: int) -> int:
    """Stop the clocks of laws that waited for one of these; how many. No query if none could."""
    versions = [key for each in verbs for key in catalogue().met_by[each]]
    if not versions:
        return 0
    clocks = Clock.objects.select_for_update(no_key=True).filter(
        item_id=item_id,
        kind=ClockKind.REGULATORY,
        state__in=LIVE,
        standard_id__in=versions,
    )
    return enter(list(clocks.order_by("pk")), Moment(ClockVerb.MEET, at), actor_id=actor_id)


def carry_laws(
    *, from_id: int, to_id: int, at: datetime, actor_id: int
) -> list[dict[str, Any]]:
    """Let another case owe what a law asks of this one, from the earlier of the two receipts.

    Returns what put_back_laws needs: of each law that stopped here its version and when it had
    begun, with the clock the other case was given for it and those it gave up for that.
    """
    clocks = list(_live(from_id).order_by("pk"))
    found = [
        {
            "version": each.standard_id,
            "begun": each.started_at.isoformat(),
            "case": to_id,
            **_owe(to_id, each, at=at, actor_id=actor_id),
        }
        for each in clocks
    ]
    enter(clocks, Moment(ClockVerb.CANCEL, at, reason="merged"), actor_id=actor_id)
    return found


def put_back_laws(
    *, item_id: int, laws: Iterable[Mapping[str, Any]], at: datetime, actor_id: int
) -> None:
    """Let a case owe again what carry_laws took from it, and the other one what it owed before.

    What the other case has answered meanwhile was answered for both.
    """
    for law in laws:
        if law["given"] is not None:
            given = _live(law["case"]).filter(pk=law["given"]).first()
            if given is None:
                continue
            enter([given], Moment(ClockVerb.CANCEL, at, reason="unmerged"), actor_id=actor_id)
            for version_id, begun in law["ended"].items():
                _begin_law(
                    law["case"],
                    int(version_id),
                    begun=datetime.fromisoformat(begun),
                    actor_id=actor_id,
                )
        begun_here = datetime.fromisoformat(law["begun"])
        _begin_law(item_id, law["version"], begun=begun_here, actor_id=actor_id)


def _live(item_id: int) -> QuerySet[Clock]:
    return Clock.objects.select_for_update(no_key=True).filter(
        item_id=item_id, kind=ClockKind.REGULATORY, state__in=LIVE
    )


def _owe(item_id: int, other: Clock, *, at: datetime, actor_id: int) -> dict[str, Any]:
    """What the case was given, if it did not owe as much already, and what it gave up for it."""
    standard = card_of(other.standard_id)
    assert standard is not None, "the database has no law's clock without its standard"
    known = Clock.objects.select_for_update(no_key=True).filter(
        item_id=item_id, standard__standard_id=standard.standard_id
    )
    found = list(known.exclude(state=ClockState.CANCELLED))
    if any(each.state not in LIVE or each.started_at <= other.started_at for each in found):
        return {"given": None, "ended": {}}
    enter(found, Moment(ClockVerb.CANCEL, at, reason="merged"), actor_id=actor_id)
    given = _begin_law(item_id, standard.id, begun=other.started_at, actor_id=actor_id)
    return {
        "given": given.pk if given else None,
        "ended": {str(each.standard_id): each.started_at.isoformat() for each in found},
    }


def _begin_law(
    item_id: int, version_id: int, *, begun: datetime, actor_id: int
) -> Clock | None:
    law, item = card_of(version_id), lock_item(item_id)
    if law is None or not law.names_time_for(item.priority):
        return None
    count = Clock.objects.filter(item_id=item_id, kind=ClockKind.REGULATORY).count()
    planned = law_plan(law, priority=item.priority, at=begun)
    return begin(planned, item_id, instance=count + 1, at=begun, actor_id=actor_id)


def _law(standard_id: int, at: datetime) -> StandardCard:
    versions = [card for card in standards() if card.standard_id == standard_id]
    if not any(card.legal and card.kind is ClockKind.REGULATORY for card in versions):
        raise Invalid(
            "not_a_law", gettext_noop("Choose a standard that is a law's and still in use.")
        )
    found = next((card for card in versions if card.holds_at(at)), None)
    if found is None:
        raise Invalid("not_in_force", gettext_noop("This law was not in force at that time."))
    return found
