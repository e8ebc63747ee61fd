"""Verbs on people, departments and keys; each records who did it."""

import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from recovery.events.services import record
from recovery.kernel.refusals import Invalid, NotAllowed
from recovery.kernel.text import gettext_noop
from recovery.org.models import ApiKey, Calendar, Department, Membership, Person
from recovery.org.roles import Permission, Role
from recovery.org.selectors import digest_of, forget_snapshots, grants

SCOPES = {
    "complaints:write": gettext_noop("Post complaints"),
    "failures:write": gettext_noop("Post failures nobody complained about"),
    "failures:read": gettext_noop("Read failures and their state"),
    "cases:read": gettext_noop("Read what customers were promised, in words"),
}


def require(
    person: Person, permission: Permission, *, department_id: int | None = None
) -> None:
    """Raise NotAllowed unless `person` holds `permission` (there, if a department is given)."""
    if not grants(person).allows(permission, department_id):
        raise NotAllowed(
            "not_allowed",
            gettext_noop(
                "Your role does not allow this here (%(permission)s). Ask your lead, who can do "
                "it or give you the role."
            ),
            permission=permission.value,
        )


@transaction.atomic
def add_department(
    *,
    name: str,
    slug: str,
    parent: Department | None = None,
    calendar: Calendar | None = None,
    actor: Person,
    now: datetime,
) -> Department:
    """A new department below `parent`; its path is computed here and nowhere else."""
    department = Department.objects.create(
        name=name, slug=slug, parent=parent, calendar=calendar
    )
    department.path = [*(parent.path if parent else []), department.pk]
    department.save(update_fields=["path"])
    record(
        stream=f"org:{department.pk}",
        verb="department.added",
        actor_id=actor.pk,
        at=now,
        public={"slug": slug},
    )
    forget_snapshots()
    return department


@transaction.atomic
def add_person(
    *,
    email: str,
    name: str,
    password: str | None = None,
    manager: Person | None = None,
    actor: Person,
    now: datetime,
) -> Person:
    """A person who can sign in with `password`, or only after a reset when there is none."""
    if Person.objects.filter(email__iexact=email).exists():
        raise Invalid(
            "email_taken",
            gettext_noop("Somebody has this e-mail address already. Use another one."),
            field="email",
        )
    person = Person.objects.create_user(
        email=email, name=name, password=password, manager=manager
    )
    record(stream=f"person:{person.pk}", verb="person.added", actor_id=actor.pk, at=now)
    return person


@transaction.atomic
def grant_role(
    *,
    person: Person,
    department: Department,
    role: Role,
    is_lead: bool = False,
    actor: Person,
    now: datetime,
) -> Membership:
    """Give `person` a role in a department; a second identical grant changes nothing."""
    membership, made = Membership.objects.get_or_create(
        person=person,
        department=department,
        role=role.value,
        until=None,
        defaults={"is_lead": is_lead, "since": now},
    )
    if made:
        record(
            stream=f"person:{person.pk}",
            verb="role.granted",
            actor_id=actor.pk,
            at=now,
            public={"role": role.value, "department": department.pk, "lead": is_lead},
        )
    return membership


@transaction.atomic
def create_api_key(
    *,
    name: str,
    scopes: Collection[str],
    actor: Person,
    now: datetime,
    expires_at: datetime | None = None,
) -> str:
    """Make a key with its own service person and return it; it is never shown again.

    Raises Invalid when there is no scope, an unknown one, or the name is blank.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise Invalid(
            "unknown_scope",
            gettext_noop("Give at least one scope out of %(known)s; not known: %(unknown)s."),
            field="scope",
            known=tuple(SCOPES),
            unknown=tuple(unknown) or "-",
        )
    if not name.strip():
        raise Invalid("blank", gettext_noop("Give the key a name."), field="name")
    raw = f"rk_{secrets.token_urlsafe(32)}"
    service = Person.objects.create_user(
        email=f"key-{secrets.token_hex(8)}@service.invalid",
        name=name.strip()[:80],
        kind=Person.Kind.SERVICE,
    )
    key = ApiKey.objects.create(
        person=service,
        name=name.strip()[:80],
        digest=digest_of(raw),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    record(
        stream=f"person:{service.pk}",
        verb="api_key.created",
        actor_id=actor.pk,
        at=now,
        public={"key": key.pk, "scopes": key.scopes},
    )
    return raw


@transaction.atomic
def revoke_api_key(*, key_id: int, actor: Person, now: datetime) -> None:
    """End a key; processes that have seen it forget it within a minute."""
    if ApiKey.objects.filter(pk=key_id, revoked_at__isnull=True).update(revoked_at=now):
        record(
            stream=f"key:{key_id}",
            verb="api_key.revoked",
            actor_id=actor.pk,
            at=now,
            public={"key": key_id},
        )
        forget_snapshots()
