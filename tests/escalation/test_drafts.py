"""What a ladder may not be, and why; each refusal names the field at fault."""

import pytest

from recovery.escalation.policy import RungDraft, faults_of
from recovery.escalation.states import Tells

EVERYBODY = frozenset(Tells)


def rung(row=0, tells="owner", **facts):
    return RungDraft(row, tells, **({"percent": 75} | facts))


def faults(*rungs, is_support=False, held=EVERYBODY):
    found = faults_of(rungs, is_support=is_support, held=held)
    return [(each.code, each.field) for each in found]


def test_takes_a_ladder_as_the_house_has_it():
    assert faults(rung(), rung(1, "desk_lead", percent=100, level=1)) == []
    assert faults(rung(), rung(1, "deputy", percent=100), is_support=True) == []


def test_takes_rungs_by_minutes_that_repeat():
    before = rung(0, percent=None, minutes=-60, in_hours=True)
    after = rung(1, percent=None, minutes=0, every=5, most=20, level=4)
    assert faults(before, after) == []


def test_refuses_a_ladder_that_can_never_fire():
    assert faults() == [("no_rungs", None)]
    assert faults(rung(percent=301)) == [("beyond", "r0_amount")]
    assert faults(rung(percent=None, minutes=43_201)) == [("beyond", "r0_amount")]
    assert faults(rung(percent=None, minutes=-43_201)) == [("beyond", "r0_amount")]
    assert faults(rung(percent=0)) == [("beyond", "r0_amount")]


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"percent": None}, ("one_anchor", "r3_amount")),
        ({"minutes": 5}, ("one_anchor", "r3_amount")),
        ({"every": 30}, ("no_limit", "r3_most")),
        ({"every": 30, "most": 1}, ("no_limit", "r3_most")),
        ({"every": 30, "most": 21}, ("no_limit", "r3_most")),
        ({"every": 4, "most": 3}, ("too_often", "r3_every")),
        ({"most": 3}, ("no_interval", "r3_every")),
        ({"every": 50_000, "most": 3}, ("beyond", "r3_every")),
        ({"level": 5}, ("no_such_tier", "r3_level")),
    ],
)
def test_refuses_a_rung_that_makes_no_sense(facts, fault):
    assert faults(rung(3, **facts)) == [fault]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"percent": 100}, {"percent": 75}),
        ({"percent": None, "minutes": 30}, {"percent": None, "minutes": 10}),
        ({"percent": 100}, {"percent": None, "minutes": -10}),
        ({"percent": None, "minutes": 10}, {"percent": 75}),
    ],
)
def test_refuses_rungs_out_of_order(first, second):
    assert faults(rung(0, **first), rung(1, **second)) == [("out_of_order", "r1_amount")]


def test_refuses_a_tier_that_falls():
    rungs = rung(0, level=2), rung(1, percent=100, level=1)
    assert faults(*rungs) == [("falls", "r1_level")]


def test_refuses_a_role_that_nobody_holds_with_nobody_behind_it():
    assert faults(rung(tells="manager"), held={"owner"}) == [("nobody_there", "r0_tells")]
    assert faults(rung(tells="manager"), held={"owner", "operator"}) == []
    assert faults(rung(tells="desk_lead"), held={"manager"}) == [("nobody_there", "r0_tells")]


def test_support_never_reaches_the_line_and_the_line_has_no_deputies():
    assert faults(rung(tells="desk_lead"), is_support=True) == [("never_the_line", "r0_tells")]
    assert faults(rung(tells="deputy")) == [("support_only", "r0_tells")]
