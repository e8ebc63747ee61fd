"""How urgent a failure is, and why."""

from collections.abc import Mapping

from recovery.failures.states import Worded
from recovery.kernel.text import gettext_noop

LEGAL_URGENT_FROM = 0.75


class PriorityReason(Worded):
    """Why a failure has its priority; always shown beside it."""

    AT_RISK_NOW = "at_risk_now", gettext_noop("somebody is at risk now")
    LEGAL_CLOCK = "legal_clock", gettext_noop("a legal time limit is three quarters gone")
    GRADE_4 = "grade_4", gettext_noop("one kind of harm is at its worst")
    DOUBLE_DEVIATION = "double_deviation", gettext_noop("the recovery failed as well")
    GRADE_3 = "grade_3", gettext_noop("serious in one respect")
    REST = "rest", gettext_noop("no rule makes it more urgent")


def priority_of(
    severity: Mapping[str, int],
    *,
    at_risk_now: bool = False,
    double_deviation: bool = False,
    legal_share: float = 0.0,
) -> tuple[int, PriorityReason]:
    """Return (1 to 4, why). `severity` has grades 0 to 4; `legal_share` is time used, 0 to 1."""
    worst = max(severity.values(), default=0)
    if at_risk_now:
        return 1, PriorityReason.AT_RISK_NOW
    if legal_share >= LEGAL_URGENT_FROM:
        return 1, PriorityReason.LEGAL_CLOCK
    if worst >= 4:
        return 2, PriorityReason.GRADE_4
    if double_deviation:
        return 2, PriorityReason.DOUBLE_DEVIATION
    if worst == 3:
        return 3, PriorityReason.GRADE_3
    return 4, PriorityReason.REST
