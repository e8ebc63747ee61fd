"""Small-sample statistics in closed form, exact where that is cheap.

Nothing here imports scipy, which costs seconds and 100 MB in every web process. Shares are 0
to 1. Arguments out of range raise ValueError.
"""

import math
from collections.abc import Callable
from enum import IntEnum
from statistics import NormalDist
from typing import NamedTuple, Self


class Rating(IntEnum):
    """What a number of cases allows us to show; the higher includes the lower."""

    HIDDEN = 0
    COUNTS = 5
    INTERVAL = 10
    EMPHASISED = 30

    @classmethod
    def of(cls, n: int) -> Self:
        """Return the rating of `n` cases: under 5 hidden, under 10 counts, under 30 no rank."""
        return max(rating for rating in cls if rating <= max(n, 0))


class Estimate(NamedTuple):
    """A value with its confidence interval."""

    value: float
    low: float
    high: float


class Total(NamedTuple):
    """An estimated total with its standard error."""

    value: float
    std_err: float


class RateRatio(NamedTuple):
    """Rate after over rate before; None where nothing happened before.

    `p_value` is one-sided: the chance of as few or fewer after, were the true ratio the target.
    `upper` is the one-sided upper bound, infinite where nothing happened before.
    """

    ratio: float | None
    p_value: float
    upper: float


class RunLimits(NamedTuple):
    """Anhøj's limits: a signal is a longer run or fewer crossings of the centre line."""

    longest_run: int
    fewest_crossings: int


# Proportions


def wilson(successes: int, n: int, *, confidence: float = 0.95) -> Estimate:
    """Return the share with Wilson's score interval."""
    _require(0 <= successes <= n and n > 0, f"{successes} of {n} is not a share")
    share, z = successes / n, _z(confidence)
    middle = share + z * z / (2 * n)
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if successes == 0 else (middle - reach) / scale
    high = 1.0 if successes == n else (middle + reach) / scale
    return Estimate(share, low, high)


def newcombe(
    first: tuple[int, int], second: tuple[int, int], *, confidence: float = 0.95
) -> Estimate:
    """Return the difference of two unpaired shares, each (successes, n): first less second.

    Newcombe's hybrid score interval (his method 10).
    """
    one, two = (wilson(*counts, confidence=confidence) for counts in (first, second))
    difference = one.value - two.value
    below = math.hypot(one.value - one.low, two.high - two.value)
    above = math.hypot(one.high - one.value, two.value - two.low)
    return Estimate(difference, difference - below, difference + above)


def net_promoters(
    promoters: int, passives: int, detractors: int, *, confidence: float = 0.95
) -> Estimate:
    """Return share of promoters less share of detractors, -1 to 1, with its normal interval."""
    n = promoters + passives + detractors
    _require(min(promoters, passives, detractors) >= 0 and n > 0, "no answers to score")
    score = (promoters - detractors) / n
    variance = (promoters + detractors) / n - score * score
    reach = _z(confidence) * math.sqrt(variance / n)
    return Estimate(score, score - reach, score + reach)


# Counts


def binomial_cdf(k: int, n: int, p: float) -> float:
    """Return the chance of `k` or fewer of `n`, each with chance `p`."""
    _require(n >= 0 and 0 <= p <= 1, f"no binomial with n={n}, p={p}")
    if k >= n or p == 0:
        return float(k >= 0)
    if k < 0 or p == 1:
        return 0.0
    log_p, log_q, log_all = math.log(p), math.log1p(-p), math.lgamma(n + 1)
    return min(
        1.0,
        math.fsum(
            math.exp(
                log_all
                - math.lgamma(i + 1)
                - math.lgamma(n - i + 1)
                + i * log_p
                + (n - i) * log_q
            )
            for i in range(k + 1)
        ),
    )


def binomial_quantile(probability: float, n: int, p: float) -> int:
    """Return the smallest k with at least `probability` of k or fewer of `n`."""
    _require(0 <= probability <= 1, f"{probability} is not a probability")
    return next((k for k in range(n) if binomial_cdf(k, n, p) >= probability), n)


