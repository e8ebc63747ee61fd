"""Rules in words: what sets them off, when they apply, what they do; and what a trial found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recovery.console.presenters.conditions import condition_words, conditions_words
from recovery.console.presenters.deeds import giving_words, task_words
from recovery.escalation.models import RuleVersion
from recovery.escalation.policy.triggers import BY_TIME, RuleCard
from recovery.escalation.selectors import Foretold, RuleTrial, rule_card
from recovery.escalation.states import Tells, Trigger
from recovery.web.words import MINUTE, duration

SHIFT, DAY = 8 * 60, 24 * 60


@dataclass(frozen=True, slots=True)
class RuleSays:
    """A version in sentences: what sets it off, and everything it does."""

    when: str
    only_if: str
    does: Sequence[str]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule of the list; `says` None: none of its versions is in force."""

    id: int
    name: str
    says: RuleSays | None
    versions: int


@dataclass(frozen=True, slots=True)
class RuleVersionRow:
    """A version of a rule; `until` None while nothing follows it."""

    number: int
    since: datetime | None
    until: datetime | None
    made_by: str
    is_now: bool
    says: RuleSays


@dataclass(frozen=True, slots=True)
class TriedRow:
    """One time a tried rule would have fired."""

    at: datetime
    because: str
    who: str
    task: str
    task_due_at: datetime | None
    dropped: str


@dataclass(frozen=True, slots=True)
class TrialRows:
    rows: Sequence[TriedRow]
    unmet: str


def wait_words(minutes: int, *, in_hours: bool) -> str:
    """A length of time as the form takes it: "5 working days", "7 days", "4 working hours"."""
    if in_hours and minutes % SHIFT == 0:
        days = minutes // SHIFT
        return ngettext("%(days)d working day", "%(days)d working days", days) % {"days": days}
    if in_hours:
        return _("%(duration)s of working time") % {"duration": duration(minutes * MINUTE)}
    if minutes % DAY == 0:
        days = minutes // DAY
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    return duration(minutes * MINUTE)


def says_of(card: RuleCard) -> RuleSays:
    """A version in words."""
    return RuleSays(
        _when(card),
        _("only if %(conditions)s") % {"conditions": conditions_words(card.when)}
        if card.when
        else "",
        list(_does(card)),
    )


def _when(card: RuleCard) -> str:
    minutes = int(card.wait.total_seconds() // 60)
    facts = {
        "wait": wait_words(minutes, in_hours=card.in_hours),
        "what": _(card.trigger.word),
    }
    if card.trigger is Trigger.AGE:
        return _("when a case has been open for %(wait)s") % facts
    if card.trigger in BY_TIME:
        return _("when nobody has done anything for %(wait)s") % facts
    if not minutes:
        return _("as soon as %(what)s") % facts
    return _("%(wait)s after %(what)s") % facts


def _does(card: RuleCard) -> list[str]:
    does = []
    if card.tells:
        does.append(_("tells %(who)s") % {"who": _(Tells(card.tells).word)})
    if card.level:
        does.append(_("raises the case to tier %(level)s") % {"level": card.level})
    does += giving_words(assigns=card.assigns)
    does += task_words(card.task_kind, card.task_words, card.task_days)
    if card.most > 1:
        every = wait_words(int(card.every.total_seconds() // 60), in_hours=card.in_hours)
        does.append(
            _("again every %(every)s, %(most)s times at most")
            % {"every": every, "most": card.most}
        )
    return does


def is_in_force(version: RuleVersion, now: datetime) -> bool:
    """Whether what happens now sets this version off."""
    return not version.effective.isempty and rule_card(version).holds_at(now)


def version_row(version: RuleVersion, now: datetime) -> RuleVersionRow:
    """A version read with its rule and its author."""
    return RuleVersionRow(
        number=version.number,
        since=version.effective.lower if version.made_at else None,
        until=version.effective.upper,
        made_by=version.made_by.name if version.made_by else "",
        is_now=is_in_force(version, now),
        says=says_of(rule_card(version)),
    )


def rule_rows(versions: Mapping[int, Sequence[RuleVersion]], now: datetime) -> list[RuleRow]:
    """One row for every rule, those in force first."""
    rows = []
    for rule_id, known in versions.items():
        current = next((each for each in known if is_in_force(each, now)), None)
        says = says_of(rule_card(current)) if current else None
        rows.append(RuleRow(rule_id, _(known[0].rule.name), says, len(known)))
    return sorted(rows, key=lambda row: row.says is None)


def trial_rows(trial: RuleTrial, card: RuleCard, names: Mapping[int, str]) -> TrialRows:
    """What a trial found, in words."""
    return TrialRows(
        [
            TriedRow(
                at=each.at,
                because=_because(card, each.caused_at),
                who=", ".join(names[key] for key in each.people if key in names),
                task=_(card.task_words),
                task_due_at=each.task_due_at,
                dropped=_(each.dropped.word) if each.dropped else "",
            )
            for each in trial.lines
        ],
        ", ".join(map(condition_words, trial.unmet)),
    )


@dataclass(frozen=True, slots=True)
class ForetoldRow:
    """One thing a rule will do with a case if nothing happens."""

    at: datetime
    rule: str
    does: str
    who: str
    condition: str


def foretold_rows(coming: Sequence[Foretold], names: Mapping[int, str]) -> list[ForetoldRow]:
    """What rules will do, in words; a condition is shown only while it does not hold."""
    return [
        ForetoldRow(
            at=each.at,
            rule=_(each.rule.name),
            does="; ".join(_does(each.rule)),
            who=", ".join(names[key] for key in each.people if key in names),
            condition=_("only if %(conditions)s: does not hold now")
            % {"conditions": conditions_words(each.unmet)}
            if each.unmet
            else "",
        )
        for each in coming
    ]


def _because(card: RuleCard, caused_at: datetime) -> str:
    at = timezone.localtime(caused_at).strftime("%d.%m.%Y %H:%M")
    if card.trigger is Trigger.AGE:
        return _("opened %(at)s") % {"at": at}
    if card.trigger is Trigger.INACTIVE:
        return _("nothing done since %(at)s") % {"at": at}
    return _("%(what)s, %(at)s") % {"what": _(card.trigger.word), "at": at}
