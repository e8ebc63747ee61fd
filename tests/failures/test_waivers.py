"""Scenario 8 of the acceptance scenarios: a required track given up, for a time and by two."""

from datetime import timedelta

import pytest

from recovery.events.models import Event
from recovery.failures.models import Failure, Track, Waiver
from recovery.failures.services import (
    decide_waiver,
    edit_failure,
    expire_waivers,
    report_track,
    request_waiver,
)
from recovery.failures.states import TrackEnd, TrackKind, TrackState, WaiverReason, Whole
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.messages.models import Message
from recovery.org.roles import Role
from recovery.org.selectors import system_person
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
EMPLOYEE, CUSTOMER, PROCESS = TrackKind.EMPLOYEE, TrackKind.CUSTOMER, TrackKind.PROCESS


@pytest.fixture
def owner(desk):
    return make_person(Role.LEAD, desk)


@pytest.fixture
def failure(desk):
    """Customer and process have ended well; the colleague works for another company."""
    failure = make_failure(department=desk)
    for kind in (CUSTOMER, PROCESS):
        report(failure, kind, TrackState.ENDED, TrackEnd.OK)
    return failure


def report(failure, kind, state, end=None, at=NOON):
    report_track(
        failure_id=failure.pk, kind=kind, state=state, end=end, at=at,
        actor_id=system_person().pk,
    )  # fmt: skip


def request(failure, actor, *, kind=EMPLOYEE, reason=WaiverReason.NOT_OURS_TO_DO, **facts):
    return request_waiver(
        **{
            "failure_id": failure.pk, "kind": kind, "reason": reason, "actor": actor,
            "words": "She works for the ground handler.", "expires_at": NOON + 30 * DAY,
            "now": NOON,
        } | facts
    )  # fmt: skip


def approve(waiver, actor, at=NOON):
    return decide_waiver(waiver_id=waiver.pk, approve=True, actor=actor, now=at)


def status(failure):
    return Failure.objects.get(pk=failure.pk).status


def track(failure, kind=EMPLOYEE):
    return Track.objects.values_list("state", "end").get(failure=failure, kind=kind)


