"""One desk with its hours, a case of it, its lead, and a law."""

from datetime import timedelta

import pytest

from recovery.clocks.models import Standard
from recovery.clocks.selectors import catalogue
from recovery.clocks.states import ClockKind
from recovery.org.roles import Role
from tests.factories import (
    NOON,
    make_calendar,
    make_department,
    make_failure,
    make_item,
    make_person,
)

DAY = timedelta(days=1)
K = ClockKind


@pytest.fixture
def desk():
    return make_department(calendar=make_calendar())


@pytest.fixture
def item(desk):
    return make_item(make_failure(department=desk, priority=3))


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk)


@pytest.fixture
def law():
    found = Standard.objects.create(
        key="law-15", name="Answer in 15 days", words="An answer.", legal=True,
        clock_kind=K.REGULATORY, law="12 CFR 1026", authority="CFPB",
    )  # fmt: skip
    for number, days, since in ((1, 20, NOON - 900 * DAY), (2, 15, NOON - 90 * DAY)):
        found.versions.create(
            number=number,
            effective=(since, NOON - 90 * DAY if number == 1 else None),
            targets=dict.fromkeys("1234", days * 86400),
            around_clock=[1, 2, 3, 4],
        )
    catalogue.forget()
    yield found
    catalogue.forget()
