from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.policy import (
    Allotment,
    Authority,
    Line,
    Reach,
    Touch,
    committed,
    has_open_offer,
    is_put_right,
    owed,
    quiet_since,
    reach_of,
    silent_until,
    track_of,
)
from recovery.failures.states import TrackEnd, TrackState
from recovery.kernel.hours import Schedule

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)
HOURS = Schedule(ZoneInfo("UTC"), {day: ((time(8), time(16)),) for day in range(5)})
ENDED, ACTIVE, WAITING = TrackState.ENDED, TrackState.ACTIVE, TrackState.WAITING


@pytest.mark.parametrize(
    ("cases", "track"),
    [
        ({"detected": 3}, (WAITING, None)),
        ({"detected": 3, "received": 1}, (WAITING, None)),
        ({"detected": 3, "acknowledged": 1}, (ACTIVE, None)),
        ({"detected": 1, "recovered": 9}, (ACTIVE, None)),
        ({"escalated_external": 1}, (ACTIVE, None)),
        ({"recovered": 2}, (ENDED, TrackEnd.OK)),
        ({"recovered": 1, "ruled_recovered": 1}, (ENDED, TrackEnd.OK)),
        ({"recovered": 1, "remedied_unconfirmed": 1}, (ENDED, TrackEnd.OK_UNCONFIRMED)),
        ({"remedied_unconfirmed": 1}, (ENDED, TrackEnd.OK_UNCONFIRMED)),
        ({"recovered": 179, "final_response": 1}, (ENDED, TrackEnd.PARTLY)),
        ({"remedied_unconfirmed": 1, "lost": 1}, (ENDED, TrackEnd.PARTLY)),
        ({"unreachable": 1, "lost": 1}, (ENDED, TrackEnd.FAILED)),
        ({"recovered": 1, "merged": 4}, (ENDED, TrackEnd.OK)),
        ({"merged": 4}, None),
        ({}, None),
    ],
)
def test_the_track_is_what_all_cases_make_of_it(cases, track):
    assert track_of(cases) == track


def test_a_case_that_had_ended_and_is_complained_of_again_is_at_work():
    assert track_of({"received": 1}, reopened=True) == (ACTIVE, None)


@pytest.mark.parametrize(
    ("authority", "left"),
    [
        (Authority(), 0),
        (Authority(Allotment(100, 40)), 60),
        (Authority(Allotment(100, 140)), 0),
        (Authority(Allotment(100), Allotment(50, 20)), 30),
        (Authority(None, Allotment(50, 20)), 30),
        (Authority(Allotment(100), None, Allotment(80, 60, days=30)), 20),
        (Authority(None), None),
    ],
)
def test_the_tighter_limit_counts(authority, left):
    assert authority.left == left
    assert authority.covers(0)
    if left is not None:
        assert authority.covers(left)
        assert not authority.covers(left + 1)


def lines(*rows):
    return [Line(*row) for row in rows]


def test_what_was_refused_or_turned_down_is_not_committed():
    given = lines(
        ("goodwill", "delivered", 100),
        ("expense", "accepted", 20),
        ("goodwill", "offered", 3),
        ("goodwill", "declined", 1000),
        ("goodwill", "refused", 1000),
        ("goodwill", "withdrawn", 1000),
        ("goodwill", "awaiting_approval", 1000),
        ("entitlement", "delivered", 1000),
        ("care", "delivered", 1000),
    )
    assert committed(given) == 123


def test_a_right_is_owed_until_it_is_paid_or_refused():
    rights = lines(
        ("entitlement", "offered", 100),
        ("entitlement", "refusal_asked", 20),
        ("entitlement", "delivered", 1000),
        ("entitlement", "lawfully_refused", 1000),
        ("goodwill", "offered", 1000),
    )
    assert owed(rights) == 120


@pytest.mark.parametrize(
    ("row", "waits"),
    [
        (("goodwill", "offered", 1), True),
        (("goodwill", "awaiting_approval", 1), True),
        (("goodwill", "offered", 0), False),
        (("entitlement", "offered", 1), False),
        (("goodwill", "accepted", 1), False),
    ],
)
def test_a_gift_of_money_without_answer_is_an_open_offer(row, waits):
    assert has_open_offer(lines(row)) is waits


@pytest.mark.parametrize(
    ("states", "right"),
    [
        (["delivered"], True),
        (["delivered", "declined", "refused", "withdrawn", "lawfully_refused"], True),
        (["delivered", "accepted"], False),
        (["delivered", "offered"], False),
        (["delivered", "awaiting_approval"], False),
        (["delivered", "refusal_asked"], False),
        (["declined"], False),
        ([], False),
    ],
)
def test_put_right_is_something_given_and_nothing_left(states, right):
    assert is_put_right([Line("goodwill", state) for state in states]) is right


def tried(days, channel, **facts):
    return Touch(NOON + days * DAY, "out", channel, **({"delivered": False} | facts))


def reached(touches, days=14):
    return reach_of(touches, now=NOON + days * DAY, schedule=HOURS)


class TestReach:
    def test_three_tries_by_two_channels_over_ten_working_days_are_enough(self):
        found = reached([tried(0, "email"), tried(1, "phone"), tried(2, "phone")])
        assert found == Reach(3, 2, NOON, 10)
        assert found.is_enough

    @pytest.mark.parametrize(
        "touches",
        [
            [tried(0, "email"), tried(1, "phone")],
            [tried(0, "phone"), tried(1, "phone"), tried(2, "phone")],
            [tried(1, "email"), tried(1, "phone"), tried(2, "phone")],
            [tried(0, "email"), tried(1, "phone"), tried(2, "phone", automatic=True)],
            [tried(0, "email"), tried(1, "phone"), tried(2, "phone", delivered=True)],
        ],
    )
    def test_less_is_not(self, touches):
        assert not reached(touches).is_enough

    def test_a_word_from_the_customer_starts_the_count_anew(self):
        touches = [tried(0, "email"), tried(1, "phone"), tried(2, "phone")]
        touches.append(Touch(NOON + 3 * DAY, "in", "email"))
        assert reached(touches) == Reach()


class TestSilence:
    def test_ends_after_ten_working_days(self):
        assert silent_until(NOON, schedule=HOURS) == NOON + 14 * DAY

    def test_every_word_starts_it_anew_but_no_machine_and_no_bounce(self):
        touches = [
            Touch(NOON + DAY, "in", "phone"),
            tried(2, "email"),
            tried(3, "email", delivered=True, automatic=True),
        ]
        assert quiet_since(NOON, touches) == NOON + DAY
        assert quiet_since(NOON, []) == NOON
