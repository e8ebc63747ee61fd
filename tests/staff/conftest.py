"""A gate team, a peer team outside it, and a failure that hit somebody at the gate."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from recovery.failures.models import Failure, Track
from recovery.failures.states import TrackKind
from recovery.org.models import Department, Person
from recovery.org.roles import Role
from staff import services
from staff.models import EmployeeCase
from tests.factories import NOON, make_department, make_failure, make_person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class House:
    """Everybody who may or may not know."""

    gate: Department
    peers: Department
    agent: Person
    lead: Person
    supporter: Person
    deputy: Person
    failure: Failure

    def screened(self, person: Person | None = None, *, at=NOON) -> EmployeeCase:
        """A case that the rule opened, for `person` or for whoever is found."""
        key = services.screen(
            failure_id=self.failure.pk,
            person_id=person.pk if person else None,
            because="hostile_contact",
            now=at,
        )
        return EmployeeCase.objects.get(pk=key)

    def offered(self, *, at=NOON + HOUR) -> EmployeeCase:
        case = self.screened(self.agent)
        return services.offer_support(item_id=case.pk, actor=case.supporter, now=at)

    def track(self) -> Track:
        return Track.objects.get(failure=self.failure, kind=TrackKind.EMPLOYEE)


@pytest.fixture
def house(db) -> House:
    return make_house()


def make_house() -> House:
    root = make_department("Airline")
    gate = make_department("Gate B", parent=root)
    peers = make_department("Peer support", parent=root)
    agent = make_person(Role.FRONTLINE, gate, name="Ana Gate")
    return House(
        gate=gate,
        peers=peers,
        agent=agent,
        lead=make_person(Role.LEAD, gate, name="Leo Lead", lead=True),
        supporter=make_person(Role.SUPPORTER, peers, name="Sol Peer"),
        deputy=make_person(Role.SUPPORTER, peers, name="Dee Peer"),
        failure=make_failure(department=gate, reported_by=agent),
    )


@pytest.fixture
def case(house):
    return house.offered()


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in
