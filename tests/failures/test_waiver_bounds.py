"""What a waiver leaves alone: other tracks, other failures, other people’s work."""

from datetime import timedelta

import pytest

from recovery.events.models import Event
from recovery.failures.models import Failure, Track, Waiver
from recovery.failures.services import (
    decide_waiver,
    expire_waivers,
    report_track,
    request_waiver,
)
from recovery.failures.states import TrackEnd, TrackKind, TrackState, WaiverReason, Whole
from recovery.kernel.refusals import Conflict, NotFound
from recovery.org.roles import Role
from recovery.org.selectors import system_person
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
EMPLOYEE, CUSTOMER, PROCESS = TrackKind.EMPLOYEE, TrackKind.CUSTOMER, TrackKind.PROCESS


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk)


@pytest.fixture
def failure(desk):
    return make_failure(department=desk)


def ask(failure, actor, kind=PROCESS, reason=WaiverReason.RISK_ACCEPTED, until=None):
    return request_waiver(
        failure_id=failure.pk, kind=kind, reason=reason, words="By name.",
        expires_at=until, actor=actor, now=NOON,
    )  # fmt: skip


def decide(waiver, actor, *, yes=True):
    return decide_waiver(
        waiver_id=waiver.pk, approve=yes, words="We can.", actor=actor, now=NOON
    )


def report(failure, kind, state, end=None):
    report_track(
        failure_id=failure.pk, kind=kind, state=state, end=end, at=NOON,
        actor_id=system_person().pk,
    )  # fmt: skip


def ends(failure):
    return dict(Track.objects.filter(failure=failure).values_list("kind", "end"))


class TestAsked:
    def test_for_one_track_leaves_the_others_and_other_failures_free(self, failure, lead):
        ask(failure, lead)
        assert ask(failure, lead, kind=EMPLOYEE).pk
        assert ask(make_failure(department=failure.owning_department), lead).pk

    def test_while_the_track_is_under_way(self, failure, lead, second):
        report(failure, PROCESS, TrackState.ACTIVE)
        decide(ask(failure, lead), second)
        assert ends(failure)[PROCESS] == "waived"

    def test_when_the_customer_wants_nothing(self, failure, lead):
        assert ask(failure, lead, kind=CUSTOMER, reason=WaiverReason.CUSTOMER_DECLINED).pk

    def test_of_the_other_tracks_when_safety_was_at_stake(self, desk, lead):
        failure = make_failure(department=desk, safety=4)
        assert ask(failure, lead, kind=EMPLOYEE).pk


class TestDecided:
    def test_by_whoever_works_on_something_else(self, failure, desk, lead, second):
        make_item(failure, kind="customer", owner=second)
        make_item(failure, kind="process", owner=second, closed_at=NOON)
        make_item(make_failure(department=desk), kind="process", owner=second)
        assert decide(ask(failure, lead), second).approved

    def test_where_the_failure_is(self, failure, lead, second):
        elsewhere = make_department()
        other = make_failure(department=elsewhere)
        mine = ask(other, make_person(Role.LEAD, elsewhere))
        assert decide(ask(failure, lead), second).approved
        assert decide(mine, make_person(Role.MANAGER, elsewhere)).approved
        assert (ends(failure)[PROCESS], ends(other)[PROCESS]) == ("waived", "waived")

    def test_not_when_there_is_none(self, second):
        with pytest.raises(NotFound):
            decide_waiver(waiver_id=0, approve=True, actor=second, now=NOON)

    def test_not_for_a_record_that_has_left_the_counts_meanwhile(self, failure, lead, second):
        waiver = ask(failure, lead)
        Failure.objects.filter(pk=failure.pk).update(status=Whole.VOID)
        with pytest.raises(Conflict, match="set aside"):
            decide(waiver, second)

    def test_with_a_no_whatever_has_become_of_the_track(self, failure, lead, second):
        waiver = ask(failure, lead)
        report(failure, PROCESS, TrackState.ENDED, TrackEnd.OK)
        decide(waiver, second, yes=False)
        assert ends(failure)[PROCESS] == "ok"
        assert Event.objects.filter(verb="waiver.refused").count() == 1


class TestExpiry:
    def test_never_comes_without_a_day(self, failure, lead, second):
        decide(ask(failure, lead), second)
        assert expire_waivers(now=NOON + 900 * DAY) == 0

    def test_leaves_alone_what_nobody_has_decided(self, failure, lead):
        ask(failure, lead, until=NOON + DAY)
        assert expire_waivers(now=NOON + 2 * DAY) == 0
        assert Waiver.objects.get().ended_at is None
