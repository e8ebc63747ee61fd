"""Reads of people and departments. What seldom changes is kept for two seconds."""

import hashlib
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from recovery.kernel.snapshots import Snapshot, forget_all
from recovery.org.models import (
    ApiKey,
    Department,
    Membership,
    Organisation,
    Person,
)
from recovery.org.policy import Grants, MembershipCard, grants_of
from recovery.org.roles import ROLES, Permission, Role

KEY_FRESH_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class DepartmentCard:
    """A department as lists and rules need it; `below` holds itself and all under it."""

    id: int
    name: str
    slug: str
    parent_id: int | None
    calendar_id: int | None
    below: frozenset[int]


@dataclass(frozen=True, slots=True)
class ApiKeyGrant:
    """What a presented key may do: the service person it acts as, and its scopes."""

    key_id: int
    person: Person
    scopes: frozenset[str]


def _read_departments() -> Mapping[int, DepartmentCard]:
    rows = list(Department.objects.filter(retired_at__isnull=True).order_by("name"))
    return {
        row.pk: DepartmentCard(
            id=row.pk,
            name=row.name,
            slug=row.slug,
            parent_id=row.parent_id,
            calendar_id=row.calendar_id,
            below=frozenset(
                each.pk for each in rows if row.pk in each.path or each.pk == row.pk
            ),
        )
        for row in rows
    }


_departments = Snapshot(_read_departments)
_organisation = Snapshot(lambda: Organisation.objects.get(pk=1))
_system = Snapshot(lambda: Person.objects.get(kind=Person.Kind.SYSTEM), KEY_FRESH_SECONDS)
_keys: dict[bytes, tuple[float, ApiKeyGrant | None]] = {}


def forget_snapshots() -> None:
    """Read everything afresh next time: after set-up in the same process, and between tests."""
    forget_all()
    _keys.clear()


def departments() -> Mapping[int, DepartmentCard]:
    """Every live department by id, in order of name."""
    return _departments()


def slugs_above(department_id: int | None) -> tuple[str, ...]:
    """The slugs of a live department and of those above it, the nearest first."""
    cards, found = departments(), []
    while department_id is not None and (card := cards.get(department_id)):
        found.append(card.slug)
        department_id = card.parent_id
    return tuple(found)


def lineage_of(department_id: int | None) -> list[int]:
    """A department and those above it, the nearest first."""
    found: list[int] = []
    cards = departments()
    while department_id is not None:
        found.append(department_id)
        card = cards.get(department_id)
        department_id = card.parent_id if card else None
    return found


def organisation() -> Organisation:
    """The one organisation."""
    return _organisation()


def system_person() -> Person:
    """The person in whose name rules and sweeps act."""
    return _system()


def grants(person: Person) -> Grants:
    """What `person` may do now. One query; kept on the person for the request that loaded it."""
    known: Grants | None = person.__dict__.get("kept_grants")
    if known is not None:
        return known
    rows = Membership.objects.filter(person_id=person.pk, until__isnull=True)
    cards = [
        MembershipCard(Role(row.role), row.department_id, row.is_lead)
        for row in rows
        if person.is_active
    ]
    folded = grants_of(
        person.pk, cards, {key: card.below for key, card in departments().items()}
    )
    person.__dict__["kept_grants"] = folded  # lives as long as this instance
    return folded


def can(person: Person, permission: Permission, department_id: int | None = None) -> bool:
    """Say whether `person` may, in that department if one is given."""
    return grants(person).allows(permission, department_id)


def people_with(permission: Permission, department_id: int | None = None) -> list[Person]:
    """Active humans who hold `permission`, in that department if given; by id."""
    roles = [role for role, card in ROLES.items() if permission in card.permissions]
    # All of it of one membership: a role there and a home here do not add up.
    held = Q(memberships__role__in=roles, memberships__until__isnull=True)
    if department_id is not None:
        above = [key for key, card in departments().items() if department_id in card.below]
        held &= Q(memberships__department_id__in=above)
    found = Person.objects.filter(held, is_active=True, kind=Person.Kind.HUMAN)
    return list(found.distinct().order_by("pk"))


def leads_of(department_id: int | None) -> list[Person]:
    """The leads of exactly this department."""
    if department_id is None:
        return []
    return list(
        Person.objects.filter(
            is_active=True,
            memberships__department_id=department_id,
            memberships__is_lead=True,
            memberships__until__isnull=True,
        )
        .distinct()
        .order_by("pk")
    )


def led_by(person: Person) -> list[Person]:
    """The people of the desks somebody leads, by name; one query, none for who leads nothing."""
    desks = grants(person).leads
    if not desks:
        return []
    found = Person.objects.filter(
        memberships__department_id__in=desks, memberships__until__isnull=True, is_active=True
    )
    found = found.filter(kind=Person.Kind.HUMAN).exclude(pk=person.pk)
    return list(found.distinct().order_by("name", "pk"))


def upper_leads_of(department_id: int | None) -> list[Person]:
    """The leads of the nearest department above that has any."""
    card = departments().get(department_id) if department_id else None
    while card and card.parent_id:
        if found := leads_of(card.parent_id):
            return found
        card = departments().get(card.parent_id)
    return []


def digest_of(raw: str) -> bytes:
    """What is stored of a key. SHA-256 suffices: keys are 256 random bits, not passwords."""
    return hashlib.sha256(raw.encode()).digest()


def find_api_key(raw: str) -> ApiKeyGrant | None:
    """The grant of a live key, or None. Kept 60 s a process, so a revoked key ends within that."""
    digest = digest_of(raw)
    kept = _keys.get(digest)
    if kept and time.monotonic() < kept[0]:
        return kept[1]
    key = (
        ApiKey.objects.select_related("person")
        .filter(digest=digest, revoked_at__isnull=True, person__is_active=True)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()))
        .first()
    )
    grant = ApiKeyGrant(key.pk, key.person, frozenset(key.scopes)) if key else None
    if len(_keys) > 10_000:
        _keys.clear()
    _keys[digest] = (time.monotonic() + KEY_FRESH_SECONDS, grant)
    return grant


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """Names by id, in one query."""
    return dict(Person.objects.filter(pk__in=list(person_ids)).values_list("pk", "name"))
