import csv
import json
from io import StringIO
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.kernel.survival import cumulative_incidence, kaplan_meier

DATA = Path(__file__).parents[3] / "shared/data/statistics"


def rows(name):
    file = DATA / name
    return (
        list(csv.DictReader(StringIO(file.read_text(encoding="utf-8"))))
        if file.exists()
        else []
    )


def test_running_cases_count_until_they_were_last_seen():
    curve = kaplan_meier([2, 3, 3, 5, 8, 9], [True, True, False, True, False, True])
    assert [step.survival for step in curve.steps] == pytest.approx([5 / 6, 4 / 6, 4 / 9, 0])
    assert curve.median == 5
    assert [curve.at(time) for time in (0, 2, 4.9, 5)] == pytest.approx(
        [1, 5 / 6, 4 / 6, 4 / 9]
    )


def test_a_quantile_may_not_be_reached():
    curve = kaplan_meier([1, 2, 3, 4], [True, False, False, False])
    assert (curve.median, curve.quantile(0.9), curve.quantile(0.25)) == (None, None, 1)


def test_a_share_met_up_to_rounding_is_met():
    assert kaplan_meier(range(1, 11), [True] * 10).quantile(0.9) == 9


def test_nothing_is_over_when_nothing_ran():
    assert kaplan_meier([], []).at(5) == 1
    assert cumulative_incidence([], []) == {}


def test_giving_up_competes_with_being_resolved():
    found = cumulative_incidence(
        [1, 2, 2, 3, 4, 5], ["resolved", "lost", None, "resolved", "resolved", None]
    )
    resolved = dict(found["resolved"].steps)
    assert resolved == pytest.approx({1: 3 / 18, 3: 7 / 18, 4: 11 / 18})
    assert found["lost"].at(10) == pytest.approx(1 / 6)
    assert (found["lost"].at(1), found["resolved"].quantile(0.5)) == (0, 4)
    assert found["resolved"].quantile(0.9) is None


@pytest.mark.parametrize(
    ("durations", "over"), [([1, 2], [True]), ([-1], [True])], ids=["lengths", "negative"]
)
def test_refuses_durations_that_make_no_sense(durations, over):
    with pytest.raises(ValueError, match=r"negative|shorter"):
        kaplan_meier(durations, over)


CHECKS = rows("kaplan_meier_checks.csv")
DATASETS = {
    name: list(steps) for name, steps in groupby(CHECKS, key=lambda row: row["dataset"])
}


@pytest.mark.parametrize("name", DATASETS)
def test_agrees_with_published_survival(name):
    first = DATASETS[name][0]
    over = [bool(event) for event in json.loads(first["events_json"])]
    curve = kaplan_meier(json.loads(first["durations_json"]), over)
    by_time = {step.time: step for step in curve.steps}
    for row in DATASETS[name]:
        step = by_time[float(row["time"])]
        assert (step.at_risk, step.ended) == (int(row["n_at_risk"]), int(row["events"]))
        assert step.survival == pytest.approx(float(row["survival"]), abs=6e-4)  # .8095 is cut
        if row["std_err_greenwood"]:
            assert step.std_err == pytest.approx(float(row["std_err_greenwood"]), abs=5e-4)


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("RIT", {25: 0.909, 53: 0.779}),
        ("Control", {9: 0.833, 19: 0.667, 32: 0.5, 34: 0.333}),
    ],
)
def test_agrees_with_published_groups(group, expected):
    patients = [row for row in rows("lifelines_g3.csv") if row["group"] == group]
    if not patients:
        pytest.skip(f"no data in {DATA}")
    curve = kaplan_meier(
        [float(row["time"]) for row in patients], [row["event"] == "True" for row in patients]
    )
    assert {time: curve.at(time) for time in expected} == pytest.approx(expected, abs=5e-4)


CASES = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(["resolved", "lost", None])), max_size=40
)


@given(CASES)
def test_ways_of_ending_and_what_still_runs_make_a_whole(cases):
    durations, ends = [time for time, _ in cases], [end for _, end in cases]
    left = kaplan_meier(durations, [end is not None for end in ends])
    found = cumulative_incidence(durations, ends)
    for time in range(31):
        ended = sum(curve.at(time) for curve in found.values())
        assert ended + left.at(time) == pytest.approx(1)


@given(CASES)
def test_survival_only_falls(cases):
    curve = kaplan_meier([time for time, _ in cases], [end is not None for _, end in cases])
    levels = [step.survival for step in curve.steps]
    assert levels == sorted(levels, reverse=True)
    assert all(0 <= level <= 1 for level in levels)
