"""What a ladder may not be, and why; each refusal names the field at fault."""

import pytest

from recovery.escalation.policy import RungDraft, faults_of
from recovery.escalation.states import Tells
from recovery.kernel.conditions import Condition, Op

EVERYBODY = frozenset(Tells)


def rung(row=0, tells="owner", **facts):
    return RungDraft(row, tells, **({"percent": 75} | facts))


def faults(*rungs, is_support=False, held=EVERYBODY, kind=""):
    found = faults_of(rungs, is_support=is_support, held=held, kind=kind)
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


CALL = {"task_kind": "call_back", "task_words": "Call her", "task_days": 2}
SAFE = Condition("safety", Op.AT_MOST, (1,))


def test_takes_a_rung_with_conditions_that_gives_and_opens_a_task():
    assert faults(rung(tells="desk_lead", when=(SAFE,), assigns=True, **CALL)) == []
    card = rung(when=(SAFE,), **CALL | {"task_words": " Call her "}).card
    assert (card.when, card.task_words, card.task_days) == ((SAFE,), "Call her", 2)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"when": (Condition("mood", Op.IS, ("bad",)),)}, ("unknown_fact", "r3_c0_values")),
        ({"when": (Condition("safety", Op.IS, (9,)),)}, ("no_such_value", "r3_c0_values")),
        (
            {"when": (SAFE, Condition("safety", Op.AT_LEAST, (3,)))},
            ("never_holds", "r3_c0_values"),
        ),
        ({"assigns": True}, ("circular", "r3_assigns")),
        ({"assigns": True, "tells": "operator"}, ("holds_no_cases", "r3_assigns")),
        (CALL | {"task_words": "  "}, ("blank", "r3_task_words")),
        (CALL | {"task_days": None}, ("no_days", "r3_task_days")),
        (CALL | {"task_days": 91}, ("no_days", "r3_task_days")),
        ({"task_words": "Call her"}, ("which_task", "r3_task_kind")),
        (CALL | {"every": 10, "most": 2}, ("task_repeats", "r3_every")),
    ],
)
def test_refuses_deeds_and_conditions_that_make_no_sense(facts, fault):
    assert faults(rung(3, **facts)) == [fault]


def test_names_all_of_them_at_once_each_under_its_rung():
    bad = rung(1, assigns=True, percent=100, **CALL | {"task_words": "", "task_days": 0})
    never = rung(0, when=(Condition("channel", Op.AT_LEAST, (1,)),))
    assert {field for _, field in faults(never, bad)} == {
        "r0_c0_values",
        "r1_assigns",
        "r1_task_words",
        "r1_task_days",
    }


def test_a_ladder_of_tasks_opens_none_and_a_promise_is_not_given_away():
    assert faults(rung(**CALL), kind="task") == [("circular", "r0_task_kind")]
    away = rung(tells="desk_lead", assigns=True)
    assert faults(away, kind="promise") == [("promise_is_held", "r0_assigns")]
    assert faults(away, kind="task") == []


@pytest.mark.parametrize("facts", [{"when": (SAFE,)}, {"assigns": True}, CALL])
def test_support_is_told_and_nothing_else(facts):
    assert faults(rung(**facts), is_support=True) == [("support_only_tells", "r0_tells")]
