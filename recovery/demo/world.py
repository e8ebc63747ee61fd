"""Setting up the airline: desks, people, limits, catalogue. Nothing here has happened yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from cases.services.budgeting import set_budget
from cases.services.offerings import make_offering
from recovery.demo.cast import (
    CALENDARS,
    CATEGORIES,
    CURRENCY,
    DEPARTMENTS,
    LIMITS,
    NAME,
    PASSWORD,
    PLAYERS,
    PROMISES,
    STEPS,
    ZONE,
    Mode,
)
from recovery.demo.giving import BUDGETS, MOST_FOR_ONE, OFFERINGS
from recovery.demo.kinds import TOLD
from recovery.failures.models import BlueprintStep, Category, FailureMode, ServicePromise
from recovery.org.models import AuthorityLimit, Calendar, Department, Organisation, Person
from recovery.org.roles import Role
from recovery.org.selectors import (
    forget_snapshots,
    leads_of,
    system_person,
    upper_leads_of,
)
from recovery.org.services import add_department, add_person, grant_role


@dataclass(frozen=True, slots=True)
class World:
    """What the story needs: desks and people by slug and name, modes with their rows."""

    desks: Mapping[str, Department]
    people: Mapping[str, Person]
    modes: Mapping[str, tuple[Mode, FailureMode]]

    def lead_of(self, department_id: int) -> Person:
        """Who leads a desk, or the next department above it."""
        found = leads_of(department_id) or upper_leads_of(department_id)
        return self.people[found[0].name]


def build(*, now: datetime) -> World:
    """Make everything that stands before the first failure; `now` is the day it opened."""
    Organisation.objects.filter(pk=1).update(name=NAME, zone=ZONE, currency=CURRENCY)
    forget_snapshots()
    desks = _desks(now)
    people = _people(desks, now)
    for role, (case, week) in LIMITS.items():
        for scope, amount in (("case", case), ("week", week)):
            AuthorityLimit.objects.create(
                role=role, scope=scope, amount_minor=amount, valid_from=now
            )
    for role in (Role.FRONTLINE, Role.HANDLER):
        AuthorityLimit.objects.create(
            role=role, scope="customer", amount_minor=MOST_FOR_ONE, days=365, together=True,
            valid_from=now,
        )  # fmt: skip
    modes = _catalogue(desks)
    _money(desks, people, now)
    forget_snapshots()
    return World(desks, people, modes)


def _desks(now: datetime) -> dict[str, Department]:
    calendars = {
        name: Calendar.objects.create(
            name=name.capitalize(), zone=ZONE, always=always, week=week
        )
        for name, (always, week) in CALENDARS.items()
    }
    desks: dict[str, Department] = {}
    for slug, (name, parent, calendar) in DEPARTMENTS.items():
        desks[slug] = add_department(
            name=name,
            slug=slug,
            parent=desks.get(parent),
            calendar=calendars[calendar],
            actor=system_person(),
            now=now,
        )
    return desks


def _people(desks: Mapping[str, Department], now: datetime) -> dict[str, Person]:
    people: dict[str, Person] = {}
    hashed = make_password(PASSWORD)  # once: the hash is slow on purpose
    for player in PLAYERS:
        person = add_person(
            email=player.email, name=player.name, actor=system_person(), now=now
        )
        Person.objects.filter(pk=person.pk).update(password=hashed, zone=ZONE)
        grant_role(
            person=person,
            department=desks[player.desk],
            role=player.role,
            is_lead=player.lead,
            actor=system_person(),
            now=now,
        )
        people[player.name] = person
    return people


def _money(
    desks: Mapping[str, Department], people: Mapping[str, Person], now: datetime
) -> None:
    """What can be offered by the catalogue, and what desks may give away in a quarter."""
    admin = people["Ada Keller"]
    for name, draft in OFFERINGS.items():
        make_offering(name=name, draft=draft, actor=admin, now=now)
    for slug, (owner, amount) in BUDGETS.items():
        set_budget(
            department_id=desks[slug].pk, period="quarter", amount_minor=amount,
            owner_id=people[owner].pk, actor=admin, now=now,
        )  # fmt: skip


def _catalogue(desks: Mapping[str, Department]) -> dict[str, tuple[Mode, FailureMode]]:
    modes: dict[str, tuple[Mode, FailureMode]] = {}
    for order, (slug, (name, of_category)) in enumerate(CATEGORIES.items()):
        category = Category.objects.create(slug=slug, name=name, order=order)
        for mode in (*of_category, *TOLD.get(slug, ())):
            row = FailureMode.objects.create(
                category=category, slug=mode.slug, name=mode.name, department=desks[mode.desk]
            )
            modes[mode.slug] = (mode, row)
    for order, (name, lane, desk) in enumerate(STEPS):
        BlueprintStep.objects.create(name=name, lane=lane, department=desks[desk], order=order)
    for slug, words in PROMISES.items():
        ServicePromise.objects.create(slug=slug, words=words)
    return modes
