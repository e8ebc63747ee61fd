"""What a rule would have done with a case: its own story, read with another rule. Constant queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Q

from recovery.escalation.policy import people_for
from recovery.escalation.policy.rule_drafts import RuleDraft
from recovery.escalation.policy.triggers import RuleCard, after
from recovery.escalation.selectors.ladders import roster_of
from recovery.escalation.states import DropReason, Trigger
from recovery.events.models import Event
from recovery.failures.models import WorkItem
from recovery.failures.selectors import facts_of_item, items_with_facts
from recovery.kernel.conditions import Condition, unmet
from recovery.org.selectors import calendar_of, schedule_of, system_person

MOST_READ = 2_000
WORKING_DAY = 8 * 60


def drafted_card(draft: RuleDraft) -> RuleCard:
    """A rule that is only tried, as if it had always held."""
    return RuleCard(
        id=0,
        rule_id=0,
        name="",
        trigger=draft.trigger,
        since=None,
        until=None,
        wait=timedelta(minutes=draft.wait_minutes),
        in_hours=draft.in_hours,
        when=draft.when,
        every=timedelta(minutes=draft.every or 0),
        most=draft.most or 1,
        tells=draft.tells,
        level=draft.level,
        assigns=draft.assigns,
        task_kind=draft.task_kind,
        task_words=draft.task_words,
        task_days=draft.task_days or 0,
    )


@dataclass(frozen=True, slots=True)
class Tried:
    """One time a rule would have fired: because of which verb, whom it would have told, until
    when its task; `dropped` says why it would have been let go."""

    at: datetime
    because: str
    caused_at: datetime
    occurrence: int
    people: Sequence[int]
    task_due_at: datetime | None
    dropped: DropReason | None


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """All of it; `unmet` are conditions that do not hold of the case as it is today."""

    lines: Sequence[Tried]
    unmet: Sequence[Condition]


def trial_of_rule(item: WorkItem, rule: RuleCard, now: datetime) -> RuleTrial:
    """What `rule` would have done with a case up to now, had it always held.

    Facts and people are those of today. Four queries.
    """
    known = items_with_facts([item.pk])[item.pk]
    story = list(_story(item))
    schedule = schedule_of(calendar_of(item.department_id))
    people = people_for(rule.tells, roster_of(item)) if rule.tells else []
    lines = []
    if item.kind in rule.card.tracks:
        for because, begun, until in _causes(rule, item, story, now=now):
            for number, at in enumerate(rule.times(begun, schedule), start=1):
                if at > now or (until is not None and at > until):
                    break
                minutes = timedelta(minutes=rule.task_days * WORKING_DAY)
                due_at = after(at, minutes, schedule) if rule.task_kind else None
                dropped = _dropped(rule, item, story, begun=begun, at=at)
                lines.append(Tried(at, because, begun, number, people, due_at, dropped))
    return RuleTrial(lines, unmet(rule.when, facts_of_item(known)))


def _story(item: WorkItem) -> Sequence[Event]:
    of_failure = Q(stream=f"failure:{item.failure_id}") if item.failure_id else Q(pk__in=[])
    found = Event.objects.filter(Q(stream=f"{item.kind}:{item.pk}") | of_failure)
    return list(found.order_by("pk")[:MOST_READ])


def _causes(
    rule: RuleCard, item: WorkItem, story: Sequence[Event], *, now: datetime
) -> Iterator[tuple[str, datetime, datetime | None]]:
    """(verb, from when it waits, until when it may fire) of everything that sets it off."""
    if rule.trigger is Trigger.AGE:
        yield "", item.opened_at, item.closed_at
        return
    if rule.trigger is Trigger.INACTIVE:
        system = system_person().pk
        own = [each for each in story if each.item_id == item.pk and each.actor_id != system]
        acts = [item.opened_at, *(each.at for each in own), item.closed_at or now]
        for begun, until in pairwise(sorted(acts)):
            yield "", begun, until
        return
    for event in story:
        facts = event.public | event.private
        card = rule.card
        if event.verb not in card.verbs:
            continue
        if card.fact and facts.get(card.fact) != card.value:
            continue
        yield event.verb, rule.begins(facts, event.at), None
        if card.once:
            return


def _dropped(
    rule: RuleCard, item: WorkItem, story: Sequence[Event], *, begun: datetime, at: datetime
) -> DropReason | None:
    undoes = rule.card.undone_by
    if any(each.verb in undoes and begun < each.at <= at for each in story):
        return DropReason.MOOT
    ended = item.closed_at is not None and item.closed_at <= at
    return DropReason.CASE_ENDED if ended and not rule.card.after_end else None
