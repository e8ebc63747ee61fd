"""A desk, one of its cases, and its handler signed in."""

import pytest

from tests.cases.casting import make_case, make_customer, make_desk


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def case(desk):
    return make_case(desk, customer=make_customer(phone="+351 555 0100"))


@pytest.fixture
def agent(client, desk):
    client.force_login(desk.handler)
    return client
