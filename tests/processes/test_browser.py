"""The process pages in a real browser: accessible, within the security policy, no sideways."""

import dataclasses

import pytest
from django.utils import timezone

from processes import services
from recovery.failures.selectors import item_reference, reference_of
from tests.browsing import faults_everywhere, sign_in
from tests.processes.conftest import DAY, PLAN, House, make_house

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def house(live_url: str) -> House:
    return make_house()


@pytest.fixture
def signed_in(page, live_url, house):
    return sign_in(page, house.owner, live_url)


def test_pages_are_accessible_and_fit(signed_in, house, console_errors) -> None:
    start = timezone.now() - 300 * DAY
    case = house.watched(at=start, draft=dataclasses.replace(PLAN, look_days=(90, 280, 360)))
    house.recur(case, at=start + 20 * DAY)
    services.take_look(process_id=case.pk, actor=house.owner, now=start + 100 * DAY)
    candidate = house.failure(at=timezone.now() - DAY)
    services.consider(failure_id=candidate.pk, now=timezone.now() - DAY)
    lone = house.failure(mode=None, at=timezone.now() - DAY)
    services.consider(failure_id=lone.pk, now=timezone.now() - DAY)
    house.pooled_failure(mode=None, at=timezone.now() - DAY)
    reference = item_reference("process", case.pk)
    for path in (
        "/processes/",
        f"/processes/{reference}/",
        f"/processes/{reference}/link/",
        f"/processes/of/{reference_of(lone.pk)}/pool/",
        f"/failures/{reference_of(candidate.pk)}/",
        f"/failures/{reference_of(lone.pk)}/",
    ):
        signed_in.goto(path)
        assert faults_everywhere(signed_in) == [], path
    assert console_errors == []
