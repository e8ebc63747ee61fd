"""The statistics of the proof against domain.md §4 (11, 12) and practice.md item 6."""

import dataclasses
import math

import pytest

from processes.policy.proof import (
    Draft,
    check_plan,
    final_result,
    is_weak,
    judge,
    least_baseline,
    most_allowed,
    power,
)
from processes.states import Result
from recovery.kernel.refusals import Invalid
from recovery.kernel.statistics import binomial_cdf, events_needed

BEFORE = (12, 180)
PLAN = Draft(12, 180, 0.6, (120, 240, 360), 2)
# Two standard errors of a share in 4000 trials are at most .016.
SIMULATION_ERROR = 0.016


def test_three_in_half_the_time_is_inconclusive() -> None:
    found = judge(BEFORE, (3, 90), 0.6, alpha=0.05)
    assert found.ratio == pytest.approx(0.5)
    assert found.p_value == pytest.approx(0.209, abs=0.0005)
    assert found.upper == pytest.approx(1.570, abs=0.0005)
    assert found.result is Result.NOT_SHOWN


def test_none_after_twelve_proves_a_target_of_sixty_per_cent() -> None:
    found = judge(BEFORE, (0, 90), 0.6, alpha=0.05)
    assert found.p_value == pytest.approx(0.0077, abs=0.00005)
    assert found.upper == pytest.approx(0.567, abs=0.0005)
    assert found.lower == 0
    assert found.result is Result.PROVEN


def test_none_after_six_is_inconclusive() -> None:
    found = judge((6, 180), (0, 90), 0.6, alpha=0.05)
    assert found.p_value == pytest.approx(0.088, abs=0.0005)
    assert found.result is Result.NOT_SHOWN


def test_one_after_twelve_in_equal_windows() -> None:
    found = judge(BEFORE, (1, 180), 0.6, alpha=0.05)
    assert found.ratio == pytest.approx(0.083, abs=0.0005)
    assert found.p_value == pytest.approx(0.0017, abs=0.00005)
    assert found.result is Result.PROVEN


def test_five_before_and_none_after_stays_inconclusive_at_sixty_per_cent() -> None:
    found = judge((5, 180), (0, 180), 0.6, alpha=0.05)
    assert found.upper == pytest.approx(0.82, abs=0.005)
    assert found.result is not Result.PROVEN


def test_feasibility_at_a_target_of_sixty_per_cent() -> None:
    assert events_needed(180, 180, target=0.6) == 7
    assert events_needed(180, 90, target=0.6) == 12
    for baseline_days, watched in ((180, 360), (180, 180), (90, 360)):
        least = least_baseline(baseline_days=baseline_days, watched_days=watched, target=0.6)
        assert judge((least, baseline_days), (0, watched), 0.6).result is Result.PROVEN
        assert judge((least - 1, baseline_days), (0, watched), 0.6).result is not Result.PROVEN


def test_bounds_are_one_sided_at_a_third_of_five_per_cent() -> None:
    found = judge(BEFORE, (3, 240), 0.6)
    for bound, tail in ((found.upper, "lower"), (found.lower, "upper")):
        assert bound is not None
        share = bound * 240 / (180 + bound * 240)
        chance = (
            binomial_cdf(3, 15, share) if tail == "lower" else 1 - binomial_cdf(2, 15, share)
        )
        assert chance == pytest.approx(0.05 / 3, rel=1e-6)


def test_improved_needs_both_the_bound_and_the_ratio() -> None:
    assert judge(BEFORE, (3, 120), 0.9).result is Result.NOT_SHOWN  # upper 1.9
    assert judge(BEFORE, (6, 360), 0.2).result is not Result.IMPROVED  # ratio .25
    assert judge(BEFORE, (6, 360), 0.6).result is Result.IMPROVED


def test_worse_when_even_the_lower_bound_is_above_the_target() -> None:
    assert judge(BEFORE, (24, 180), 0.6).result is Result.WORSE


def test_most_allowed_agrees_with_the_verdict_everywhere() -> None:
    for days in PLAN.look_days:
        proven = most_allowed(Result.PROVEN, BEFORE, days=days, target=0.6)
        improved = most_allowed(Result.IMPROVED, BEFORE, days=days, target=0.6)
        for count in range(25):
            result = judge(BEFORE, (count, days), 0.6).result
            assert (result is Result.PROVEN) == (proven is not None and count <= proven)
            better = result in {Result.PROVEN, Result.IMPROVED}
            assert better == (improved is not None and count <= improved)


def test_power_of_the_three_looks_as_practice_states_it() -> None:
    strong = power(PLAN, 0.7)
    assert strong.improved == pytest.approx(0.63, abs=SIMULATION_ERROR)
    assert strong.proven == pytest.approx(0.23, abs=SIMULATION_ERROR)
    useless = power(PLAN, 0.0)
    assert useless.improved == pytest.approx(0.021, abs=0.005)


def test_power_is_the_same_every_time() -> None:
    assert power(PLAN, 0.5) == power(PLAN, 0.5)


def test_large_baselines_are_simulated_quickly_and_surely() -> None:
    assert power(dataclasses.replace(PLAN, baseline_count=2000), 0.5).proven == 1


def test_recommends_another_indicator_below_half() -> None:
    few = dataclasses.replace(PLAN, baseline_count=5)
    assert is_weak(power(few, 0.7).improved)
    assert not is_weak(power(PLAN, 0.7).improved)


@pytest.mark.parametrize(
    ("results", "final"),
    [
        ([], None),
        (["not_shown"], None),
        (["improved", "not_shown"], None),
        (["proven"], Result.PROVEN),
        (["not_shown", "worse"], Result.WORSE),
        (["not_shown", "not_shown", "not_shown"], Result.NOT_SHOWN),
        (["improved", "not_shown", "not_shown"], Result.IMPROVED),
        (["not_shown", "not_shown", "improved"], Result.IMPROVED),
    ],
)
def test_how_a_watch_ends(results, final) -> None:
    assert final_result(results) is final


def test_nothing_before_has_no_upper_bound() -> None:
    found = judge((0, 180), (2, 90), 0.6)
    assert found.upper is None
    assert math.isinf(found.ratio)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"baseline_count": 0}, "baseline_count"),
        ({"baseline_count": 100_000}, "baseline_count"),
        ({"baseline_days": 0}, "baseline_days"),
        ({"target_ratio": 1.0}, "target_ratio"),
        ({"target_ratio": 0.0}, "target_ratio"),
        ({"look_days": (120, 240)}, "look_days"),
        ({"look_days": (120, 120, 360)}, "look_days"),
        ({"look_days": (0, 120, 360)}, "look_days"),
        ({"look_days": (1, 2, 100_000)}, "look_days"),
    ],
)
def test_refuses_numbers_no_test_could_use(change, field) -> None:
    with pytest.raises(Invalid) as refusal:
        check_plan(dataclasses.replace(PLAN, **change))
    assert refusal.value.field == field
