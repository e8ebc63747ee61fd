"""Limits of authority: those in force for a person, and all of them for their pages."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import AuthorityLimit, Person
from recovery.org.policy.authority import LimitCard, limits_for
from recovery.org.roles import Role
from recovery.org.selectors.people import grants, lineage_of

type Line = tuple[str, int | None, int | None, str]


def line_of(limit: AuthorityLimit) -> Line:
    """What makes two rows versions of one limit: role, person, department and scope."""
    return limit.role, limit.person_id, limit.department_id, limit.scope


def limit_card(limit: AuthorityLimit) -> LimitCard:
    """A row as rules read it."""
    return LimitCard(
        scope=limit.scope,
        amount_minor=limit.amount_minor,
        role=Role(limit.role) if limit.role else None,
        department_id=limit.department_id,
        days=limit.days,
        together=limit.together,
    )


def authority_limits(
    person: Person, now: datetime, *, instead: AuthorityLimit | None = None
) -> Mapping[str, LimitCard]:
    """The limit of `person` that counts in each scope; one query, or two for a new instance.

    `instead` is a draft tried as if it were in force, in place of the row it would supersede.
    """
    posts = grants(person).posts
    rows = _in_force(now).filter(Q(person=person) | Q(role__in={role for role, _key in posts}))
    found = list(rows)
    if instead is not None and (not instead.person_id or instead.person_id == person.pk):
        found = [each for each in found if line_of(each) != line_of(instead)] + [instead]
    return limits_for(
        [limit_card(each) for each in found],
        posts=posts,
        lineages={department: lineage_of(department) for _role, department in posts},
    )


def _in_force(now: datetime) -> QuerySet[AuthorityLimit]:
    return AuthorityLimit.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now), valid_from__lte=now, draft=False
    )


def _with_names(rows: QuerySet[AuthorityLimit]) -> QuerySet[AuthorityLimit]:
    return rows.select_related("person", "department", "made_by", "signed_by")


def all_limits() -> list[AuthorityLimit]:
    """Every limit there is or was, drafts among them, with its people; one query."""
    rows = _with_names(AuthorityLimit.objects.all())
    return list(rows.order_by("role", "person__name", "scope", "-valid_from", "-pk"))


def limit_of(limit_id: int) -> AuthorityLimit:
    """One limit with its people. Raises NotFound."""
    found = _with_names(AuthorityLimit.objects.filter(pk=limit_id)).first()
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such limit."))
    return found


def versions_of_limit(limit: AuthorityLimit) -> Sequence[AuthorityLimit]:
    """The versions of the same limit, newest first; one query."""
    role, person_id, department_id, scope = line_of(limit)
    same: dict[str, Any] = {
        "role": role, "person_id": person_id, "department_id": department_id, "scope": scope,
    }  # fmt: skip
    return list(
        _with_names(AuthorityLimit.objects.filter(**same)).order_by("-valid_from", "-pk")
    )


def givers(permissions: Collection[Role]) -> list[Person]:
    """Active people who hold one of these roles, by name; one query."""
    found = Person.objects.filter(
        memberships__role__in=list(permissions),
        memberships__until__isnull=True,
        is_active=True,
        kind=Person.Kind.HUMAN,
    )
    return list(found.distinct().order_by("name", "pk"))
