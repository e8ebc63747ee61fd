"""The escalation page of one case: who has heard, who hears what when, where the case stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from recovery.console.presenters.conditions import conditions_words
from recovery.console.presenters.ladders import (
    anchor_words,
    deed_words,
    kind_words,
    times_words,
)
from recovery.escalation.models import LevelChange
from recovery.escalation.policy import Call
from recovery.escalation.states import HIGHEST, LowerReason, RaiseReason, Tier
from recovery.failures.models import WorkItem
from recovery.failures.selectors import item_reference
from recovery.failures.states import TrackKind

PAGES = {"customer": "cases:case", "process": "processes:case", "employee": "staff:case"}
REASONS: Mapping[str, str] = {each.value: each.word for each in (*RaiseReason, *LowerReason)}


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of "who hears what when". `at` is None while the clock is paused."""

    at: datetime | None
    who: str
    clock: str
    why: str
    again: str
    tier: int
    state: str
    kind: str
    icon: str
    condition: str
    does: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One step up or down by hand."""

    at: datetime
    who: str
    sentence: str
    words: str
    told: str


@dataclass(frozen=True, slots=True)
class EscalationPage:
    """What the page shows; forms come beside it."""

    reference: str
    url: str
    kind: str
    headline: str
    level: int
    tier: str
    done: Sequence[CallRow]
    coming: Sequence[CallRow]
    changes: Sequence[ChangeRow]


def people_in(calls: Collection[Call]) -> set[int]:
    """Ids of everybody named in these calls."""
    return {key for call in calls for key in call.people}


def call_row(call: Call, names: Mapping[int, str], *, tried: bool = False) -> CallRow:
    """A call in words; names by id. One only `tried` is neither past nor to come."""
    state, kind, icon = _state(call)
    if tried and not (call.spared or call.unmet or call.at is None):
        state, icon = _("would be told"), "flag"
    return CallRow(
        at=call.at,
        who=_names(call.people, names) or _nobody(call),
        clock=kind_words(call.clock.kind),
        why=anchor_words(call.rung),
        again=times_words(call.occurrence, call.rung.most),
        tier=call.rung.level,
        state=state,
        kind=kind,
        icon=icon,
        condition=_("only if %(conditions)s: does not hold now")
        % {"conditions": conditions_words(call.unmet)}
        if call.unmet
        else "",
        does="; ".join(deed_words(call.rung)),
    )


def _nobody(call: Call) -> str:
    if call.held_back:
        return _("nobody: its condition did not hold")
    return _("nobody: it was not needed any more")


def _state(call: Call) -> tuple[str, str, str]:
    if call.done:
        return _past(call)
    if call.spared:
        return _("not reached: done by then"), "", "circle-check"
    if call.unmet:
        return _("would be passed over"), "", "x"
    if call.at is None:
        return _("waits: the clock is paused"), "", "pause"
    return _("to come"), "", "clock"


def _past(call: Call) -> tuple[str, str, str]:
    if call.held_back:
        return _("passed over"), "", "x"
    if call.earlier:
        return _("told, for the time it had before"), "", "check"
    return _("told"), "ok", "check"


def _names(keys: Sequence[int], names: Mapping[int, str]) -> str:
    return ", ".join(names[key] for key in keys if key in names)


def page_of(
    item: WorkItem,
    *,
    calls: Sequence[Call],
    changes: Sequence[ChangeRow],
    names: Mapping[int, str],
) -> EscalationPage:
    """The page of one case, for a reader who may read it."""
    reference = item_reference(item.kind, item.pk)
    private = item.kind == TrackKind.EMPLOYEE
    level = min(item.level, HIGHEST)
    return EscalationPage(
        reference=reference,
        url=reverse(PAGES[item.kind], args=[reference]),
        kind=item.kind,
        headline=_("A private task") if private else item.headline,
        level=level,
        tier="" if private else _(Tier(str(level)).word),
        done=[call_row(call, names) for call in calls if call.done],
        coming=[call_row(call, names) for call in calls if not call.done],
        changes=changes,
    )


def change_row(change: LevelChange, names: Mapping[int, str]) -> ChangeRow:
    """A step up or down in words."""
    up = change.to_level > change.from_level
    sentence = (
        _("Raised to tier %(tier)s: %(reason)s")
        if up
        else _("Stepped down to tier %(tier)s: %(reason)s")
    )
    return ChangeRow(
        at=change.at,
        who=change.by.name,
        sentence=sentence % {"tier": change.to_level, "reason": _(REASONS[change.reason])},
        words=change.words,
        told=_names(change.told, names),
    )
