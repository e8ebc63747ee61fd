"""Of the standards of a kind the first that holds wins, by rank, detail and youth."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.clocks.policy import Passed, StandardCard, When, candidates, standard_for
from recovery.clocks.states import Basis, ClockKind
from recovery.kernel.conditions import Condition, Op

WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PHONE = Condition("channel", Op.IS, ("phone",))
GOLD = Condition("segment", Op.IS, ("gold",))
FACTS = {"channel": "phone", "segment": "gold"}


def card(key, since=None, until=None, *when, targets=None, **facts):
    return StandardCard(
        key, ClockKind.RESOLVE, since, until, targets or {3: 60}, frozenset(),
        conditions=when, **facts,
    )  # fmt: skip


def chosen(cards, facts=FACTS, when=None, priority=3):
    ordered = sorted(cards, key=lambda each: each.order)
    found = standard_for(ordered, when=when or When(WEDNESDAY), facts=facts, priority=priority)
    return found.id if found else None


def test_takes_the_one_in_force():
    cards = [card(1, until=WEDNESDAY), card(2, WEDNESDAY)]
    assert chosen(cards, when=When(WEDNESDAY - DAY)) == 1
    assert chosen(cards) == 2
    assert chosen([]) is None


def test_lowest_rank_wins_whatever_it_asks():
    assert chosen([card(1, None, None, PHONE, GOLD, rank=20), card(2, rank=10)]) == 2


def test_of_one_rank_the_more_specific_wins():
    assert chosen([card(1, None, None, PHONE, GOLD), card(2, WEDNESDAY, None, PHONE)]) == 1


def test_of_equals_the_younger_wins():
    assert chosen([card(9, WEDNESDAY - DAY, None, PHONE), card(1, WEDNESDAY, None, PHONE)]) == 1


def test_passes_over_what_does_not_hold_for_the_case():
    cards = [card(1, None, None, GOLD, rank=1), card(2, rank=1000)]
    assert chosen(cards, {"segment": "silver"}) == 2
    assert chosen(cards, {}) == 2


def test_passes_over_what_names_no_time_for_the_priority():
    assert chosen([card(1, rank=1, targets={1: 60}), card(2, rank=2)]) == 2


@pytest.mark.parametrize(
    ("basis", "occurred", "expected"),
    [
        (Basis.OCCURRED, WEDNESDAY - DAY, 1),
        (Basis.OCCURRED, None, 2),
        (Basis.RECEIVED, WEDNESDAY - DAY, 2),
    ],
)
def test_is_in_force_by_its_own_moment_and_by_receipt_if_that_is_unknown(
    basis, occurred, expected
):
    cards = [card(1, until=WEDNESDAY, basis=basis), card(2, WEDNESDAY, basis=basis)]
    assert chosen(cards, when=When(WEDNESDAY, occurred)) == expected


def test_says_of_each_why_it_was_passed_over():
    cards = [
        card(1, None, WEDNESDAY - DAY, rank=1),
        card(2, None, None, GOLD, rank=2),
        card(3, rank=3, targets={1: 60}),
        card(4, rank=4, is_retired=True),
        card(5, rank=5),
        card(6, rank=6),
    ]
    found = candidates(cards, when=When(WEDNESDAY), facts={}, priority=3)
    assert [(each.card.id, each.passed) for each in found] == [
        (1, Passed.NOT_THEN), (2, Passed.CONDITIONS), (3, Passed.NO_TIME), (4, Passed.RETIRED),
        (5, None), (6, Passed.LATER),
    ]  # fmt: skip
    assert found[1].unmet == (GOLD,)


CARDS = st.builds(
    lambda key, rank, since, lasts, when, times, retired: card(
        key, since, since + lasts * DAY, *when,
        rank=rank, targets=dict.fromkeys(times, 60), is_retired=retired,
    ),
    st.integers(1, 99), st.integers(1, 3),
    st.integers(-60, 90).map(lambda days: WEDNESDAY + days * DAY),
    st.integers(1, 90), st.lists(st.sampled_from([PHONE, GOLD]), max_size=2, unique=True),
    st.sets(st.integers(1, 4), min_size=1), st.booleans(),
)  # fmt: skip


@given(
    st.lists(CARDS, max_size=8, unique_by=lambda each: each.id),
    st.sampled_from([{}, FACTS, {"channel": "phone"}]),
    st.integers(1, 4),
)
def test_the_tester_names_the_one_the_clock_takes(cards, facts, priority):
    found = candidates(cards, when=When(WEDNESDAY), facts=facts, priority=priority)
    named = [each.card.id for each in found if each.passed is None]
    used = [each for each in cards if not each.is_retired]
    taken = chosen(used, facts, priority=priority)
    assert named == ([taken] if taken else [])
