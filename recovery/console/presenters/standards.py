"""Standards in words: what each version gives, whom it holds for, who signed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from recovery.clocks.models import Standard, StandardVersion
from recovery.clocks.policy.drafts import HIGHEST_RANK
from recovery.clocks.states import Basis, Begins, ClockKind, MetBy
from recovery.console.presenters.clock_standard import days_words
from recovery.console.presenters.clock_sums import amount
from recovery.console.presenters.conditions import conditions_words
from recovery.kernel.conditions import read
from recovery.org.models import Person

WORKING_DAY, WHOLE_DAY = 8 * 3600, 24 * 3600


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version: `state` is draft, planned, now or ended; `facts` are (name, words)."""

    id: int
    number: int
    state: str
    since: datetime | None
    until: datetime | None
    words: str
    facts: Sequence[tuple[str, str]]
    is_shipped: bool
    made_by: str
    signed_by: str
    approved_by: str
    owner: str
    verify_by: date | None
    is_overdue: bool
    revision: int
    may_sign: bool


@dataclass(frozen=True, slots=True)
class StandardRow:
    """A standard in the list; `version` is the one in force, else the newest."""

    id: int
    name: str
    law: str
    is_retired: bool
    has_draft: bool
    version: VersionRow | None
    times: str
    when: str


def version_row(version: StandardVersion, *, viewer: Person, now: datetime) -> VersionRow:
    """A version read by standard_with_versions; no query while warm."""
    return VersionRow(
        id=version.pk,
        number=version.number,
        state=state_of(version, now),
        since=version.effective.lower if version.made_by_id else None,
        until=version.effective.upper,
        words=version.words or version.standard.words,
        facts=_facts(version),
        is_shipped=version.made_by_id is None,
        made_by=_name(version.made_by),
        signed_by=_name(version.signed_by),
        approved_by=_name(version.approved_by),
        owner=_name(version.owner),
        verify_by=version.verify_by,
        is_overdue=bool(version.verify_by and version.verify_by < now.date()),
        revision=version.revision,
        may_sign=version.draft and version.signed_by_id != viewer.pk,
    )


def state_of(version: StandardVersion, now: datetime) -> str:
    """Where a version stands at `now`."""
    span = version.effective
    if version.draft:
        return "draft"
    if span.isempty or (span.upper and span.upper <= now):
        return "ended"
    return "planned" if span.lower and span.lower > now else "now"


def standard_row(standard: Standard, *, viewer: Person, now: datetime) -> StandardRow:
    """A standard of the list, with its versions read."""
    versions = list(standard.versions.all())
    held = [each for each in versions if state_of(each, now) in {"now", "planned"}]
    shown = next(iter(held or versions), None)
    return StandardRow(
        id=standard.pk,
        name=standard.name,
        law=standard.law,
        is_retired=standard.retired_at is not None,
        has_draft=any(each.draft for each in versions),
        version=version_row(shown, viewer=viewer, now=now) if shown else None,
        times=times_words(shown) if shown else "",
        when=when_words(shown) if shown else "",
    )


def times_words(version: StandardVersion) -> str:
    """The times by priority: "P1 15 min, P2–P4 2 h, by the desk's hours"; equal ones together."""
    if said := days_words(version):
        return said
    groups: list[tuple[list[int], str]] = []
    for priority in (1, 2, 3, 4):
        seconds = version.targets.get(str(priority))
        if not seconds:
            continue
        said = _time(seconds, is_always=priority in version.around_clock)
        if groups and groups[-1][1] == said and groups[-1][0][-1] == priority - 1:
            groups[-1][0].append(priority)
        else:
            groups.append(([priority], said))
    if len(groups) == 1 and len(groups[0][0]) == len(version.targets) == 4:
        return groups[0][1]
    return "; ".join(
        f"P{of[0]}{f'–P{of[-1]}' if len(of) > 1 else ''} {said}" for of, said in groups
    )


def _time(seconds: int, *, is_always: bool) -> str:
    if is_always and seconds % WHOLE_DAY == 0 and seconds > WHOLE_DAY:
        return _("%(count)d days, at any hour") % {"count": seconds // WHOLE_DAY}
    if is_always:
        return _("%(time)s at any hour") % {"time": amount(seconds)}
    if seconds % WORKING_DAY == 0 and seconds > WORKING_DAY:
        return _("%(count)d working days") % {"count": seconds // WORKING_DAY}
    return _("%(time)s of working time") % {"time": amount(seconds)}


def when_words(version: StandardVersion) -> str:
    """Whom it holds for."""
    if version.conditions:
        return _("When %(conditions)s.") % {
            "conditions": conditions_words(read(version.conditions))
        }
    if version.rank > HIGHEST_RANK:
        return _("For everybody else.")
    return _("For everybody.")


def kind_words(standard: Standard) -> str:
    """What it gives time for."""
    return _(ClockKind(standard.clock_kind).word)


def _facts(version: StandardVersion) -> list[tuple[str, str]]:
    found = [
        (_("Time"), times_words(version)),
        (_("Holds"), when_words(version)),
        (_("In force by"), _(Basis(version.basis).word)),
        (_("Rank"), str(version.rank)),
    ]
    if version.begins:
        found.append((_("Its clock starts when"), _(Begins(version.begins).word)))
    if version.met_by:
        found.append((_("It waits until"), _(MetBy(version.met_by).word)))
    if version.pause_cap_days is not None:
        days = _("%(days)d working days at most") % {"days": version.pause_cap_days}
        found.append((_("Pauses"), days))
    texts = (
        (_("If we miss it"), version.remedy),
        (_("Holds in"), version.jurisdiction),
        (_("Source"), version.source),
    )
    return found + [(name, said) for name, said in texts if said]


def _name(person: Person | None) -> str:
    return person.name if person else ""
