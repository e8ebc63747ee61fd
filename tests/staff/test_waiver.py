"""A waived employee track that comes back, and the offer that ends it after all."""

import pytest

from recovery.events.services import pump
from recovery.failures.models import Failure, Track
from recovery.failures.services import decide_waiver, expire_waivers, request_waiver
from recovery.failures.states import TrackEnd, TrackKind, TrackState, WaiverReason, Whole
from recovery.kernel.refusals import NotAllowed
from recovery.org.roles import Role
from staff import services
from staff.models import EmployeeCase
from tests.factories import NOON, make_person
from tests.staff.conftest import DAY


def whole(house) -> str:
    return Failure.objects.get(pk=house.failure.pk).status


@pytest.fixture
def waived(house):
    """Customer and process have ended well; care is another employer's to give, for 30 days."""
    Track.objects.filter(failure=house.failure).exclude(kind=TrackKind.EMPLOYEE).update(
        state=TrackState.ENDED, end=TrackEnd.OK, ended_at=NOON, started_at=NOON
    )
    return request_waiver(
        failure_id=house.failure.pk, kind=TrackKind.EMPLOYEE, words="She works for the handler.",
        reason=WaiverReason.NOT_OURS_TO_DO, expires_at=NOON + 30 * DAY, actor=house.lead, now=NOON,
    )  # fmt: skip


def test_is_waived_by_another_and_never_counts_as_recovered(house, waived):
    with pytest.raises(NotAllowed):
        decide_waiver(waiver_id=waived.pk, approve=True, actor=house.lead, now=NOON)
    manager = make_person(Role.MANAGER, house.gate)
    decide_waiver(waiver_id=waived.pk, approve=True, actor=manager, now=NOON)
    assert whole(house) == Whole.CLOSED_WAIVED


def test_comes_back_when_the_waiver_ends_and_ends_well_by_the_offer(house, waived):
    manager = make_person(Role.MANAGER, house.gate)
    decide_waiver(waiver_id=waived.pk, approve=True, actor=manager, now=NOON)
    services.answer_readiness(
        failure_id=house.failure.pk, made_worse=False, actor=house.lead, now=NOON + DAY
    )
    assert whole(house) == Whole.CLOSED_WAIVED
    expire_waivers(now=NOON + 31 * DAY)
    assert whole(house) == Whole.REOPENED
    pump(NOON + 31 * DAY)
    case = EmployeeCase.objects.get(failure=house.failure)
    services.none_affected(item_id=case.pk, actor=case.supporter, now=NOON + 32 * DAY)
    assert house.track().end == TrackEnd.OK
    assert whole(house) == Whole.RECOVERED


def test_an_offer_made_all_the_same_ends_the_waiver(house, waived):
    manager = make_person(Role.MANAGER, house.gate)
    services.answer_readiness(
        failure_id=house.failure.pk, made_worse=False, actor=house.lead, now=NOON
    )
    decide_waiver(waiver_id=waived.pk, approve=True, actor=manager, now=NOON)
    house.offered()
    waived.refresh_from_db()
    assert waived.ended_at is not None
    assert whole(house) == Whole.RECOVERED