class TestScenario8:
    def test_asking_changes_nothing_yet(self, failure, owner):
        request(failure, owner)
        assert track(failure) == ("waiting", "")
        assert status(failure) == Whole.RECOVERING

    def test_who_asked_cannot_approve(self, failure, owner):
        with pytest.raises(NotAllowed, match="somebody else must decide"):
            approve(request(failure, owner), owner)

    def test_the_owner_of_the_work_cannot_approve(self, desk, owner, second):
        failure = make_failure(department=desk)
        make_item(failure, kind="process", owner=second)
        with pytest.raises(NotAllowed):
            approve(request(failure, owner, kind=PROCESS), second)

    def test_who_may_not_approve_here_is_refused(self, failure, owner):
        elsewhere = make_person(Role.LEAD, make_department())
        with pytest.raises(NotAllowed):
            approve(request(failure, owner), elsewhere)

    def test_a_second_person_closes_it_as_waived_not_as_recovered(self, failure, owner, second):
        approve(request(failure, owner), second)
        assert track(failure) == ("ended", "waived")
        found = Failure.objects.get(pk=failure.pk)
        assert (found.status, found.first_recovered_at) == (Whole.CLOSED_WAIVED, None)

    def test_is_decided_once(self, failure, owner, second, desk):
        waiver = request(failure, owner)
        approve(waiver, second)
        third = make_person(Role.LEAD, desk)
        with pytest.raises(Conflict, match="decided already"):
            approve(waiver, third)

    def test_its_end_reopens_with_one_notice_to_who_asked(self, failure, owner, second):
        approve(request(failure, owner), second)
        assert expire_waivers(now=NOON + 29 * DAY) == 0
        assert expire_waivers(now=NOON + 30 * DAY) == 1
        assert expire_waivers(now=NOON + 31 * DAY) == 0
        found = Failure.objects.get(pk=failure.pk)
        assert (found.status, found.reopened_count) == (Whole.REOPENED, 1)
        assert track(failure) == ("waiting", "")
        notices = Message.objects.filter(kind="waiver.expired", channel="inbox")
        assert list(notices.values_list("recipient_id", flat=True)) == [owner.pk]

    def test_the_offer_made_later_recovers(self, failure, owner, second):
        approve(request(failure, owner), second)
        expire_waivers(now=NOON + 30 * DAY)
        report(failure, EMPLOYEE, TrackState.ENDED, TrackEnd.OK, at=NOON + 31 * DAY)
        found = Failure.objects.get(pk=failure.pk)
        assert (found.status, found.first_recovered_at) == (
            Whole.RECOVERED, NOON + 31 * DAY,
        )  # fmt: skip

    @pytest.mark.parametrize("safety", [3, 4])
    def test_learning_is_not_waived_when_somebody_was_at_risk(self, desk, owner, safety):
        failure = make_failure(department=desk, safety=safety)
        with pytest.raises(Invalid, match="cannot be waived") as refused:
            request(failure, owner, kind=PROCESS)
        assert refused.value.field == "kind"

    def test_learning_is_waivable_below_that(self, desk, owner):
        assert request(make_failure(department=desk, safety=2), owner, kind=PROCESS).pk

    def test_an_outside_body_does_not_take_the_customer_over(self, desk, owner):
        failure = make_failure(department=desk)
        with pytest.raises(Invalid) as refused:
            request(failure, owner, kind=CUSTOMER, reason=WaiverReason.EXTERNAL_BODY)
        assert refused.value.field == "reason"
        assert request(failure, owner, reason=WaiverReason.EXTERNAL_BODY).pk

    def test_the_employees_no_is_no_reason(self):
        assert not [reason for reason in WaiverReason if "employee" in reason]


class TestAsking:
    @pytest.mark.parametrize(
        ("facts", "code"),
        [({"words": "  "}, "say_why"), ({"expires_at": NOON}, "expiry_in_past")],
    )
    def test_refuses_what_is_not_whole(self, failure, owner, facts, code):
        with pytest.raises(Invalid) as refused:
            request(failure, owner, **facts)
        assert refused.value.code == code

    def test_refuses_a_track_that_waits_for_nothing(self, failure, owner):
        with pytest.raises(Conflict, match="not waiting"):
            request(failure, owner, kind=PROCESS)

    def test_refuses_a_second_one_meanwhile(self, failure, owner, second):
        request(failure, owner)
        with pytest.raises(Conflict, match="asked for already"):
            request(failure, owner)

    def test_a_refused_one_may_be_asked_for_anew(self, failure, owner, second):
        waiver = request(failure, owner)
        with pytest.raises(Invalid):
            decide_waiver(waiver_id=waiver.pk, approve=False, actor=second, now=NOON)
        decide_waiver(
            waiver_id=waiver.pk, approve=False, words="We can.", actor=second, now=NOON
        )
        assert status(failure) == Whole.RECOVERING
        assert request(failure, owner).pk != waiver.pk

    @pytest.mark.parametrize("status", [Whole.MERGED, Whole.VOID])
    def test_refuses_a_record_that_has_left_the_counts(self, failure, owner, status):
        Failure.objects.filter(pk=failure.pk).update(status=status)
        with pytest.raises(Conflict, match="merged or set aside"):
            request(failure, owner)


