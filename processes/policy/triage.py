"""Pool, link or open? What the rules propose; a person may decide otherwise."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from processes.states import Because
from recovery.kernel.refusals import Invalid
from recovery.kernel.statistics import poisson_tail
from recovery.kernel.text import gettext_noop

# House defaults: four weeks are compared with the twelve months before them.
WINDOW: Final = timedelta(days=28)
BASELINE: Final = timedelta(days=365)
SHORTEST_PAST: Final = 90
SIGNAL_P: Final = 0.01
RARE_BELOW: Final = 1.0
RARE_COUNT: Final = 3
GRAVE_SAFETY: Final = 3
GRAVE: Final = 4
POOL_REVIEW: Final = timedelta(days=90)
POOL_ATTENTION: Final = timedelta(days=60)
ANSWER_DAYS: Final = 5


class Choice(StrEnum):
    LINK = "link"
    OPEN = "open"
    POOL = "pool"


@dataclass(frozen=True, slots=True)
class Facts:
    """What triage knows of a failure; counts are of its mode, `expected` for the same window."""

    safety: int
    severity: int
    at_risk_now: bool = False
    double_deviation: bool = False
    recent: int = 0
    expected: float = 0.0
    has_mode: bool = True
    open_case: bool = False
    fixed_case: bool = False

    @property
    def has_case(self) -> bool:
        """Whether a case of its mode is open, or ended with a fix this may call into question."""
        return self.open_case or self.fixed_case


@dataclass(frozen=True, slots=True)
class Advice:
    choice: Choice
    because: Because


def expected_in_window(count_before: int, days_before: float) -> float:
    """Scale a mode's count before the window to the window's length.

    A past of under 90 days counts as 90: it began with an event, so its rate flatters itself.
    """
    return count_before * WINDOW.days / max(days_before, SHORTEST_PAST)


def is_signal(recent: int, expected: float) -> bool:
    """Say whether `recent` failures are more than chance explains when `expected` were due.

    Poisson tail below .01, or three where under one was expected.
    """
    if expected < RARE_BELOW:
        return recent >= RARE_COUNT
    return poisson_tail(recent, expected) < SIGNAL_P


def advise(facts: Facts) -> Advice:
    """Propose what to do with a failure in triage."""
    because = _grave(facts)
    if because is None and facts.has_mode and is_signal(facts.recent, facts.expected):
        because = Because.SIGNAL
    if facts.open_case:
        return Advice(Choice.LINK, because or Because.SEVERITY)
    if because is not None:
        return Advice(Choice.OPEN, because)
    return Advice(Choice.POOL, Because.LOW_SEVERITY)


def _grave(facts: Facts) -> Because | None:
    if facts.safety >= GRAVE_SAFETY:
        return Because.SAFETY
    if facts.at_risk_now:
        return Because.AT_RISK
    if facts.severity >= GRAVE:
        return Because.SEVERITY
    if facts.double_deviation:
        return Because.DOUBLE_DEVIATION
    return None


def check_pool(*, safety: int, reason: str) -> None:
    """Refuse to pool where somebody's safety was at stake, or without a reason."""
    if safety >= GRAVE_SAFETY:
        raise Invalid(
            "safety_not_pooled",
            gettext_noop(
                "Somebody’s safety was at stake, so this is not pooled. Open a process case."
            ),
        )
    if not reason.strip():
        raise Invalid(
            "say_why", gettext_noop("Say in a sentence why it can wait."), field="reason"
        )
