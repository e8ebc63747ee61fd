"""Every address × every role: what opens, and what does not."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from recovery.coordination.services import (
    ComplaintFacts,
    CustomerFacts,
    Report,
    report_failures,
)
from recovery.events.services import pump
from recovery.failures.models import WorkItem
from recovery.failures.selectors import item_reference, reference_of
from recovery.failures.services import request_waiver
from recovery.failures.states import Channel, Detection, TrackKind, WaiverReason
from recovery.messages.models import Message
from recovery.messages.services import tell
from recovery.org.models import Department, Person
from recovery.org.roles import ROLES, Permission, Role
from recovery.org.services import create_api_key
from staff.services import add_enablement, answer_readiness
from tests.factories import make_department, make_mode, make_person
from tests.matrix.table import ROUTES, Route, Who

CAST = (*(role for role in Role if role is not Role.SERVICE), "outsider", "elsewhere")
FOREIGN = ("account_", "mfa_", "socialaccount_")
pytestmark = pytest.mark.django_db


@dataclass
class House:
    """One desk with everybody at it, and one of everything that has an address."""

    desk: Department
    people: dict[str, Person]
    samples: dict[str, str]


def a_complaint(desk: Department, mode_id: int, now: datetime) -> Report:
    return Report(
        what_happened="",
        channel=Channel.PHONE,
        detection=Detection.COMPLAINT,
        severity={"experience": 3},
        customers=(CustomerFacts(name="Kwame Osei", email="kwame@example.org"),),
        complaint=ComplaintFacts(words="Nobody came.", channel=Channel.PHONE, received_at=now),
        mode_id=mode_id,
        department_id=desk.pk,
    )


def cast_at(desk: Department) -> dict[str, Person]:
    people = {role.value: make_person(role, desk) for role in Role if role is not Role.SERVICE}
    elsewhere = make_person(Role.HANDLER, make_department())
    return people | {"outsider": make_person(), "elsewhere": elsewhere}


def waiver_and_action(
    failure_id: int, people: dict[str, Person], now: datetime
) -> dict[str, str]:
    waiver = request_waiver(
        failure_id=failure_id,
        kind=TrackKind.PROCESS,
        reason=WaiverReason.DISPROPORTIONATE,
        words="Once only.",
        actor=people["process_owner"],
        now=now,
    )
    given: dict[str, Any] = {"failure_id": failure_id, "actor": people["lead"], "now": now}
    answer_readiness(made_worse=True, area="tool", words="No list.", **given)
    action = add_enablement(
        words="A list", owner_id=people["lead"].pk, due_on=date(now.year + 1, 1, 1), **given
    )
    return {"waiver": str(waiver.pk), "action": str(action.pk)}


@pytest.fixture
def house() -> House:
    now, desk = timezone.now(), make_department()
    people, mode = cast_at(desk), make_mode(department=desk)
    [made] = report_failures(
        [a_complaint(desk, mode.pk, now)], actor=people["frontline"], now=now
    )
    pump(now)
    item = {kind: WorkItem.objects.get(kind=kind) for kind in TrackKind}
    tell(
        person_ids=[each.pk for each in people.values()], kind="test", subject="Hello", lines=[],
        path="/", dedupe_key="hello", at=now,
    )  # fmt: skip
    samples = waiver_and_action(made.failure_id, people, now) | {
        "failure": reference_of(made.failure_id),
        "case": item_reference("customer", item[TrackKind.CUSTOMER].pk),
        "process": item_reference("process", item[TrackKind.PROCESS].pk),
        "support": item_reference("employee", item[TrackKind.EMPLOYEE].pk),
        "item": str(item[TrackKind.CUSTOMER].pk),
        "mode": str(mode.pk),
    }
    return House(desk, people, samples)


def our_routes() -> set[str]:
    found: set[str] = set()

    def walk(resolver: URLResolver, namespace: str = "") -> None:
        for each in resolver.url_patterns:
            if isinstance(each, URLPattern):
                found.add(f"{namespace}:{each.name}" if namespace else str(each.name))
            else:
                walk(each, each.namespace or namespace)

    walk(get_resolver())
    return {name for name in found if not name.startswith(FOREIGN)}


def test_every_address_is_in_the_table():
    assert our_routes() == set(ROUTES)


def address_of(name: str, route: Route, house: House, person: Person | None) -> str:
    samples = dict(house.samples)
    if person is not None and name == "messages:open":
        samples["message"] = str(
            Message.objects.filter(recipient=person, channel="inbox").values_list(
                "pk", flat=True
            )[0]
        )
    samples.setdefault("message", "1")
    return reverse(name, kwargs={key: samples.get(use, use) for key, use in route.kwargs})


def may(who: Who, member: str, route: Route) -> bool:
    if who in {"open", "all"}:
        return True
    if who == "readers":
        return member == Role.SUPPORTER
    if who == "key" or member == "outsider":
        return False
    if member == "elsewhere":
        return not route.kwargs and who in ROLES[Role.HANDLER].permissions
    return isinstance(who, Permission) and who in ROLES[Role(member)].permissions


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
