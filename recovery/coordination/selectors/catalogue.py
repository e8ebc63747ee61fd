"""The catalogue by key and by code, and the desk that takes what names none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from recovery.failures.models import Category, FailureMode, ServicePromise
from recovery.kernel.refusals import Conflict
from recovery.kernel.snapshots import Snapshot
from recovery.kernel.text import gettext_noop
from recovery.org.models import Department, Membership
from recovery.org.roles import Role
from recovery.org.selectors import departments

FRESH_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class ModeCard:
    """A failure mode; its slug is told apart from others' by that of its category."""

    id: int
    slug: str
    name: str
    category_id: int
    department_id: int | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that is in use of the catalogue; codes are slugs."""

    categories: Mapping[int, str]
    category_ids: Mapping[str, int]
    category_slugs: Mapping[int, str]
    modes: Mapping[int, ModeCard]
    mode_ids: Mapping[str, int]
    promise_ids: Mapping[str, int]


def _read_catalogue() -> Catalogue:
    categories = list(
        Category.objects.filter(retired_at__isnull=True).order_by("order", "name")
    )
    modes = list(
        FailureMode.objects.filter(retired_at__isnull=True)
        .select_related("category")
        .order_by("category__order", "name")
    )
    return Catalogue(
        categories={each.pk: each.name for each in categories},
        category_ids={each.slug: each.pk for each in categories},
        category_slugs={each.pk: each.slug for each in categories},
        modes={
            each.pk: ModeCard(
                each.pk, each.slug, each.name, each.category_id, each.department_id
            )
            for each in modes
        },
        mode_ids={f"{each.category.slug}/{each.slug}": each.pk for each in modes},
        promise_ids=dict(
            ServicePromise.objects.filter(retired_at__isnull=True).values_list("slug", "pk")
        ),
    )


def _read_first_desk() -> int | None:
    handled = (
        Membership.objects.filter(
            role=Role.HANDLER, until__isnull=True, department__retired_at__isnull=True
        )
        .order_by("department_id")
        .values_list("department_id", flat=True)
        .first()
    )
    if handled is not None:
        return handled
    live = Department.objects.filter(retired_at__isnull=True).order_by("pk")
    return live.values_list("pk", flat=True).first()


_catalogue = Snapshot(_read_catalogue, FRESH_SECONDS)
_first_desk = Snapshot(_read_first_desk, FRESH_SECONDS)


def catalogue() -> Catalogue:
    """The catalogue in use, at most ten seconds old."""
    return _catalogue()


def mode_of(mode_id: int | None) -> ModeCard | None:
    """The card of a mode; one that was made a moment ago is looked for again."""
    if mode_id is None:
        return None
    if mode_id not in _catalogue().modes:
        _catalogue.forget()
    return _catalogue().modes.get(mode_id)


def first_desk() -> int:
    """The desk for what names none: the oldest one with case handlers, else any department."""
    found = _first_desk()
    if found is None:
        raise Conflict(
            "no_department",
            gettext_noop(
                "There is no department yet that could own this. Set one up, then send it again."
            ),
        )
    return found


def department_ids() -> Mapping[str, int]:
    """Live departments by code."""
    return {card.slug: card.id for card in departments().values()}