def poisson_tail(k: int, mean: float) -> float:
    """Return the chance of `k` or more where `mean` are expected."""
    _require(mean >= 0, f"no Poisson with mean {mean}")
    if k <= 0:
        return 1.0
    if mean == 0:
        return 0.0
    if k <= mean:
        return 1 - math.fsum(_poisson(i, mean) for i in range(k))
    # Far out the terms shrink fast: summing them keeps small chances exact.
    total, i, term = 0.0, k, _poisson(k, mean)
    while term > total * 1e-17:
        total += term
        i += 1
        term *= mean / i
    return total


def poisson_interval(k: int, *, confidence: float = 0.95) -> Estimate:
    """Return count `k` with the exact two-sided interval of its mean."""
    _require(k >= 0, f"{k} is not a count")
    _z(confidence)
    each = (1 - confidence) / 2
    ceiling = k + 20 * math.sqrt(k + 1) + 50
    low = 0.0 if k == 0 else _root(lambda mean: poisson_tail(k, mean) - each, 0, ceiling)
    high = _root(lambda mean: poisson_tail(k + 1, mean) - (1 - each), 0, ceiling)
    return Estimate(k, low, high)


def poisson_upper(k: int, *, confidence: float = 0.95) -> float:
    """Return the exact one-sided upper bound of the mean behind count `k`."""
    return poisson_interval(k, confidence=2 * confidence - 1).high


def rate_ratio(
    before: tuple[int, float],
    after: tuple[int, float],
    *,
    target: float = 1.0,
    alpha: float = 0.05,
) -> RateRatio:
    """Compare two rates, each (events, exposure), by the exact conditional test.

    Given all events, those after are binomial; both exposures are in the same unit.
    """
    (events_before, time_before), (events_after, time_after) = before, after
    _require(min(events_before, events_after) >= 0, "events are counts")
    share = _share_after(time_before, time_after, target)
    total = events_before + events_after
    p_value = binomial_cdf(events_after, total, share)
    if events_before == 0:
        return RateRatio(None, p_value, math.inf)
    # The largest share after that would still give so few events with a chance of alpha.
    worst = _root(lambda p: alpha - binomial_cdf(events_after, total, p), 0, 1)
    per_time = time_before / time_after
    return RateRatio(
        events_after / events_before * per_time, p_value, worst / (1 - worst) * per_time
    )


def events_needed(
    time_before: float, time_after: float, *, target: float = 1.0, alpha: float = 0.05
) -> int:
    """Return the fewest events before from which none after would prove the target."""
    share = _share_after(time_before, time_after, target)
    return math.ceil(round(math.log(alpha) / math.log1p(-share), 9))


def chapman(first: int, second: int, both: int) -> Total:
    """Estimate all failures from two lists of them and how many are on both.

    Lists that depend on each other make it wrong in either direction: show a range.
    """
    _require(0 <= both <= min(first, second), "more on both lists than on one")
    total = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both)
    return Total(total, math.sqrt(variance / ((both + 1) ** 2 * (both + 2))))


def run_limits(n: int) -> RunLimits:
    """Return the limits for `n` points that are not on the centre line."""
    _require(n > 0, "no points to judge")
    return RunLimits(round(math.log2(n) + 3), binomial_quantile(0.05, n - 1, 0.5))


def _require(holds: bool, message: str) -> None:  # noqa: FBT001
    if not holds:
        raise ValueError(message)


def _z(confidence: float) -> float:
    _require(0 < confidence < 1, f"{confidence} is not a confidence level")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _poisson(k: int, mean: float) -> float:
    return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))


def _share_after(time_before: float, time_after: float, target: float) -> float:
    _require(min(time_before, time_after, target) > 0, "exposures and target are above zero")
    return target * time_after / (time_before + target * time_after)


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    """Find where `rising` passes zero, by halving."""
    for _ in range(100):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
