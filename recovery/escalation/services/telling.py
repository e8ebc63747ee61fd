"""What follows a firing: the case rises, and those on the rung are told, once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from recovery.clocks.selectors import LIVE, promises_on, reading
from recovery.clocks.states import ClockKind
from recovery.escalation.models import Firing, Rung
from recovery.escalation.policy import Roster, people_for
from recovery.escalation.selectors import roster_for, rosters_of
from recovery.escalation.services.deeds import give, open_task_of
from recovery.events.services import record_many
from recovery.failures.models import WorkItem
from recovery.failures.selectors import (
    facts_of_item,
    is_urgent,
    item_reference,
    items_with_facts,
)
from recovery.failures.services import case_news, lock_items
from recovery.failures.states import TrackKind
from recovery.kernel.conditions import all_hold, read
from recovery.messages.services import Notice, tell_many
from recovery.org.selectors import system_person

RAISE: Final = """
UPDATE failures_workitem AS item SET level = up.level
FROM unnest(%s::bigint[], %s::smallint[]) AS up(id, level) WHERE item.id = up.id
"""
ANSWERED: Final = """
UPDATE escalation_firing AS firing SET answered_at = %s, told = done.told::bigint[],
  held_back = done.held_back
FROM unnest(%s::bigint[], %s::text[], %s::boolean[]) AS done(id, told, held_back)
WHERE firing.id = done.id
"""

log = structlog.get_logger(__name__)

PATHS = {
    TrackKind.CUSTOMER: "/cases/{}/",
    TrackKind.PROCESS: "/processes/{}/",
    TrackKind.EMPLOYEE: "/support/{}/",
}


def answer_firings(*, firing_ids: Collection[int], now: datetime) -> int:
    """Raise the cases to their rungs' levels and tell their people; return how many were told.

    Nothing happens where the clock was met, cancelled or given another time meanwhile, nor for
    a repeat that the next one has overtaken: nobody is told of what is done, or of the same
    twice at once, nor where a condition of the rung does not hold by now. The items are locked
    first, as in every verb, so that this cannot be half true. The queries are as many for one
    firing as for hundreds, but for what a rung gives away or opens.
    """
    known = Firing.objects.filter(pk__in=firing_ids, answered_at__isnull=True)
    items = lock_items(set(known.values_list("clock__item_id", flat=True)))
    # Read again: what is true of a clock is known only once its item is locked.
    firings = list(known.select_related("rung", "clock").order_by("pk"))
    current = _still_wanted(firings)
    promises = promises_on([each.clock for each in current])
    here = {each.clock.item_id for each in current}
    rosters = rosters_of([items[key] for key in here], promises.values())
    known_of = _known_of(current)
    told: dict[int, list[int]] = {}
    notices: list[Notice] = []
    for each in current:
        item, promise = items[each.clock.item_id], promises.get(each.clock_id)
        if not _holds(each.rung, known_of.get(item.pk)):
            continue
        people = people_for(each.rung.tells, roster_for(promise, rosters[item.pk]))
        rosters[item.pk] = _do(each, item, people, roster=rosters[item.pk], now=now)
        holder_id = item.owner_id if promise is None else promise.holder_id
        notices += _notices(each, item, people=people, holder_id=holder_id, now=now)
        told[each.pk] = people
    _raise([each for each in current if each.pk in told], items)
    tell_many(notices)
    held_back = [each for each in current if each.pk not in told]
    _say_held_back(held_back, items, now)
    _write_down(firings, told, {each.pk for each in held_back}, now=now)
    return sum(map(len, told.values()))


def _still_wanted(firings: Sequence[Firing]) -> list[Firing]:
    return [
        each
        for each, overtaken in _overtaken(firings)
        if not overtaken and each.clock.state in LIVE and each.round == each.clock.round
    ]


def _do(
    firing: Firing, item: WorkItem, people: list[int], *, roster: Roster, now: datetime
) -> Roster:
    """Give the case away and open a task where the rung says so; the roster from then on."""
    if firing.rung.task_kind:
        open_task_of(firing, item, now=now)
    if not firing.rung.assigns or item.closed_at is not None:
        return roster
    if not give(item, people, actor_id=system_person().pk, now=now):
        return roster
    # Whoever holds it from now on is told so, by this rung and by those after it.
    return replace(roster, owner_id=item.owner_id, holder_id=item.owner_id)


def _known_of(firings: Sequence[Firing]) -> dict[int, WorkItem]:
    """The cases with all that conditions ask about; no query where no rung asks anything."""
    asking = {each.clock.item_id for each in firings if each.rung.when}
    return items_with_facts(asking) if asking else {}


def _holds(rung: Rung, known: WorkItem | None) -> bool:
    """Whether a rung's conditions hold of a case, as those before it in the batch left it."""
    if known is None:
        return True
    if not all_hold(read(rung.when), facts_of_item(known)):
        return False
    if known.closed_at is None:
        known.level = max(known.level, rung.level)
    return True


