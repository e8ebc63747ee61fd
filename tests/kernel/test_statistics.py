"""Worked numbers: Newcombe 1998, Montgomery, Anhøj, and arithmetic checked with scipy."""

import csv
import math
from io import StringIO
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.kernel import statistics
from recovery.kernel.statistics import Rating

FILE = Path(__file__).parents[3] / "shared/data/statistics/proportion_intervals_R_binom.csv"
R_INTERVALS = [
    row
    for row in csv.DictReader(
        StringIO(FILE.read_text(encoding="utf-8") if FILE.exists() else "")
    )
    if row["method"] == "wilson"
]


def near(*values, digits=4):
    return pytest.approx(values, abs=0.6 * 10**-digits)


@pytest.mark.parametrize(
    ("n", "rating"),
    [
        (-1, Rating.HIDDEN),
        (0, Rating.HIDDEN),
        (4, Rating.HIDDEN),
        (5, Rating.COUNTS),
        (9, Rating.COUNTS),
        (10, Rating.INTERVAL),
        (29, Rating.INTERVAL),
        (30, Rating.EMPHASISED),
        (5000, Rating.EMPHASISED),
    ],
)
def test_shows_no_more_than_the_number_of_cases_allows(n, rating):
    assert Rating.of(n) is rating


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (7, 10, 0.3968, 0.8922),
        (0, 10, 0, 0.2775),
        (10, 10, 0.7225, 1),
        (3, 8, 0.1368, 0.6943),
    ],
)
def test_wilson_interval_as_published(successes, n, low, high):
    assert statistics.wilson(successes, n) == near(successes / n, low, high)


@pytest.mark.parametrize(
    "row", R_INTERVALS, ids=lambda row: f"{row['successes']}-of-{row['n']}"
)
def test_wilson_interval_agrees_with_r(row):
    found = statistics.wilson(
        int(row["successes"]), int(row["n"]), confidence=float(row["confidence"])
    )
    assert (found.low, found.high) == near(float(row["lower"]), float(row["upper"]), digits=12)


def test_wilson_interval_stays_exactly_within_nought_and_one():
    assert statistics.wilson(0, 7).low == 0
    assert statistics.wilson(7, 7).high == 1


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((56, 70), (48, 80), (0.2, 0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.6, 0.1705, 0.8090)),
        ((10, 10), (0, 20), (1, 0.6791, 1)),
        ((40, 50), (4, 50), (0.72, 0.5505, 0.8201)),
    ],
)
def test_newcombe_difference_as_published(first, second, expected):
    assert statistics.newcombe(first, second) == near(*expected)


def test_net_promoter_score_with_its_margin():
    assert statistics.net_promoters(50, 30, 20) == near(0.3, 0.3 - 0.153, 0.3 + 0.153, digits=3)


def test_net_promoter_score_as_published():
    score = statistics.net_promoters(30, 20, 10, confidence=0.6826894921)
    assert score.value == pytest.approx(1 / 3)
    assert (score.high - score.value) ** 2 * 60 == pytest.approx(5 / 9)


@pytest.mark.parametrize(
    ("before", "after", "ratio", "p_value", "upper"),
    [
        ((12, 180), (3, 90), 0.5, 0.209, 1.570),
        ((12, 180), (0, 90), 0, 0.0077, 0.567),
        ((6, 180), (0, 90), 0, 0.0878, 1.2954),
        ((12, 180), (1, 180), 0.0833, 0.0017, 0.4627),
    ],
)
def test_rate_ratio_as_worked(before, after, ratio, p_value, upper):
    found = statistics.rate_ratio(before, after)
    assert found.ratio == pytest.approx(ratio, abs=5e-5)
    assert found.p_value == pytest.approx(p_value, abs=5e-4)
    assert found.upper == pytest.approx(upper, abs=6e-4)


def test_upper_bound_is_where_the_test_against_it_just_fails():
    upper = statistics.rate_ratio((12, 180), (3, 90)).upper
    assert statistics.rate_ratio((12, 180), (3, 90), target=upper).p_value == pytest.approx(
        0.05
    )


def test_nothing_before_proves_nothing():
    assert statistics.rate_ratio((0, 180), (2, 90)) == (None, 1.0, math.inf)


@pytest.mark.parametrize(
    ("after", "target", "needed"), [(180, 1, 5), (90, 1, 8), (180, 0.6, 7), (90, 0.6, 12)]
)
def test_says_how_many_events_a_proof_needs(after, target, needed):
    assert statistics.events_needed(180, after, target=target) == needed
    enough = statistics.rate_ratio((needed, 180), (0, after), target=target)
    short = statistics.rate_ratio((needed - 1, 180), (0, after), target=target)
    assert enough.p_value <= 0.05 < short.p_value


def test_a_proof_that_just_suffices_is_not_rounded_up():
    assert statistics.events_needed(1, 1, alpha=0.125) == 3


