"""A desk below another, who works there, who leads it, and a case of it."""

import pytest

from recovery.org.roles import Role
from tests.factories import (
    make_calendar,
    make_department,
    make_failure,
    make_item,
    make_person,
)


@pytest.fixture
def desk():
    return make_department("Baggage", parent=make_department("Care"), calendar=make_calendar())


@pytest.fixture
def handler(desk):
    return make_person(Role.HANDLER, desk)


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, lead=True)


@pytest.fixture
def item(desk, handler):
    return make_item(make_failure(department=desk, priority=2), owner=handler)
