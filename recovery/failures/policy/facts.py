"""The facts of a case that rules may ask about: standards of care, rungs, rules of follow-up."""

from collections.abc import Iterable, Mapping
from typing import Final

from recovery.failures.policy.tracks import Flag
from recovery.failures.states import SEVERITIES, Channel, Detection, TrackKind, Worded
from recovery.kernel.conditions import FactCard, Facts, Known
from recovery.kernel.text import gettext_noop


class Fact(Worded):
    """`department` and `category` carry their key and those above it, `flag` all that are set."""

    PRIORITY = "priority", gettext_noop("priority")
    SEVERITY = "severity", gettext_noop("worst grade of harm")
    EXPERIENCE = "experience", gettext_noop("harm to the experience")
    TRUST = "trust", gettext_noop("harm to trust")
    SAFETY = "safety", gettext_noop("harm to safety")
    QUALITY = "quality", gettext_noop("harm to quality")
    MONEY = "money", gettext_noop("harm in money")
    LEGAL = "legal", gettext_noop("legal harm")
    AT_RISK = "at_risk", gettext_noop("somebody is at risk now")
    FLAG = "flag", gettext_noop("ticked on the report")
    CHANNEL = "channel", gettext_noop("channel")
    DETECTION = "detection", gettext_noop("noticed by")
    COMPLAINED = "complained", gettext_noop("a complaint was made")
    CATEGORY = "category", gettext_noop("category")
    MODE = "mode", gettext_noop("failure mode")
    DEPARTMENT = "department", gettext_noop("desk, or one above it")
    SEGMENT = "segment", gettext_noop("customer segment")
    AFFECTED = "affected", gettext_noop("people affected")
    TRACK = "track", gettext_noop("track")
    LEVEL = "level", gettext_noop("tier it stands on")
    DOUBLE_DEVIATION = "double_deviation", gettext_noop("the recovery failed as well")


_GRADE: Final = (0, 4)
_YES_NO: Final = (0, 1)


def _number(fact: Fact, bounds: tuple[int, int]) -> FactCard:
    return FactCard(fact.word, *bounds)


def _choice(fact: Fact, choices: type[Worded] | None = None) -> FactCard:
    return FactCard(
        fact.word, choices=None if choices is None else tuple(each.value for each in choices)
    )


FACTS: Final[Mapping[str, FactCard]] = {
    Fact.PRIORITY: _number(Fact.PRIORITY, (1, 4)),
    Fact.SEVERITY: _number(Fact.SEVERITY, _GRADE),
    **{name: _number(Fact(name), _GRADE) for name in SEVERITIES},
    Fact.AT_RISK: _number(Fact.AT_RISK, _YES_NO),
    Fact.FLAG: _choice(Fact.FLAG, Flag),
    Fact.CHANNEL: _choice(Fact.CHANNEL, Channel),
    Fact.DETECTION: _choice(Fact.DETECTION, Detection),
    Fact.COMPLAINED: _number(Fact.COMPLAINED, _YES_NO),
    Fact.CATEGORY: _choice(Fact.CATEGORY),
    Fact.MODE: _choice(Fact.MODE),
    Fact.DEPARTMENT: _choice(Fact.DEPARTMENT),
    Fact.SEGMENT: _choice(Fact.SEGMENT),
    Fact.AFFECTED: _number(Fact.AFFECTED, (0, 1_000_000)),
    Fact.TRACK: _choice(Fact.TRACK, TrackKind),
    Fact.LEVEL: _number(Fact.LEVEL, (0, 4)),
    Fact.DOUBLE_DEVIATION: _number(Fact.DOUBLE_DEVIATION, _YES_NO),
}


def facts_from(
    *,
    track: str,
    priority: int,
    level: int = 0,
    segment: str = "",
    departments: Iterable[str] = (),
    grades: Mapping[str, int] | None = None,
    category: str = "",
    mode: str = "",
    **known: Known,
) -> Facts:
    """The facts of one case, by one name wherever they come from.

    Departments, the category and the mode go by their slugs, the mode as "category/mode".
    `grades` are the six dimensions of harm, None for a case of no failure.
    """
    grades = grades or {}
    return {
        Fact.TRACK: track,
        Fact.PRIORITY: priority,
        Fact.LEVEL: level,
        Fact.SEGMENT: segment,
        Fact.DEPARTMENT: tuple(departments),
        Fact.CATEGORY: category,
        Fact.MODE: mode,
        Fact.SEVERITY: max(grades.values(), default=None),
        **grades,
        **known,
    }