class TestTelling:
    """Who is told, and what the log says."""

    def told(self, kind):
        found = Message.objects.filter(kind=kind, channel="inbox").order_by("recipient_id")
        return [each.recipient for each in found]

    def test_who_may_not_ask_here_is_refused(self, failure):
        with pytest.raises(NotAllowed):
            request(failure, make_person(Role.LEAD, make_department()))

    def test_who_may_decide_is_told_and_not_who_asked(self, failure, owner, second):
        request(failure, owner)
        assert self.told("waiver.asked") == [second]

    @pytest.mark.parametrize("yes", [True, False])
    def test_who_asked_is_told_what_was_decided(self, failure, owner, second, yes):
        waiver = request(failure, owner)
        decide_waiver(waiver_id=waiver.pk, approve=yes, words="We can.", actor=second, now=NOON)
        assert self.told(f"waiver.{'approved' if yes else 'refused'}") == [owner]
        waiver.refresh_from_db()
        assert (waiver.refusal, waiver.decided_by) == ("" if yes else "We can.", second)

    def test_the_log_says_what_became_of_it(self, failure, owner, second):
        approve(request(failure, owner), second)
        expire_waivers(now=NOON + 30 * DAY)
        said = Event.objects.filter(verb__startswith="waiver.").order_by("pk")
        assert list(said.values_list("verb", "actor_id")) == [
            ("waiver.requested", owner.pk),
            ("waiver.approved", second.pk),
            ("waiver.expired", system_person().pk),
        ]


class TestMeanwhile:
    def test_a_track_that_ended_well_is_not_waived_afterwards(self, failure, owner, second):
        waiver = request(failure, owner)
        report(failure, EMPLOYEE, TrackState.ENDED, TrackEnd.OK)
        with pytest.raises(Conflict, match="not waiting"):
            approve(waiver, second)
        assert status(failure) == Whole.RECOVERED

    def test_what_turned_out_unsafe_is_not_waived_afterwards(self, desk, owner, second):
        failure = make_failure(department=desk)
        waiver = request(failure, owner, kind=PROCESS)
        edit_failure(failure_id=failure.pk, changes={"safety": 3}, actor=owner, now=NOON)
        with pytest.raises(Invalid):
            approve(waiver, second)

    @pytest.mark.parametrize("before", [{}, {"experience": 4}])
    def test_learning_waits_again_once_safety_was_at_stake(self, desk, owner, second, before):
        failure = make_failure(department=desk, **before)
        approve(request(failure, owner, kind=PROCESS), second)
        other = request(failure, owner)
        approve(other, second)
        for safety, waiting in ((2, ("ended", "waived")), (3, ("waiting", ""))):
            edit_failure(
                failure_id=failure.pk, changes={"safety": safety}, actor=owner, now=NOON + DAY
            )
            assert track(failure, PROCESS) == waiting
        assert track(failure) == ("ended", "waived")
        assert list(Waiver.objects.filter(ended_at=None)) == [other]
        assert Event.objects.get(verb="waiver.lifted").actor_id == owner.pk
        told = Message.objects.filter(kind="waiver.lifted", channel="inbox")
        assert [each.recipient for each in told] == [second]

    def test_what_was_pooled_waits_once_safety_was_at_stake(self, desk, owner):
        failure = make_failure(department=desk, experience=4)
        report(failure, PROCESS, TrackState.ENDED, TrackEnd.POOLED)
        for safety, state in ((2, "ended"), (3, "waiting")):
            edit_failure(
                failure_id=failure.pk, changes={"safety": safety}, actor=owner, now=NOON
            )
            assert track(failure, PROCESS)[0] == state

    def test_a_live_waiver_holds_while_its_work_goes_on(self, failure, owner, second):
        approve(request(failure, owner), second)
        report(failure, EMPLOYEE, TrackState.ACTIVE)
        report(failure, EMPLOYEE, TrackState.ENDED, TrackEnd.FAILED)
        assert track(failure) == ("ended", "waived")
        assert Waiver.objects.get().ended_at is None

    def test_a_good_end_ends_the_waiver_too(self, failure, owner, second):
        approve(request(failure, owner), second)
        report(failure, EMPLOYEE, TrackState.ENDED, TrackEnd.OK, at=NOON + DAY)
        assert status(failure) == Whole.RECOVERED
        assert Waiver.objects.get().ended_at == NOON + DAY
        assert expire_waivers(now=NOON + 60 * DAY) == 0
