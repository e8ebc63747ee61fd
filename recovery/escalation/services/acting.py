"""Doing what a rule says, judged anew at that moment; letting go of what has become pointless."""

from datetime import datetime
from typing import Final

import structlog
from django.db.models import Q
from django.utils.translation import gettext as _

from recovery.escalation.models import RuleFiring, Task
from recovery.escalation.policy import people_for
from recovery.escalation.policy.triggers import RuleCard
from recovery.escalation.selectors import last_act, roster_of, rule_card
from recovery.escalation.services.deeds import give
from recovery.escalation.services.telling import PATHS
from recovery.escalation.services.todo import begin_task, end_task
from recovery.escalation.states import (
    OUTLIVES,
    DropReason,
    FiringState,
    TaskState,
    Trigger,
)
from recovery.events.models import Audience, Event
from recovery.events.services import record
from recovery.failures.models import WorkItem
from recovery.failures.selectors import (
    facts_of_item,
    is_urgent,
    item_reference,
    items_with_facts,
)
from recovery.failures.services import lock_item, stream_of
from recovery.failures.states import TrackKind
from recovery.kernel.conditions import all_hold
from recovery.messages.services import tell
from recovery.org.selectors import system_person

log = structlog.get_logger(__name__)

_LIVE: Final = (TaskState.PLANNED, TaskState.OPEN)


def act_on_rule(*, firing_id: int, item_id: int, now: datetime) -> bool:
    """Do all a fired rule says, or let it go with the reason; whether it was done.

    Once for ever: a firing that has been answered is left alone. The case is locked first.
    """
    item = lock_item(item_id)
    firing = RuleFiring.objects.select_related("version__rule").get(pk=firing_id)
    if firing.state != FiringState.FIRED:
        return False
    rule, task = rule_card(firing.version), Task.objects.filter(firing=firing).first()
    reason = _pointless(firing, rule, item, task=task) or _no_longer(rule, item)
    if reason is not None:
        _drop(firing, item, reason, task=task, now=now)
        return False
    done = _do(firing, rule, item, task=task, now=now)
    RuleFiring.objects.filter(pk=firing.pk).update(
        state=FiringState.DONE, answered_at=now, told=done
    )
    return True


def _do(
    firing: RuleFiring, rule: RuleCard, item: WorkItem, *, task: Task | None, now: datetime
) -> list[int]:
    """Raise, give, open, tell, in this order; returns who was told."""
    system = system_person().pk
    if rule.level > item.level and item.closed_at is None:
        # Not a change anybody wrote, so forms being filled in stay valid: no new version.
        WorkItem.objects.filter(pk=item.pk).update(level=rule.level)
    people = people_for(rule.tells, roster_of(item)) if rule.tells else []
    if rule.assigns and item.closed_at is None:
        give(item, people, actor_id=system, now=now)
    if task is not None:
        begin_task(task, item, actor_id=system, at=now)
    record(
        stream=stream_of(item),
        verb="rule.acted",
        actor_id=system,
        at=now,
        failure_id=item.failure_id,
        item_id=item.pk,
        audience=Audience.SCOPE,
        public={"rule": rule.rule_id, "version": rule.id, "firing": firing.pk},
    )
    if rule.tells and not people:
        log.warning("nobody to tell", item_id=item.pk, firing_id=firing.pk)
    _tell(firing, rule, item, people=people, now=now)
    return people


def _tell(
    firing: RuleFiring, rule: RuleCard, item: WorkItem, *, people: list[int], now: datetime
) -> None:
    reference = item_reference(item.kind, item.pk)
    for person_id in people:
        holds = person_id == item.owner_id
        tell(
            person_ids=[person_id],
            kind="rule.acted",
            subject=_("%(reference)s: %(rule)s")
            % {"reference": reference, "rule": _(rule.name)},
            lines=[
                _("You hold this case. Do the next step, or hand it over.")
                if holds
                else _("See that somebody takes the next step.")
            ],
            path=PATHS[TrackKind(item.kind)].format(reference),
            dedupe_key=f"rule:{firing.pk}",
            at=now,
            urgent=is_urgent(item) or rule.trigger is Trigger.AT_RISK,
            personal=holds,
        )


