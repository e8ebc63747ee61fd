"""From the log to firings: each written once, before anything is done, with what it plans."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import connection

from recovery.escalation.models import RuleFiring, Task, Watch
from recovery.escalation.policy.triggers import BEGINS, RuleCard
from recovery.escalation.selectors import busy_pairs, rules
from recovery.escalation.services.todo import write_down
from recovery.escalation.states import FiringState, TaskKind, TaskState
from recovery.events.models import Audience
from recovery.events.services import EventRow, record_many
from recovery.failures.models import WorkItem
from recovery.failures.selectors import facts_of_item, items_with_facts
from recovery.failures.states import TrackKind
from recovery.kernel import rows
from recovery.kernel.conditions import all_hold
from recovery.org.selectors import calendar_of, schedule_of, system_person

if TYPE_CHECKING:
    from recovery.events.models import Event

WORKING_DAY: Final = 8 * 3600


@dataclass(frozen=True, slots=True)
class Cue:
    """A version set off on a case: by which entry of the log (0: by none), from when it waits.

    `number` is the one repeat meant; None means all of them.
    """

    rule: RuleCard
    item_id: int
    cause: int
    begun: datetime
    number: int | None = None


def set_off(events: Sequence["Event"], now: datetime) -> int:
    """Write what these entries of the log set off; how many firings. Twice changes nothing.

    No query when no rule is meant by any of them.
    """
    known = rules().values()
    meant = [
        (event, rule)
        for event in events
        for rule in known
        if rule.is_set_off_by(event.verb, event.public | event.private, event.at)
    ]
    if not meant:
        return 0
    first = _first_cases(event for event, _rule in meant if event.item_id is None)
    cues = [
        Cue(
            rule,
            item_id,
            0 if rule.card.once else event.pk,
            rule.begins(event.public | event.private, event.at),
        )
        for event, rule in meant
        if (item_id := event.item_id or first.get(event.failure_id or 0))
    ]
    return write_firings(cues, now)


def _first_cases(events: Iterable["Event"]) -> dict[int, int]:
    """For news of a failure the first of its customer cases: five hundred cases hear it once."""
    wanted = {event.failure_id for event in events if event.failure_id}
    if not wanted:
        return {}
    found = WorkItem.objects.filter(failure_id__in=wanted, kind=TrackKind.CUSTOMER)
    pairs = found.order_by("failure_id", "pk").distinct("failure_id")
    return {failure or 0: key for failure, key in pairs.values_list("failure_id", "pk")}


type Key = tuple[int, int, int, int]


def write_firings(cues: Sequence[Cue], now: datetime) -> int:
    """Write the firings of rules whose conditions hold, and the tasks they plan."""
    items = items_with_facts({cue.item_id for cue in cues}) if cues else {}
    lines = _lines(cues, items)
    if not lines:
        return 0
    with connection.cursor() as cursor:
        written = rows.insert(
            cursor,
            RuleFiring,
            [
                {
                    "version_id": version,
                    "item_id": item_id,
                    "cause": cause,
                    "occurrence": number,
                    "caused_at": cue.begun,
                    "due_at": due_at,
                    "state": str(FiringState.FIRED if due_at <= now else FiringState.WAITING),
                }
                for (version, item_id, cause, number), (cue, due_at) in lines.items()
            ],
            on_conflict="(version_id, item_id, cause, occurrence) DO NOTHING",
            returning=["id", "version_id", "item_id", "cause", "occurrence"],
        )
    fresh = {key: lines[*line] for key, *line in written}
    for key, (cue, due_at) in fresh.items():
        if cue.rule.task_kind:
            _plan_task(cue, items[cue.item_id], firing_id=key, due_at=due_at, now=now)
    due = [(key, cue.item_id) for key, (cue, due_at) in fresh.items() if due_at <= now]
    tell_fired(due, now)
    return len(fresh)


def _lines(
    cues: Sequence[Cue], items: Mapping[int, WorkItem]
) -> dict[Key, tuple[Cue, datetime]]:
    """What is to be written, by what makes it unique, with when it is due."""
    busy = busy_pairs(items) if any(cue.rule.task_kind for cue in cues) else set()
    lines: dict[Key, tuple[Cue, datetime]] = {}
    for cue in cues:
        item = items.get(cue.item_id)
        if item is None or not _applies(cue.rule, item, busy):
            continue
        if cue.rule.task_kind:
            busy.add((cue.rule.rule_id, item.pk))
        times = cue.rule.times(cue.begun, schedule_of(calendar_of(item.department_id)))
        for number, due_at in enumerate(times, start=1):
            if cue.number in {None, number}:
                lines[cue.rule.id, cue.item_id, cue.cause, number] = (cue, due_at)
    return lines


def _applies(rule: RuleCard, item: WorkItem, busy: set[tuple[int, int]]) -> bool:
    """Whether a rule has anything to do with this case now; support and history are left alone."""
    if item.kind not in rule.card.tracks or (item.failure and item.failure.history):
        return False
    if rule.task_kind and (rule.rule_id, item.pk) in busy:
        return False
    return all_hold(rule.when, facts_of_item(item))


def _plan_task(
    cue: Cue, item: WorkItem, *, firing_id: int, due_at: datetime, now: datetime
) -> None:
    """Let what a rule will ask for stand on the case from now on."""
    system = system_person()
    task = Task.objects.create(
        item=item,
        kind=TaskKind(cue.rule.task_kind),
        words=cue.rule.task_words,
        state=TaskState.PLANNED,
        opens_at=due_at,
        target_seconds=cue.rule.task_days * WORKING_DAY,
        firing_id=firing_id,
        made_by=system,
        made_at=min(cue.begun, now),
    )
    if due_at > now:
        write_down(task, item, "task.planned", actor_id=system.pk, at=now)


def tell_fired(fired: Sequence[tuple[int, int]], now: datetime) -> None:
    """Say in the log which firings (id, case) are to be acted on; no page shows these."""
    system = system_person().pk if fired else 0
    record_many(
        [
            EventRow(
                stream=f"rule-firing:{key}",
                verb="rule.fired",
                actor_id=system,
                at=now,
                item_id=item_id,
                audience=Audience.SCOPE,
                public={"firing": key},
            )
            for key, item_id in fired
        ],
        with_ids=False,
    )


def watch_cases(events: Sequence["Event"], now: datetime) -> None:
    """See that cases just opened are looked at for age and inactivity; one statement."""
    found = {
        event.item_id: {"item_id": event.item_id, "look_at": now}
        for event in events
        if event.verb in BEGINS and event.item_id and not event.public.get("history")
    }
    with connection.cursor() as cursor:
        rows.insert(
            cursor,
            Watch,
            [found[key] for key in sorted(found)],
            on_conflict="(item_id) DO UPDATE SET look_at = excluded.look_at",
        )
