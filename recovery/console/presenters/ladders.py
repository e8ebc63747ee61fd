"""Rungs in words a colleague would use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from recovery.clocks.states import ClockKind
from recovery.console.presenters.conditions import conditions_words
from recovery.console.presenters.deeds import giving_words, task_words
from recovery.escalation.models import LadderVersion
from recovery.escalation.policy import RungCard
from recovery.escalation.policy.rungs import WHOLE
from recovery.escalation.selectors import rungs_of
from recovery.escalation.states import Tells
from recovery.web.words import MINUTE, duration


def kind_words(kind: str) -> str:
    """What a clock is about; a kind no longer known is shown as it is."""
    known = {each.value: each.word for each in ClockKind}
    return _(known.get(kind, kind))


def tells_words(tells: str) -> str:
    """The circle a rung tells."""
    return _(Tells(tells).word)


def anchor_words(rung: RungCard) -> str:
    """When a rung is reached: "when 75 % of the time is used", "30 min after it is due"."""
    if rung.percent == WHOLE or (rung.percent is None and rung.minutes == 0):
        return _("when its time is over")
    if rung.percent is not None:
        return _("when %(percent)s %% of the time is used") % {"percent": rung.percent}
    facts = {"duration": duration(abs(rung.minutes) * MINUTE)}
    if rung.in_real_time:
        said = _("%(duration)s before it is due, by the wall clock")
        late = _("%(duration)s after it is due, by the wall clock")
    else:
        said = _("%(duration)s before it is due")
        late = _("%(duration)s after it is due")
    return (late if rung.minutes > 0 else said) % facts


def manner_words(rung: RungCard) -> str:
    """How a rung fires beyond once at any hour; nothing for a plain one."""
    parts = []
    if rung.most > 1:
        parts.append(
            _("again every %(duration)s, %(most)s times at most")
            % {"duration": duration(rung.every * MINUTE), "most": rung.most}
        )
    if rung.in_hours:
        parts.append(_("only in working hours"))
    return ", ".join(parts)


def only_if_words(rung: RungCard) -> str:
    """On what conditions a rung acts; nothing for one that always does."""
    if not rung.when:
        return ""
    return _("only if %(conditions)s") % {"conditions": conditions_words(rung.when)}


def deed_words(rung: RungCard) -> list[str]:
    """What a rung does beside telling and raising."""
    return giving_words(assigns=rung.assigns) + task_words(
        rung.task_kind, rung.task_words, rung.task_days
    )


def times_words(number: int, most: int) -> str:
    """Which of its repeats this is; nothing for a rung that fires once."""
    if most == 1:
        return ""
    return _("time %(number)s of %(most)s") % {"number": number, "most": most}


@dataclass(frozen=True, slots=True)
class RungRow:
    """A rung in words."""

    when: str
    who: str
    manner: str
    tier: int
    only_if: str
    does: Sequence[str]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version with its rungs; `until` None while nothing follows it."""

    number: int
    since: datetime | None
    until: datetime | None
    made_by: str
    is_now: bool
    rungs: Sequence[RungRow]


@dataclass(frozen=True, slots=True)
class LadderRow:
    """A kind of clock and the ladder in force for it; no rungs when there is none."""

    kind: str
    name: str
    rungs: Sequence[RungRow]
    versions: int


def rung_row(rung: RungCard) -> RungRow:
    """A rung as a line of a list."""
    return RungRow(
        when=anchor_words(rung),
        who=tells_words(rung.tells),
        manner=manner_words(rung),
        tier=rung.level,
        only_if=only_if_words(rung),
        does=deed_words(rung),
    )


def version_row(version: LadderVersion, now: datetime) -> VersionRow:
    """A version read by escalation.selectors.ladder_versions."""
    return VersionRow(
        number=version.number,
        since=version.effective.lower if version.made_at else None,
        until=version.effective.upper,
        made_by=version.made_by.name if version.made_by else "",
        is_now=holds(version, now),
        rungs=[rung_row(rung) for rung in rungs_of(version)],
    )


def holds(version: LadderVersion, now: datetime) -> bool:
    """Whether a clock that starts now gets this version."""
    begins, ends = version.effective.lower, version.effective.upper
    return (begins is None or begins <= now) and (ends is None or now < ends)


def ladder_rows(
    versions: Mapping[str, Sequence[LadderVersion]], now: datetime
) -> list[LadderRow]:
    """One row for every kind of clock, whether or not it has a ladder."""
    rows = []
    for kind in ClockKind:
        known = versions.get(kind.value, ())
        current = next((each for each in known if holds(each, now)), None)
        rungs = [rung_row(rung) for rung in rungs_of(current)] if current else []
        rows.append(LadderRow(kind.value, _(kind.word), rungs, len(known)))
    return rows