def let_go(*, item_id: int, now: datetime) -> int:
    """Cancel what rules have planned or opened on a case and no longer makes sense; how many."""
    waiting = RuleFiring.objects.filter(item_id=item_id, state=FiringState.WAITING)
    opened = Task.objects.filter(item_id=item_id, state__in=_LIVE, firing__isnull=False)
    if not waiting.exists() and not opened.exists():
        return 0
    item = lock_item(item_id)
    tasks = {each.firing_id: each for each in opened.select_related("clock")}
    firings = RuleFiring.objects.filter(
        Q(state=FiringState.WAITING) | Q(pk__in=[key for key in tasks if key]), item_id=item_id
    )
    count = 0
    for firing in firings.select_related("version__rule").order_by("pk"):
        rule, task = rule_card(firing.version), tasks.get(firing.pk)
        reason = _pointless(firing, rule, item, task=task)
        if reason is not None and firing.state == FiringState.WAITING:
            _drop(firing, item, reason, task=task, now=now)
            count += 1
        elif reason is not None and task is not None and _moot_while_open(task, reason):
            _cancel(task, item, reason, now=now)
            count += 1
    return count


def _moot_while_open(task: Task, reason: DropReason) -> bool:
    """Whether somebody who has begun on it should hear that it is not needed any more."""
    return reason is not DropReason.CASE_ENDED or task.kind not in OUTLIVES


def _pointless(
    firing: RuleFiring, rule: RuleCard, item: WorkItem, *, task: Task | None
) -> DropReason | None:
    """Why what a rule planned is not to be done; None while it is."""
    card = rule.card
    if rule.task_kind and (task is None or task.state == TaskState.CANCELLED):
        return DropReason.BY_HAND
    if item.closed_at is not None and not card.after_end:
        return DropReason.CASE_ENDED
    if item.closed_at is None and card.after_end:
        return DropReason.REOPENED
    if rule.trigger is Trigger.INACTIVE and last_act(item) != firing.cause:
        return DropReason.MOOT
    if _is_undone(firing, rule, item):
        return DropReason.MOOT
    return DropReason.OVERTAKEN if _is_overtaken(firing, rule) else None


def _is_undone(firing: RuleFiring, rule: RuleCard, item: WorkItem) -> bool:
    undoes = rule.card.undone_by
    if not undoes:
        return False
    later = Event.objects.filter(stream=stream_of(item), pk__gt=firing.cause)
    return later.filter(verb__in=sorted(undoes)).exists()


def _is_overtaken(firing: RuleFiring, rule: RuleCard) -> bool:
    """After a long outage the last of several reminders that are all due says it."""
    if firing.occurrence == rule.most:
        return False
    later = RuleFiring.objects.filter(
        version_id=rule.id, item_id=firing.item_id, cause=firing.cause,
        occurrence__gt=firing.occurrence,
    )  # fmt: skip
    return later.exclude(state=FiringState.WAITING).exists()


def _no_longer(rule: RuleCard, item: WorkItem) -> DropReason | None:
    if not rule.when:
        return None
    known = items_with_facts([item.pk])[item.pk]
    return None if all_hold(rule.when, facts_of_item(known)) else DropReason.NO_LONGER


def _drop(
    firing: RuleFiring,
    item: WorkItem,
    reason: DropReason,
    *,
    task: Task | None,
    now: datetime,
) -> None:
    RuleFiring.objects.filter(pk=firing.pk).update(
        state=FiringState.DROPPED, dropped=reason, answered_at=now
    )
    if task is not None and task.state in _LIVE:
        _cancel(task, item, reason, now=now)


def _cancel(task: Task, item: WorkItem, reason: DropReason, *, now: datetime) -> None:
    end_task(
        task,
        item,
        TaskState.CANCELLED,
        outcome=reason.word,
        actor_id=system_person().pk,
        at=now,
    )
