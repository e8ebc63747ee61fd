"""Durations of which some are not over yet: Kaplan-Meier and cumulative incidence."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# A share that is met up to rounding is met: 1/3 + 1/3 + 1/3 reaches 1.
_SLACK = 1e-12


class Step(NamedTuple):
    """One time at which something ended: how many could, did, and what is left after it.

    `std_err` is Greenwood's; None when nothing is left.
    """

    time: float
    at_risk: int
    ended: int
    survival: float
    std_err: float | None


@dataclass(frozen=True, slots=True)
class Survival:
    """The share not over yet, as a falling staircase."""

    steps: tuple[Step, ...]

    def at(self, time: float) -> float:
        """Return the share not over at `time`."""
        return next((s.survival for s in reversed(self.steps) if s.time <= time), 1.0)

    def quantile(self, share: float) -> float | None:
        """Return the time by which `share` are over, or None: not reached."""
        return next((s.time for s in self.steps if 1 - s.survival >= share - _SLACK), None)

    @property
    def median(self) -> float | None:
        """The time by which half are over, or None: not reached."""
        return self.quantile(0.5)


@dataclass(frozen=True, slots=True)
class Incidence:
    """The share that ended in one way, as a rising staircase of (time, share)."""

    steps: tuple[tuple[float, float], ...]

    def at(self, time: float) -> float:
        """Return the share that had ended this way by `time`."""
        return next((share for when, share in reversed(self.steps) if when <= time), 0.0)

    def quantile(self, share: float) -> float | None:
        """Return the time by which `share` of all had ended this way, or None: not reached."""
        return next((when for when, reached in self.steps if reached >= share - _SLACK), None)


def kaplan_meier(durations: Sequence[float], over: Sequence[bool]) -> Survival:
    """Return the survival of `durations`, of which those not `over` are still running.

    Raises ValueError when the two differ in length or a duration is negative.
    """
    steps: list[Step] = []
    survival, spread = 1.0, 0.0
    for time, at_risk, ends in _times(durations, [end or None for end in over]):
        ended = ends.total()
        survival *= 1 - ended / at_risk
        if ended < at_risk:
            spread += ended / (at_risk * (at_risk - ended))
            std_err = survival * math.sqrt(spread)
        else:
            std_err = None
        steps.append(Step(time, at_risk, ended, survival, std_err))
    return Survival(tuple(steps))


def cumulative_incidence(
    durations: Sequence[float], ends: Sequence[str | None]
) -> dict[str, Incidence]:
    """Return for each way of ending the share that ended so; None is still running.

    Ways of ending compete: a case given up is neither resolved nor still running, so it keeps
    its place among all (Aalen-Johansen). Raises ValueError as `kaplan_meier` does.
    """
    reached: dict[str, list[tuple[float, float]]] = {end: [] for end in ends if end is not None}
    survival = 1.0
    for time, at_risk, here in _times(durations, ends):
        for end, count in here.items():
            before = reached[end][-1][1] if reached[end] else 0.0
            reached[end].append((time, before + survival * count / at_risk))
        survival *= 1 - here.total() / at_risk
    return {end: Incidence(tuple(steps)) for end, steps in reached.items()}


def _times[End](
    durations: Sequence[float], ends: Sequence[End | None]
) -> Iterator[tuple[float, int, Counter[End]]]:
    """Yield each time at which something ended, how many were at risk, and the ends."""
    if any(duration < 0 for duration in durations):
        message = "a duration is negative"
        raise ValueError(message)
    leaving = Counter(durations)
    ending: dict[float, Counter[End]] = {}
    for duration, end in zip(durations, ends, strict=True):
        if end is not None:
            ending.setdefault(duration, Counter())[end] += 1
    at_risk = len(durations)
    for time in sorted(leaving):
        if time in ending:
            yield time, at_risk, ending[time]
        at_risk -= leaving[time]
