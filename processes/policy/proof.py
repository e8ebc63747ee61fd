"""Did it work? The exact test at three planned looks, and what a plan can hope to show.

The three looks share an alpha of .05, so each bound is one-sided at .05 / 3. A watch ends at the
first look that proves the target or shows the rate to be worse than it; an improvement seen at
any look stands at the end.
"""

import math
import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

from processes.states import Result
from recovery.kernel.refusals import Invalid
from recovery.kernel.statistics import events_needed, rate_ratio
from recovery.kernel.text import gettext_noop

ALPHA: Final = 0.05
LOOKS: Final = 3
EACH_LOOK: Final = ALPHA / LOOKS
TRIALS: Final = 4000
SEED: Final = 20_090
SUGGESTED_LOOKS: Final = (120, 240, 360)
WEAK_POWER: Final = 0.5
LONGEST_DAYS: Final = 3650
MOST_EVENTS: Final = 2000

type Counted = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one look shows. `upper` is None where there is no bound."""

    ratio: float
    lower: float
    upper: float | None
    p_value: float
    result: Result


@dataclass(frozen=True, slots=True)
class Draft:
    """The numbers of a plan, as a person gives them."""

    baseline_count: int
    baseline_days: int
    target_ratio: float
    look_days: tuple[int, ...]
    reopen_limit: int


@dataclass(frozen=True, slots=True)
class Power:
    """Shares of simulated watches that end improved or better, and proven."""

    improved: float
    proven: float


def judge(
    before: Counted, after: Counted, target: float, *, alpha: float = EACH_LOOK
) -> Verdict:
    """Compare (events, days) after with before; before must have events.

    Proven: upper bound below the target. Improved: upper below 1 and ratio at most the target.
    Worse: lower bound above the target. Else not shown.
    """
    found = rate_ratio(before, after, alpha=alpha)
    swapped = rate_ratio(after, before, alpha=alpha)
    ratio = found.ratio if found.ratio is not None else math.inf
    lower = 0.0 if math.isinf(swapped.upper) else 1 / swapped.upper
    result = Result.NOT_SHOWN
    if found.upper < target:
        result = Result.PROVEN
    elif found.upper < 1 and ratio <= target:
        result = Result.IMPROVED
    elif lower > target:
        result = Result.WORSE
    upper = None if math.isinf(found.upper) else found.upper
    return Verdict(ratio, lower, upper, found.p_value, result)


def final_result(results: Sequence[str]) -> Result | None:
    """Return how the watch ends after these looks, or None while it goes on."""
    if not results:
        return None
    last = Result(results[-1])
    if last in {Result.PROVEN, Result.WORSE}:
        return last
    if len(results) < LOOKS:
        return None
    return Result.IMPROVED if Result.IMPROVED in results else Result.NOT_SHOWN


def most_allowed(result: Result, before: Counted, *, days: int, target: float) -> int | None:
    """Return the most events after `days` that still show `result`; None if not even zero does."""
    events, days_before = before
    at_most = _most_below(events, days / days_before, target)
    if result is Result.IMPROVED:
        by_bound = _most_below(events, days / days_before, 1.0)
        by_ratio = math.floor(target * events * days / days_before + 1e-9)
        at_most = max(at_most, min(by_bound, by_ratio))
    return at_most if at_most >= 0 else None


def least_baseline(*, baseline_days: int, watched_days: int, target: float) -> int:
    """Return the fewest events before from which no recurrence at all proves the target."""
    return events_needed(baseline_days, watched_days, target=target, alpha=EACH_LOOK)


def power(draft: Draft, cut: float) -> Power:
    """Simulate watches of a fix that takes away `cut` of the rate; the same answer every time.

    The baseline's own luck is simulated too: a rate read from few events is uncertain.
    4000 trials: the simulation error of a share is under .008.
    """
    dice = random.Random(SEED)  # noqa: S311  (a simulation, no secret)
    rate = draft.baseline_count / draft.baseline_days
    steps = [
        later - earlier
        for earlier, later in zip((0, *draft.look_days), draft.look_days, strict=False)
    ]
    baseline = _poisson_steps(draft.baseline_count)
    between = [_poisson_steps(rate * (1 - cut) * days) for days in steps]
    improved = proven = 0
    for _ in range(TRIALS):
        before = bisect_left(baseline, dice.random())
        events, best = 0, 0
        for days, table in zip(draft.look_days, between, strict=True):
            events += bisect_left(table, dice.random())
            share = days / draft.baseline_days
            best = max(best, _rank((before, events), share, draft.target_ratio))
        improved += best > 0
        proven += best > 1
    return Power(improved / TRIALS, proven / TRIALS)


def is_weak(seventy: float) -> bool:
    """Say whether even a fix that cuts the rate by 70 % would more likely than not stay unseen."""
    return seventy < WEAK_POWER


def check_plan(draft: Draft) -> None:
    """Refuse numbers that no test could use."""
    refusals = []
    if not 1 <= draft.baseline_count <= MOST_EVENTS:
        refusals.append(
            Invalid(
                "baseline_count",
                gettext_noop("Give the number of failures before, from 1 to %(most)s."),
                field="baseline_count",
                most=MOST_EVENTS,
            )
        )
    if not 1 <= draft.baseline_days <= LONGEST_DAYS:
        refusals.append(
            Invalid(
                "baseline_days",
                gettext_noop("Give the days they were counted over, from 1 to %(most)s."),
                field="baseline_days",
                most=LONGEST_DAYS,
            )
        )
    if not 0 < draft.target_ratio < 1:
        refusals.append(
            Invalid(
                "target_ratio",
                gettext_noop("The target is a share of the old rate, between 0 and 1."),
                field="target_ratio",
            )
        )
    days = draft.look_days
    in_order = all(earlier < later for earlier, later in zip((0, *days), days, strict=False))
    if len(days) != LOOKS or not in_order or days[-1] > LONGEST_DAYS:
        refusals.append(
            Invalid(
                "look_days",
                gettext_noop("Give three days to look, each later than the one before."),
                field="look_days",
            )
        )
    if refusals:
        raise Invalid.gather(refusals)


def _rank(counts: tuple[int, int], share: float, target: float) -> int:
    """0 nothing shown, 1 improved, 2 proven; `counts` are events before and after."""
    before, events = counts
    if before == 0:
        return 0
    if events <= _most_below(before, share, target):
        return 2
    at_most = min(_most_below(before, share, 1.0), target * before * share + 1e-9)
    return 1 if events <= at_most else 0


@lru_cache(maxsize=20_000)
def _most_below(before: int, share: float, ratio: float) -> int:
    """Return the most events after whose upper bound is below `ratio`; -1 if none.

    `share` is the days after over the days before.
    """
    chance = ratio * share / (1 + ratio * share)
    below, above = -1, math.ceil(ratio * before * share) + 1
    while above - below > 1:
        middle = (below + above) // 2
        if _at_most(middle, before + middle, chance) < EACH_LOOK:
            below = middle
        else:
            above = middle
    return below


def _at_most(k: int, n: int, p: float) -> float:
    """Binomial chance of `k` or fewer, summed downwards while it matters: thousands are needed.

    For `k` up to about the mean; far above it the first term is no longer the largest.
    """
    log_term = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    term = math.exp(log_term + k * math.log(p) + (n - k) * math.log1p(-p))
    total = term
    while k > 0 and term > total * 1e-12:
        term *= k * (1 - p) / ((n - k + 1) * p)
        total += term
        k -= 1
    return total


def _poisson_steps(mean: float) -> list[float]:
    """Cumulative chances of 0, 1, 2 … events, for drawing by bisection."""
    if mean <= 0:
        return [1.0]
    most = math.ceil(mean + 10 * math.sqrt(mean) + 20)
    chances = (
        math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(most + 1)
    )
    return list(accumulate(chances))
