"""A desk and somebody who may decide what its own people may not."""

import pytest

from recovery.org.roles import Role
from tests.factories import make_department, make_person


@pytest.fixture
def desk():
    return make_department()


@pytest.fixture
def second(desk):
    return make_person(Role.MANAGER, desk)
