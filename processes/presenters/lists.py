"""The page of all process cases and of the pool."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from processes.policy.triage import POOL_ATTENTION
from processes.presenters.stages import next_words
from processes.selectors import Listed, Pooled
from processes.states import ProcessState, Result
from recovery.clocks.selectors import Reading
from recovery.failures.selectors import item_reference


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One open case in the list."""

    url: str
    reference: str
    title: str
    priority: str
    department: str
    owner: str
    state: str
    next_action: str
    linked: int
    candidates: int
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class PoolRow:
    """The pool of one mode: how many wait, when to look again, whether that is long overdue."""

    key: int
    name: str
    count: int
    oldest_at: datetime
    review_at: datetime
    state: str
    kind: str
    icon: str


def case_row(found: Listed, reading: Reading | None) -> CaseRow:
    """An open case in one line."""
    case = found.case
    reference = item_reference("process", case.pk)
    item = case.item
    return CaseRow(
        url=reverse("processes:case", args=[reference]),
        reference=reference,
        title=case.title,
        priority=f"P{item.priority}",
        department=item.department.name if item.department else "",
        owner=item.owner.name if item.owner else _("Nobody yet"),
        state=_(ProcessState(item.state).word),
        next_action=next_words(item.state),
        linked=found.linked,
        candidates=found.candidates,
        reading=reading,
    )


def pool_row(pooled: Pooled, now: datetime) -> PoolRow:
    """The pool of one mode in one line."""
    state, kind, icon = _("Waits"), "", "inbox"
    if pooled.review_at <= now - POOL_ATTENTION:
        state, kind, icon = _("Review long overdue"), "bad", "octagon-alert"
    elif pooled.review_at <= now:
        state, kind, icon = _("Look again now"), "warn", "triangle-alert"
    return PoolRow(
        key=pooled.mode_id or 0,
        name=pooled.name or _("Kind not named yet"),
        count=pooled.count,
        oldest_at=pooled.oldest_at,
        review_at=pooled.review_at,
        state=state,
        kind=kind,
        icon=icon,
    )


def result_lines(counts: dict[str, int]) -> Sequence[tuple[str, int]]:
    """How the fixes of the viewer's cases ended, all four results, and risks accepted."""
    return [(_(each.word), counts.get(each.value, 0)) for each in Result]
