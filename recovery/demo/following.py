"""The airline's follow-ups: its rules hold for the last weeks of the play, and are followed."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from recovery.demo.engine import Stage
from recovery.demo.world import World
from recovery.escalation.models import Rule, Task
from recovery.escalation.policy.rule_drafts import RuleDraft
from recovery.escalation.selectors import rule_card
from recovery.escalation.services import do_task, make_rule_version, retire_rule
from recovery.escalation.states import TaskState
from recovery.org.models import Person
from recovery.org.roles import Role

# Calling back for eighteen months would make the play long and tell nothing more.
HELD_FOR: Final = timedelta(days=21)
LATEST: Final = timedelta(days=2)  # what came up last is left for whoever looks around
_SAID: Final = (
    "Reached, all is well. Thanked us for asking.",
    "Reached. Nothing is open any more.",
    "Left a message; she called back and is content.",
)


def introduce_rules(world: World, *, now: datetime, since: datetime) -> None:
    """Let the rules of the house hold from `since` on, as the airline's own next versions."""
    admin = next(
        each for each in world.people.values() if each.memberships.filter(role=Role.ADMIN)
    )
    for rule in Rule.objects.order_by("pk"):
        card = rule_card(rule.versions.select_related("rule").get())
        retire_rule(rule_id=rule.pk, actor=admin, now=now)
        draft = RuleDraft(
            trigger=card.trigger,
            wait_minutes=int(card.wait.total_seconds() // 60),
            in_hours=card.in_hours,
            when=card.when,
            tells=card.tells,
            level=card.level,
            task_kind=card.task_kind,
            task_words=card.task_words,
            task_days=card.task_days or None,
        )
        make_rule_version(rule_id=rule.pk, draft=draft, since=since, actor=admin, now=now)


def follow_up(stage: Stage, now: datetime) -> None:
    """Those who hold cases do what has come up on them, before the last days."""
    if not stage.end - HELD_FOR <= now <= stage.end - LATEST:
        return
    waiting = Task.objects.filter(state=TaskState.OPEN, item__owner__isnull=False)
    for task in waiting.select_related("item__owner").order_by("pk"):
        if task.item.owner is not None:
            stage.at(now, partial(_do, task.pk, task.item.owner))


def _do(task_id: int, owner: Person, now: datetime) -> None:
    do_task(task_id=task_id, words=_SAID[task_id % len(_SAID)], actor=owner, now=now)
