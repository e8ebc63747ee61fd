"""Rules for the tests: made as rows, as if they had held for ever, without those of the house."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from recovery.escalation.models import Rule, RuleFiring, RuleVersion
from recovery.escalation.selectors import rules
from recovery.escalation.services import sweep, sweep_rules
from recovery.events.services import pump, record
from recovery.failures.models import WorkItem
from recovery.messages.models import Message
from recovery.org.models import Person
from tests.factories import NOON

ALWAYS = DateTimeTZRange(datetime(2000, 1, 1, tzinfo=UTC), None)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAYS = 24 * 60
SHIFT = 8 * 60
CALL = {"task_kind": "call_back", "task_words": "Call her", "task_days": 1}


def only_rule(trigger: str, **says: Any) -> RuleVersion:
    """One rule and no other, in force for ever unless `effective` says otherwise."""
    now = DateTimeTZRange(datetime(1990, 1, 1, tzinfo=UTC), datetime(1990, 1, 2, tzinfo=UTC))
    RuleVersion.objects.update(effective=now)
    return rule(trigger, **says)


def rule(trigger: str, **says: Any) -> RuleVersion:
    """One more rule."""
    number = Rule.objects.count() + 1
    made = Rule.objects.create(key=f"rule-{number}", name=f"Rule {number}")
    facts = {"effective": ALWAYS, "number": 1} | says
    version = RuleVersion.objects.create(rule=made, trigger=trigger, **facts)
    rules.forget()
    return version


def happens(item: WorkItem, verb: str, actor: Any, *, at: datetime = NOON, **facts: Any) -> int:
    """An entry in a case's own story, as the verb would write it."""
    return record(
        stream=f"{item.kind}:{item.pk}",
        verb=verb,
        actor_id=actor.pk,
        at=at,
        failure_id=item.failure_id,
        item_id=item.pk,
        audience="scope",
        public=facts,
    )


def passes(until: datetime) -> None:
    """Let the worker do all that is to be done by then."""
    pump(until)
    sweep(until)
    sweep_rules(until)
    pump(until)


def firings(item: WorkItem) -> list[tuple[str, str]]:
    """(state, why it was let go) of all that rules wrote on a case, in order."""
    found = RuleFiring.objects.filter(item=item).order_by("due_at", "id")
    return list(found.values_list("state", "dropped"))


def told(person: Person) -> int:
    """How often rules have told somebody."""
    mine = Message.objects.filter(recipient=person, channel="inbox", kind="rule.acted")
    return mine.count()


def end(item: WorkItem, at: datetime) -> None:
    """Let a case end, whatever its track says of it."""
    WorkItem.objects.filter(pk=item.pk).update(closed_at=at)
    item.refresh_from_db()