@pytest.mark.parametrize(
    ("n", "limits"),
    [
        (10, (6, 2)),
        (12, (7, 3)),
        (16, (7, 4)),
        (20, (7, 6)),
        (24, (8, 8)),
        (30, (8, 10)),
        (50, (9, 19)),
    ],
)
def test_run_limits_as_published(n, limits):
    assert statistics.run_limits(n) == limits


def test_hidden_total_with_its_error():
    assert statistics.chapman(60, 40, 12) == near(191.4, 37.7, digits=1)


def test_time_between_events_from_their_count():
    count = statistics.poisson_interval(3)
    assert (365 / count.high, 365 / count.low) == near(41.6, 590.0, digits=1)
    assert 90 / statistics.poisson_upper(0) == pytest.approx(30.0, abs=0.05)
    assert statistics.poisson_interval(0).low == 0


@pytest.mark.parametrize(
    ("k", "mean", "chance"),
    [
        (0, 5, 1),
        (1, 0, 0),
        (5, 5, 0.559507),
        (3, 1, 0.080301),
        (30, 5, 2.8175e-14),
        (20, 20, 0.529743),
    ],
)
def test_poisson_tail_as_tabled(k, mean, chance):
    assert statistics.poisson_tail(k, mean) == pytest.approx(chance, rel=1e-4, abs=1e-17)


@pytest.mark.parametrize(
    ("k", "n", "p", "chance"),
    [
        (-1, 5, 0.5, 0),
        (5, 5, 0.5, 1),
        (0, 5, 0, 1),
        (4, 5, 1, 0),
        (2, 5, 0.5, 0.5),
        (0, 0, 0.3, 1),
    ],
)
def test_binomial_chances(k, n, p, chance):
    assert statistics.binomial_cdf(k, n, p) == pytest.approx(chance)


def test_binomial_agrees_with_whole_numbers():
    for n, k in product((1, 7, 40), (0, 1, 6)):
        exact = sum(math.comb(n, i) for i in range(min(k, n) + 1)) / 2**n
        assert statistics.binomial_cdf(k, n, 0.5) == pytest.approx(exact, rel=1e-12)


def test_binomial_stays_finite_for_many():
    assert statistics.binomial_cdf(50_000, 100_000, 0.5) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("probability", "k"), [(0, 0), (0.5, 2), (0.51, 3), (1, 5)])
def test_binomial_quantile_is_the_smallest_that_suffices(probability, k):
    assert statistics.binomial_quantile(probability, 5, 0.5) == k


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda: statistics.wilson(1, 0), id="no cases"),
        pytest.param(lambda: statistics.wilson(3, 2), id="more than all"),
        pytest.param(lambda: statistics.wilson(1, 2, confidence=1), id="certainty"),
        pytest.param(lambda: statistics.net_promoters(0, 0, 0), id="no answers"),
        pytest.param(lambda: statistics.net_promoters(5, -1, 5), id="negative answers"),
        pytest.param(lambda: statistics.wilson(1, 2, confidence=0), id="no confidence"),
        pytest.param(lambda: statistics.poisson_tail(1, -1), id="negative mean"),
        pytest.param(lambda: statistics.poisson_interval(-1), id="negative count"),
        pytest.param(lambda: statistics.binomial_cdf(1, 2, 1.5), id="p above one"),
        pytest.param(lambda: statistics.binomial_quantile(2, 2, 0.5), id="not a probability"),
        pytest.param(lambda: statistics.rate_ratio((1, 0), (1, 1)), id="no exposure"),
        pytest.param(lambda: statistics.rate_ratio((-1, 1), (1, 1)), id="negative events"),
        pytest.param(lambda: statistics.chapman(3, 5, 4), id="more on both"),
        pytest.param(lambda: statistics.run_limits(0), id="no points"),
    ],
)
def test_refuses_what_has_no_answer(ask):
    with pytest.raises(ValueError, match=r"."):
        ask()


SHARES = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(SHARES)
def test_interval_holds_its_share_and_mirrors(share):
    successes, n = share
    found, other = statistics.wilson(successes, n), statistics.wilson(n - successes, n)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low == pytest.approx(1 - other.high)


@given(SHARES, SHARES)
def test_difference_turns_round_with_its_sides(first, second):
    there, back = statistics.newcombe(first, second), statistics.newcombe(second, first)
    assert there == pytest.approx((-back.value, -back.high, -back.low))
    assert -1.0000001 <= there.low <= there.value <= there.high <= 1.0000001


@given(st.integers(0, 60), st.floats(0.01, 60))
def test_poisson_tails_fall_and_differ_by_one_term(k, mean):
    term = math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))
    here, beyond = statistics.poisson_tail(k, mean), statistics.poisson_tail(k + 1, mean)
    assert here - beyond == pytest.approx(term, abs=1e-12)


@given(st.integers(0, 200), st.floats(0.5, 0.999))
def test_poisson_interval_holds_its_count(k, confidence):
    found = statistics.poisson_interval(k, confidence=confidence)
    each = (1 - confidence) / 2
    assert statistics.poisson_tail(k + 1, found.high) == pytest.approx(1 - each, abs=1e-9)
    assert k == 0 or statistics.poisson_tail(k, found.low) == pytest.approx(each, abs=1e-9)
