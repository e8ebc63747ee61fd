"""The one language in which rules say when they apply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.failures.policy import FACTS
from recovery.kernel.conditions import Condition, Op, all_hold, checked, read, unmet
from recovery.kernel.refusals import Invalid


def is_(fact, *values):
    return Condition(fact, Op.IS, values)


def codes(conditions):
    with pytest.raises(Invalid) as refused:
        checked(conditions, FACTS)
    return [part.code for part in refused.value.parts]


def test_no_condition_always_holds():
    assert all_hold((), {})


@pytest.mark.parametrize(
    ("condition", "facts", "wanted"),
    [
        (is_("channel", "phone", "letter"), {"channel": "letter"}, True),
        (is_("channel", "phone"), {"channel": "letter"}, False),
        (is_("channel", "phone"), {}, False),
        (Condition("channel", Op.IS_NOT, ("phone",)), {"channel": "letter"}, True),
        (Condition("channel", Op.IS_NOT, ("phone",)), {}, True),
        (Condition("channel", Op.IS_NOT, ("phone",)), {"channel": "phone"}, False),
        (Condition("safety", Op.AT_LEAST, (3,)), {"safety": 3}, True),
        (Condition("safety", Op.AT_LEAST, (3,)), {"safety": 2}, False),
        (Condition("safety", Op.AT_LEAST, (0,)), {}, False),
        (Condition("affected", Op.AT_MOST, (1,)), {"affected": 1}, True),
        (Condition("affected", Op.AT_MOST, (1,)), {"affected": 2}, False),
        (is_("at_risk", 1), {"at_risk": True}, True),
        (is_("at_risk", 0), {"at_risk": False}, True),
        (is_("department", 7), {"department": (12, 7, 1)}, True),
        (is_("department", 8), {"department": (12, 7, 1)}, False),
        (Condition("segment", Op.IS_NOT, ("gold",)), {"segment": ""}, True),
    ],
)
def test_a_condition_holds_as_its_words_say(condition, facts, wanted):
    assert condition.holds(facts) is wanted


def test_all_must_hold_and_the_others_are_named():
    safe, loud = Condition("safety", Op.AT_MOST, (0,)), is_("flag", "public_attention")
    facts = {"safety": 0, "flag": ["hostile_contact"]}

    assert not all_hold([safe, loud], facts)
    assert unmet([safe, loud], facts) == (loud,)


@pytest.mark.parametrize(
    ("conditions", "wanted"),
    [
        ([is_("mood", "bad")], ["unknown_fact"]),
        ([is_("channel", "pigeon")], ["no_such_value"]),
        ([is_("channel")], ["no_value"]),
        ([Condition("channel", Op.AT_LEAST, ("phone",))], ["not_a_size"]),
        ([Condition("safety", Op.AT_LEAST, (1, 2))], ["not_a_size"]),
        ([Condition("safety", Op.AT_LEAST, (5,))], ["no_such_value"]),
        ([Condition("safety", Op.IS, ("3",))], ["no_such_value"]),
        ([is_("mood", "x"), is_("channel", "pigeon")], ["unknown_fact", "no_such_value"]),
        (
            [Condition("safety", Op.AT_LEAST, (3,)), Condition("safety", Op.AT_MOST, (2,))],
            ["never_holds"],
        ),
        ([is_("safety", 1), Condition("safety", Op.AT_LEAST, (2,))], ["never_holds"]),
        ([is_("channel", "phone"), Condition("channel", Op.IS_NOT, ("phone",))],
         ["never_holds"]),
        ([is_("safety", 1)] * 9, ["too_many_conditions"]),
    ],
)  # fmt: skip
def test_refuses_what_could_never_hold_or_means_nothing(conditions, wanted):
    assert codes(conditions) == wanted


def test_two_desks_on_one_path_can_both_hold():
    both = [is_("department", 12), is_("department", 1)]

    assert checked(both, FACTS) == tuple(both)
    assert all_hold(both, {"department": (12, 1)})


NUMBERS = st.builds(
    lambda op, value: Condition("safety", op, (value,)),
    st.sampled_from(Op),
    st.integers(0, 4),
)


@given(st.lists(NUMBERS, max_size=4), st.integers(0, 4))
def test_what_passes_the_check_can_hold_and_what_holds_passes(conditions, grade):
    if all_hold(conditions, {"safety": grade}):
        assert checked(conditions, FACTS) == tuple(conditions)


@given(st.lists(NUMBERS, max_size=4))
def test_reads_back_what_it_stores(conditions):
    assert list(read([each.as_json() for each in conditions])) == conditions
