"""Every address × every role: what opens, and what does not."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from recovery.org.services import create_api_key
from tests.matrix.house import CAST, House, address_of, make_house, may, our_routes
from tests.matrix.table import ROUTES

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


def test_every_address_is_in_the_table():
    assert our_routes() == set(ROUTES)


def send(client: Client, method: str, address: str) -> Any:
    return client.get(address) if method == "get" else client.post(address, {})


@pytest.mark.parametrize("member", CAST)
def test_opens_to_those_it_should_and_to_nobody_else(house: House, member: str):
    person = house.people[member]
    wrong = []
    for name, route in ROUTES.items():
        for method in ("get", "post"):
            who = getattr(route, method)
            if who is None:
                continue
            client = Client(raise_request_exception=False)
            client.force_login(person)
            answer = send(client, method, address_of(name, route, house, person))
            closed = answer.status_code in {401, 403, 404}
            if answer.status_code >= 500 or closed == may(who, member, route):
                wrong.append(f"{method} {name}: {answer.status_code}")
    assert wrong == []


def test_answers_no_method_that_it_does_not_know(house: House):
    client, wrong = Client(raise_request_exception=False), []
    client.force_login(house.people["admin"])
    for name, route in ROUTES.items():
        for method in ("get", "post"):
            # Other systems are asked for their key before anything else.
            if getattr(route, method) is None and "key" not in {route.get, route.post}:
                address = address_of(name, route, house, house.people["admin"])
                if (status := send(client, method, address).status_code) != 405:
                    wrong.append(f"{method} {name}: {status}")
    assert wrong == []


def test_asks_whoever_is_not_signed_in_to_sign_in(house: House):
    wrong = []
    for name, route in ROUTES.items():
        for method in ("get", "post"):
            who = getattr(route, method)
            if who is None:
                continue
            answer = send(Client(), method, address_of(name, route, house, None))
            if who == "open":
                right = answer.status_code < 400
            elif who in {"customer", "anybody"}:
                right = answer.status_code in {303, 422}
            elif who == "key":
                right = answer.status_code == 401
            else:
                right = answer.status_code == 302 and "/login/" in answer.url
            if not right:
                wrong.append(f"{method} {name}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize(
    ("scope", "method", "name", "status"),
    [
        ("complaints:write", "post", "api:complaints", 422),
        ("failures:read", "post", "api:complaints", 403),
        ("complaints:write", "get", "api:failures", 403),
        ("failures:read", "get", "api:failures", 200),
        ("failures:read", "get", "api:failure", 200),
        ("complaints:write", "post", "api:failures", 403),
        ("failures:write", "post", "api:failures", 422),
        ("failures:write", "post", "api:affected", 422),
        ("complaints:write", "post", "api:affected", 403),
    ],
)
def test_a_key_does_what_its_scopes_say(house: House, scope, method, name, status):
    key = create_api_key(
        name="test", scopes=[scope], actor=house.people["admin"], now=timezone.now()
    )
    address = address_of(name, ROUTES[name], house, None)
    headers = {"Authorization": f"Bearer {key}"}
    client = Client(headers=headers)
    answer = (
        client.get(address)
        if method == "get"
        else client.post(address, "{}", content_type="application/json")
    )
    assert answer.status_code == status
