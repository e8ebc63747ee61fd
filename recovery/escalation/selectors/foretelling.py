"""What rules will do with a case if nothing happens: what they have planned, and what time brings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from recovery.escalation.policy import people_for
from recovery.escalation.policy.triggers import BY_TIME, ELSEWHERE, RuleCard
from recovery.escalation.selectors.ladders import roster_of
from recovery.escalation.selectors.rules import last_act_of, rules, waiting_firings
from recovery.escalation.states import Trigger
from recovery.failures.models import WorkItem
from recovery.failures.selectors import facts_of_item, items_with_facts
from recovery.failures.states import TrackKind
from recovery.kernel.conditions import Condition, unmet
from recovery.org.selectors import calendar_of, schedule_of


@dataclass(frozen=True, slots=True)
class Foretold:
    """One thing a rule will do at `at`, unless a condition in `unmet` still does not hold then."""

    at: datetime
    rule: RuleCard
    occurrence: int
    people: Sequence[int]
    unmet: Sequence[Condition]


def foretold(item: WorkItem, now: datetime) -> list[Foretold]:
    """What rules will do with an open or ended case, the soonest first; six queries at most."""
    if item.kind == TrackKind.EMPLOYEE:
        return []
    known, roster = rules(), roster_of(item)
    facts = facts_of_item(items_with_facts([item.pk])[item.pk])
    coming = [
        (each.due_at, known[each.version_id], each.occurrence)
        for each in waiting_firings(item.pk)
        if each.version_id in known
    ]
    if item.closed_at is None:
        coming += _by_time(item, now)
    return [
        Foretold(
            at=at,
            rule=rule,
            occurrence=number,
            people=people_for(rule.tells, roster) if rule.tells else (),
            unmet=unmet(rule.when, facts),
        )
        for at, rule, number in sorted(coming, key=lambda each: each[0])
    ]


def _by_time(item: WorkItem, now: datetime) -> Iterator[tuple[datetime, RuleCard, int]]:
    hours = schedule_of(calendar_of(item.department_id))
    act_at = last_act_of(item)
    for rule in rules().values():
        if rule.trigger not in BY_TIME or item.kind not in rule.card.tracks:
            continue
        lies_still = rule.trigger is Trigger.INACTIVE
        if lies_still and item.waiting_for in ELSEWHERE:
            continue
        begun = max(act_at or item.opened_at, item.opened_at) if lies_still else item.opened_at
        for number, at in enumerate(rule.times(begun, hours), start=1):
            if at > now and rule.holds_at(at):
                yield at, rule, number
