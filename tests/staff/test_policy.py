"""The track from what all may know; who stands outside whose team."""

import pytest

from recovery.failures.states import TrackEnd, TrackState
from staff.policy import (
    CareView,
    Place,
    ReadinessView,
    care_given_at,
    employee_track,
    is_outside,
    is_ready,
    least_loaded,
)
from staff.states import SUPPORT, EmployeeState
from tests.factories import NOON
from tests.staff.conftest import DAY, HOUR

WAITING, ACTIVE, ENDED = (
    (TrackState.WAITING, None),
    (TrackState.ACTIVE, None),
    (TrackState.ENDED, TrackEnd.OK),
)
NO, YES = ReadinessView(made_worse=False), ReadinessView(made_worse=True)
DONE = ReadinessView(made_worse=True, done=1)
HALF = ReadinessView(made_worse=True, done=1, open=1)


@pytest.mark.parametrize(
    ("cared", "readiness", "severity", "says"),
    [
        (False, None, 3, WAITING),
        (True, None, 3, ACTIVE),
        (False, NO, 3, ACTIVE),
        (True, NO, 4, ENDED),
        (True, YES, 2, ENDED),
        (True, YES, 3, ACTIVE),
        (True, HALF, 3, ACTIVE),
        (True, DONE, 3, ENDED),
        (False, DONE, 3, ACTIVE),
    ],
)
def test_ends_when_care_was_offered_and_the_question_is_settled(
    cared, readiness, severity, says
):
    assert employee_track(cared=cared, readiness=readiness, severity=severity) == says


def test_is_not_ready_before_anybody_answered():
    assert not is_ready(None, severity=0)


def test_care_counts_from_the_last_offer():
    first = CareView(EmployeeState.OFFERED, NOON, None)
    last = CareView(EmployeeState.DECLINED, NOON + HOUR, NOON + DAY)
    assert care_given_at([first, last]) == NOON + HOUR


def test_care_is_not_given_while_one_offer_is_to_be_made():
    made = CareView(EmployeeState.OFFERED, NOON, None)
    assert care_given_at([made, CareView(EmployeeState.TO_OFFER, None, None)]) is None
    assert care_given_at([]) is None


def test_nobody_affected_counts_from_when_it_was_found():
    assert care_given_at([CareView(EmployeeState.NONE_AFFECTED, None, NOON)]) == NOON


@pytest.mark.parametrize(
    ("supporter", "outside"),
    [
        (Place(frozenset({2})), True),
        (Place(frozenset({1})), False),
        (Place(frozenset({2}), led=frozenset({1, 2})), False),
        (Place(frozenset({5})), False),
        (Place(frozenset({2}), manager_id=10), False),
    ],
)
def test_a_supporter_stands_outside_team_and_line(supporter, outside):
    person = Place(frozenset({1}), led=frozenset({5}))
    assert is_outside(20, supporter, person_id=10, person=person) is outside


def test_nobody_is_supported_by_their_manager():
    person = Place(frozenset({1}), manager_id=20)
    assert not is_outside(20, Place(frozenset({2})), person_id=10, person=person)


def test_the_least_loaded_comes_first():
    assert least_loaded([3, 1, 2], {1: 2, 2: 1, 3: 1}) == [2, 3, 1]


def test_a_no_can_become_a_yes():
    assert SUPPORT.resolve(EmployeeState.DECLINED, "accept") == EmployeeState.IN_SUPPORT