def _say_held_back(
    firings: Sequence[Firing], items: Mapping[int, WorkItem], now: datetime
) -> None:
    """Let the story say why nobody was called."""
    if not firings:
        return
    system = system_person().pk
    news = []
    for each in firings:
        item = items[each.clock.item_id]
        facts = {"firing": each.pk, "clock": each.clock_id, "kind": each.clock.kind}
        news.append(
            case_news(
                "escalation.held_back",
                facts,
                kind=item.kind,
                item_id=item.pk,
                failure_id=item.failure_id,
                owner_id=item.owner_id,
                actor_id=system,
                at=now,
            )
        )
    record_many(news, with_ids=False)


def _overtaken(firings: Sequence[Firing]) -> Iterator[tuple[Firing, bool]]:
    """Each with whether a later repeat of its rung has fired too: that one says it."""
    repeated = [each for each in firings if each.occurrence < each.rung.most]
    latest: dict[tuple[int, ...], int] = {}
    if repeated:
        found = Firing.objects.filter(
            clock_id__in={each.clock_id for each in repeated},
            rung_id__in={each.rung_id for each in repeated},
        )
        of_a_round = found.values_list("rung_id", "clock_id", "round")
        latest = {(*key,): last for *key, last in of_a_round.annotate(Max("occurrence"))}
    for each in firings:
        last = latest.get((each.rung_id, each.clock_id, each.round), 0)
        yield each, each.occurrence < last


def _raise(firings: Sequence[Firing], items: Mapping[int, WorkItem]) -> None:
    """Lift the cases to the highest of their rungs' levels.

    Not a change anybody wrote, so forms being filled in stay valid: no new version.
    """
    levels: dict[int, int] = {}
    for each in firings:
        item = items[each.clock.item_id]
        # An ended case has nothing left to rise with; what was promised on it is still told.
        if item.closed_at is None:
            levels[item.pk] = max(levels.get(item.pk, 0), each.rung.level)
    up = {key: level for key, level in levels.items() if level > items[key].level}
    if up:
        with connection.cursor() as cursor:
            cursor.execute(RAISE, [list(up), list(up.values())])


def _write_down(
    firings: Sequence[Firing],
    told: Mapping[int, Sequence[int]],
    held_back: Collection[int],
    *,
    now: datetime,
) -> None:
    if firings:
        people = [
            "{" + ",".join(map(str, told.get(each.pk, ()))) + "}"  # an array as text
            for each in firings
        ]
        keys = [each.pk for each in firings]
        with connection.cursor() as cursor:
            cursor.execute(ANSWERED, [now, keys, people, [key in held_back for key in keys]])


def _notices(
    firing: Firing,
    item: WorkItem,
    *,
    people: Sequence[int],
    holder_id: int | None,
    now: datetime,
) -> Iterator[Notice]:
    if not people:
        log.warning("nobody to tell", item_id=item.pk, firing_id=firing.pk)
        return
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
    for holds in (True, False):
        circle = [key for key in people if (key == holder_id) is holds]
        yield Notice(
            person_ids=circle,
            kind="escalation.fired",
            subject=subject,
            lines=[_ask(firing, item, holds=holds)],
            path=_path(item, reference, holds=holds),
            dedupe_key=f"firing:{firing.pk}",
            at=now,
            urgent=urgent,
            personal=holds,
        )


def _is_promise(firing: Firing) -> bool:
    return firing.clock.kind == ClockKind.PROMISE


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
