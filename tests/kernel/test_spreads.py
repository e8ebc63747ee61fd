"""The middle, the ends, and what lies far outside."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.kernel.spreads import spread_of

AMOUNTS = st.lists(st.integers(0, 10**8), min_size=1, max_size=40)


@given(AMOUNTS)
def test_the_median_is_that_of_the_textbook_and_the_parts_are_in_order(amounts):
    spread = spread_of(amounts)
    assert spread.median == pytest.approx(statistics.median(amounts))
    assert spread.least <= spread.quarter <= spread.median
    assert spread.median <= spread.three_quarters <= spread.most


def test_quartiles_lie_between_their_neighbours():
    spread = spread_of([10, 20, 30, 40])
    assert (spread.quarter, spread.three_quarters) == (17.5, 32.5)


def test_what_lies_beyond_the_fences_is_far():
    spread = spread_of([10, 10, 20, 20, 30, 30])
    assert [spread.is_far(each) for each in (0, 30, 60)] == [False, False, True]
    assert spread_of([5] * 9).is_far(6)


def test_of_nothing_there_is_no_spread():
    with pytest.raises(ValueError, match="no amounts"):
        spread_of([])
