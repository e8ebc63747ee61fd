"""What the log's firings set in motion."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from recovery.escalation.policy.triggers import BEGINS, LET_GO, SET_OFF
from recovery.escalation.services import (
    act_on_rule,
    answer_firings,
    let_go,
    set_off,
    watch_cases,
)
from recovery.events.registry import consumer, consumer_of_many

if TYPE_CHECKING:
    from recovery.events.models import Event


@consumer_of_many("escalation-tell", verbs=frozenset({"escalation.fired"}))
def tell_of_firings(events: Sequence["Event"], now: datetime) -> None:
    """Raise the cases and tell their people, in the transaction that advances this consumer."""
    fired = [(event.public | event.private)["firing"] for event in events]
    answer_firings(firing_ids=fired, now=now)


@consumer_of_many("escalation-rules", verbs=SET_OFF)
def set_off_rules(events: Sequence["Event"], now: datetime) -> None:
    """Write what rules make of the news, before anything is done about it."""
    set_off(events, now)


@consumer_of_many("escalation-watch", verbs=BEGINS)
def watch_new_cases(events: Sequence["Event"], now: datetime) -> None:
    """See that new cases are looked at for age and inactivity."""
    watch_cases(events, now)


@consumer("escalation-rule-acts", verbs=frozenset({"rule.fired"}))
def act_on_fired_rule(event: "Event", now: datetime) -> None:
    """Do what a rule says, in the transaction that advances this consumer."""
    if event.item_id is not None:
        act_on_rule(firing_id=event.public["firing"], item_id=event.item_id, now=now)


@consumer("escalation-let-go", verbs=LET_GO)
def let_go_of_plans(event: "Event", now: datetime) -> None:
    """Cancel what rules have planned on a case that has ended, or whose matter is settled."""
    if event.item_id is not None:
        let_go(item_id=event.item_id, now=now)
