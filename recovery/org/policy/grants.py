"""Who may do what where: plain rules over memberships and the department tree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from recovery.org.roles import ROLES, Permission, Role


@dataclass(frozen=True, slots=True)
class MembershipCard:
    """One live membership: role, department and whether the person leads there."""

    role: Role
    department_id: int
    is_lead: bool


@dataclass(frozen=True, slots=True)
class Grants:
    """Everything one person may do, each permission with the departments it reaches.

    `posts` are the roles with the department of each.
    """

    person_id: int
    roles: frozenset[Role]
    reach: Mapping[Permission, frozenset[int]]
    homes: frozenset[int]
    leads: frozenset[int]
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    posts: frozenset[tuple[Role, int]] = field(default_factory=frozenset)

    def departments_for(self, permission: Permission) -> frozenset[int]:
        """Departments (whole subtrees) in which the permission holds."""
        return self.reach.get(permission, frozenset())

    def allows(self, permission: Permission, department_id: int | None = None) -> bool:
        """Say whether the permission holds, there if a department is given, else anywhere."""
        if department_id is None:
            return permission in self.permissions
        return department_id in self.departments_for(permission)


def grants_of(
    person_id: int,
    memberships: Iterable[MembershipCard],
    subtrees: Mapping[int, frozenset[int]],
) -> Grants:
    """Fold memberships into grants; `subtrees` maps a department onto itself and all below it."""
    reach: dict[Permission, frozenset[int]] = {}
    cards = tuple(memberships)
    for card in cards:
        below = subtrees.get(card.department_id, frozenset({card.department_id}))
        for permission in ROLES[card.role].permissions:
            reach[permission] = reach.get(permission, frozenset()) | below
    return Grants(
        person_id=person_id,
        roles=frozenset(card.role for card in cards),
        reach=reach,
        homes=frozenset(card.department_id for card in cards),
        leads=frozenset(card.department_id for card in cards if card.is_lead),
        permissions=frozenset(reach),
        posts=frozenset((card.role, card.department_id) for card in cards),
    )
