"""Ladders as the sweep needs them, kept in the process for a moment; who is told, and when."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from django.db.models import Q

from recovery.clocks.models import Clock, Promise
from recovery.clocks.selectors import LIVE, clocks_of, promises_on
from recovery.clocks.states import ClockKind, ClockState
from recovery.escalation.models.ladders import Firing, LadderVersion, LevelChange, Rung
from recovery.escalation.policy import (
    Call,
    ClockCard,
    Fired,
    LadderCard,
    Roster,
    RungCard,
    Seat,
    ladder_for,
    people_for,
    preview,
    trial,
)
from recovery.escalation.registry import deputies
from recovery.escalation.states import HIGHEST, TIER_TELLS, Tells
from recovery.failures.models import WorkItem
from recovery.failures.selectors import facts_of_item, items_with_facts
from recovery.failures.states import TrackKind
from recovery.kernel.conditions import Facts, read
from recovery.kernel.snapshots import Snapshot
from recovery.org.models import Membership, Person
from recovery.org.roles import ROLES, Permission
from recovery.org.selectors import can, lineage_of, schedule_of

_OPERATING = [role for role, card in ROLES.items() if Permission.OPERATE in card.permissions]
SUPPORT_KINDS = frozenset({ClockKind.OFFER_SUPPORT, ClockKind.FOLLOW_UP_SUPPORT})
_READ = {
    TrackKind.CUSTOMER.value: Permission.CASE_READ,
    TrackKind.PROCESS.value: Permission.PROCESS_READ,
}
_NAMED = (Tells.MANAGER.value, Tells.PROCESS_OWNER.value)


def card_of(rung: Rung) -> RungCard:
    """A rung as the rules read it."""
    return RungCard(
        rung.pk, rung.percent, rung.tells, rung.level, minutes=rung.minutes or 0,
        in_real_time=rung.in_real_time, in_hours=rung.in_hours, every=rung.every,
        most=rung.most, when=read(rung.when), assigns=rung.assigns,
        task_kind=rung.task_kind, task_words=rung.task_words, task_days=rung.task_days,
    )  # fmt: skip


def _read() -> tuple[LadderCard, ...]:
    # An empty range would read as one without ends.
    versions = LadderVersion.objects.exclude(effective__isempty=True)
    versions = versions.select_related("ladder").prefetch_related("rungs")
    return tuple(
        LadderCard(
            kind=version.ladder.clock_kind,
            since=version.effective.lower,
            until=version.effective.upper,
            rungs=tuple(rungs_of(version)),
        )
        for version in versions
    )


def _order(rung: Rung) -> int:
    return rung.order


ladders = Snapshot(_read)


def roster_of(item: WorkItem) -> Roster:
    """Who could be told of a case; two queries, whatever the ladder."""
    return rosters_of([item])[item.pk]


def rosters_of(
    items: Collection[WorkItem], promises: Collection[Promise] = ()
) -> dict[int, Roster]:
    """Who could be told of each of these cases, by item; as many queries for one as for many.

    The seats are those of all their desks, and of the desks of `promises` on them.
    """
    owners = {each.owner_id for each in items if each.owner_id is not None}
    active = set(
        Person.objects.filter(pk__in=owners, is_active=True).values_list("pk", flat=True)
    )
    open_cases = [each for each in items if each.kind != TrackKind.EMPLOYEE]
    desks = {each.department_id for each in open_cases} | {each.desk_id for each in promises}
    lines = {key: lineage_of(key) for key in desks}
    seats = _seats({key for line in lines.values() for key in line}) if desks else []
    instead = deputies([each.pk for each in items if each.kind == TrackKind.EMPLOYEE])
    found = {}
    for item in items:
        holder = item.owner_id if item.owner_id in active else None
        if item.kind == TrackKind.EMPLOYEE:
            others = instead.get(item.pk, ())
            found[item.pk] = Roster(item.owner_id, holder, deputies=others, is_support=True)
        else:
            line = lines[item.department_id]
            found[item.pk] = Roster(item.owner_id, holder, lineage=line, seats=seats)
    return found


def roster_for(promise: Promise | None, roster: Roster) -> Roster:
    """Who could be told of a promise on a case with `roster`: its own holder and desk. No query.

    The holder must have been loaded with it.
    """
    if promise is None:
        return roster
    holder = promise.holder
    lineage = lineage_of(promise.desk_id) if promise.desk_id else roster.lineage
    return replace(
        roster,
        owner_id=promise.holder_id,
        holder_id=holder.pk if holder is not None and holder.is_active else None,
        lineage=lineage,
    )


def stands_at_tier(person: Person, item: WorkItem) -> bool:
    """Whether a case has risen to `person`: of the people its tier calls, and able to read it.

    No query for a case at the front line, three at most for others.
    """
    read = _READ.get(item.kind)
    if item.level < 1 or item.closed_at is not None or read is None:
        return False
    circle = TIER_TELLS[min(item.level, HIGHEST)]
    return can(person, read, item.department_id) and person.pk in people_for(
        circle, roster_of(item)
    )


def _seats(lineage: Collection[int]) -> list[Seat]:
    here = Q(department_id__in=lineage) & (Q(is_lead=True) | Q(role__in=_NAMED))
    found = Membership.objects.filter(
        here | Q(role__in=_OPERATING),
        until__isnull=True,
        person__is_active=True,
        person__kind=Person.Kind.HUMAN,
    )
    return [
        Seat(
            each.person_id, each.role, each.department_id, is_lead=each.is_lead,
            operates=each.role in _OPERATING,
        )
        for each in found
    ]  # fmt: skip


def clock_card(clock: Clock) -> ClockCard:
    """A clock as the preview reads it."""
    return ClockCard(
        id=clock.pk,
        kind=clock.kind,
        schedule=schedule_of(clock.calendar_id),
        target=timedelta(seconds=clock.target_seconds),
        due_at=clock.due_at,
        is_live=clock.state in LIVE,
        is_paused=clock.state == ClockState.PAUSED,
        ended_at=clock.met_at,
        round=clock.round,
    )


def calls_of(item: WorkItem, now: datetime) -> list[Call]:
    """Who has heard what of a case, and who hears what when if nothing happens.

    Four queries, and one more where a rung has conditions.
    """
    clocks = clocks_of(item.pk)
    known, promises = ladders(), promises_on(clocks)
    rungs = {each.pk: ladder_for(known, each.kind, each.started_at) for each in clocks}
    roster = rosters_of([item], promises.values())[item.pk]
    return preview(
        map(clock_card, clocks),
        rungs,
        roster=roster,
        rosters={key: roster_for(each, roster) for key, each in promises.items()},
        fired=_fired(clocks),
        now=now,
        facts=_facts(item, chain.from_iterable(rungs.values())),
    )


def _fired(clocks: Iterable[Clock]) -> list[Fired]:
    found = Firing.objects.filter(clock__in=list(clocks)).select_related("rung")
    return [
        Fired(
            card_of(each.rung),
            each.clock_id,
            each.occurrence,
            each.fired_at,
            each.told,
            round=each.round,
            held_back=each.held_back,
        )
        for each in found.order_by("fired_at", "id")
    ]


def _facts(item: WorkItem, rungs: Iterable[RungCard]) -> Facts:
    """What conditions of these rungs ask about a case; no query where none asks anything."""
    if not any(rung.when for rung in rungs):
        return {}
    return facts_of_item(items_with_facts([item.pk])[item.pk])


def trial_of(item: WorkItem, kind: str, rungs: Sequence[RungCard]) -> list[Call]:
    """Who would have heard what of each clock of `kind` on a case, had `rungs` been its ladder.

    People and facts are those of today; a cancelled clock calls nobody. Four queries.
    """
    roster, facts = roster_of(item), _facts(item, rungs)
    return [
        call
        for clock in clocks_of(item.pk)
        if clock.kind == kind and clock.state != ClockState.CANCELLED
        for call in trial(clock_card(clock), rungs, roster=roster, facts=facts)
    ]


def circles_held() -> frozenset[str]:
    """The circles in which there is anybody in the house; the owner's own counts. One query."""
    found = Membership.objects.filter(
        until__isnull=True, person__is_active=True, person__kind=Person.Kind.HUMAN
    ).values_list("role", "is_lead")
    held = {Tells.OWNER.value}
    for role, is_lead in found.distinct():
        held |= {role} & set(_NAMED)
        held |= {Tells.OPERATOR.value} if role in _OPERATING else set()
        held |= {Tells.DESK_LEAD.value, Tells.UPPER_LEAD.value} if is_lead else set()
    return frozenset(held)


def ladder_versions() -> dict[str, list[LadderVersion]]:
    """Every version of every ladder by kind of clock, newest first, with rungs; two queries."""
    found: dict[str, list[LadderVersion]] = {}
    versions = LadderVersion.objects.exclude(effective__isempty=True)
    versions = versions.select_related("ladder", "made_by").prefetch_related("rungs")
    for version in versions.order_by("-number"):
        found.setdefault(version.ladder.clock_kind, []).append(version)
    return found


def rungs_of(version: LadderVersion) -> list[RungCard]:
    """The rungs of a version read by ladder_versions, in order. No query."""
    return [card_of(rung) for rung in sorted(version.rungs.all(), key=_order)]


def level_changes(item_id: int) -> list[LevelChange]:
    """How a case was raised and stepped down by hand, newest first; one query."""
    found = LevelChange.objects.filter(item_id=item_id).select_related("by")
    return list(found.order_by("-at", "-id"))
