"""Rules as the consumer and the sweep need them, kept in the process for a moment; their pages."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from recovery.escalation.models import RuleFiring, RuleVersion, Task
from recovery.escalation.policy.triggers import RuleCard
from recovery.escalation.states import FiringState, TaskState, Trigger
from recovery.events.models import Event
from recovery.failures.models import WorkItem
from recovery.kernel.conditions import read
from recovery.kernel.refusals import NotFound
from recovery.kernel.snapshots import Snapshot
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import system_person

LIVE_TASKS = (TaskState.PLANNED, TaskState.OPEN)


def rule_card(version: RuleVersion) -> RuleCard:
    """A version, read with its rule, as the rules read it."""
    return RuleCard(
        id=version.pk,
        rule_id=version.rule_id,
        name=version.rule.name,
        trigger=Trigger(version.trigger),
        since=version.effective.lower,
        until=version.effective.upper,
        wait=timedelta(minutes=version.wait_minutes),
        in_hours=version.in_hours,
        when=read(version.when),
        every=timedelta(minutes=version.every),
        most=version.most,
        tells=version.tells,
        level=version.level,
        assigns=version.assigns,
        task_kind=version.task_kind,
        task_words=version.task_words,
        task_days=version.task_days,
    )


def _read() -> dict[int, RuleCard]:
    # An empty range would read as one without ends.
    versions = RuleVersion.objects.exclude(effective__isempty=True).select_related("rule")
    return {version.pk: rule_card(version) for version in versions}


rules = Snapshot(_read)


def rule_versions() -> dict[int, list[RuleVersion]]:
    """Every version of every rule, newest first, with who made it; one query."""
    found: dict[int, list[RuleVersion]] = {}
    versions = RuleVersion.objects.select_related("rule", "made_by")
    for version in versions.order_by("rule__name", "rule_id", "-number"):
        found.setdefault(version.rule_id, []).append(version)
    return found


def versions_of(rule_id: int) -> list[RuleVersion]:
    """The versions of one rule, newest first. Raises NotFound."""
    versions = RuleVersion.objects.filter(rule_id=rule_id).select_related("rule", "made_by")
    found = list(versions.order_by("-number"))
    if not found:
        raise NotFound("not_found", gettext_noop("There is no such rule."))
    return found


def waiting_firings(item_id: int) -> list[RuleFiring]:
    """What rules have planned on a case, the soonest first; one query."""
    found = RuleFiring.objects.filter(item_id=item_id, state=FiringState.WAITING)
    return list(found.order_by("due_at", "id"))


def done_firings(item_id: int) -> list[RuleFiring]:
    """What rules have done on a case, in order; one query."""
    found = RuleFiring.objects.filter(item_id=item_id, state=FiringState.DONE)
    return list(found.order_by("answered_at", "id"))


def last_act(item: WorkItem) -> int:
    """The last entry of a case's own story that a person wrote, by id; 0 if there is none."""
    return _acts(item).values_list("pk", flat=True).first() or 0


def last_act_of(item: WorkItem) -> datetime | None:
    """When a person last did something on a case; one query."""
    return _acts(item).values_list("at", flat=True).first()


def _acts(item: WorkItem) -> QuerySet[Event]:
    story = Event.objects.filter(stream=f"{item.kind}:{item.pk}")
    return story.exclude(actor_id=system_person().pk).order_by("-pk")


def busy_pairs(item_ids: Iterable[int]) -> set[tuple[int, int]]:
    """(rule, case) of every task a rule has on these cases that is planned or open; one query."""
    found = Task.objects.filter(
        item_id__in=list(item_ids), state__in=LIVE_TASKS, firing__isnull=False
    )
    return set(found.values_list("firing__version__rule_id", "item_id"))
