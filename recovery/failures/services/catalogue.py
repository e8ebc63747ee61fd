"""Growing the catalogue by names that come from elsewhere, such as a file of old complaints."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.text import slugify

from recovery.events.services import record
from recovery.failures.models import Category, FailureMode
from recovery.kernel.snapshots import forget_all
from recovery.org.models import Person

CATEGORY_SLUG, MODE_SLUG = 80, 120
CATEGORY_NAME, MODE_NAME = 120, 160
TAIL: Final = 8

type Labels = tuple[str, str]
type Places = tuple[int | None, int | None]


@transaction.atomic
def add_to_catalogue(
    *, labels: Iterable[Labels], actor: Person, now: datetime
) -> Mapping[Labels, Places]:
    """Find or make (category, mode) by their names; returns the keys of each.

    Names that differ only in case or punctuation are one, the first wins. A blank category has no key and takes
    its mode along: a mode is nothing without one. A blank mode has no key.
    """
    asked = list(labels)
    wanted = {pair: _slugs(pair) for pair in asked if pair[0]}
    before = Category.objects.count(), FailureMode.objects.count()
    categories = _categories(wanted)
    modes = _modes(wanted, categories)
    made = Category.objects.count() - before[0], FailureMode.objects.count() - before[1]
    if any(made):
        record(
            stream="catalogue",
            verb="catalogue.extended",
            actor_id=actor.pk,
            at=now,
            public={"categories": made[0], "modes": made[1]},
        )
        forget_all()
    found: dict[Labels, Places] = dict.fromkeys(asked, (None, None))
    for pair, (category, mode) in wanted.items():
        place = categories[category]
        found[pair] = (place, modes[place, mode] if pair[1] else None)
    return found


def _categories(wanted: Mapping[Labels, Labels]) -> Mapping[str, int]:
    """Find or make the categories of `wanted`, names with their slugs; keys by slug."""
    names: dict[str, str] = {}
    for pair, slugs in wanted.items():
        names.setdefault(slugs[0], _cut(pair[0], CATEGORY_NAME))
    rows = [Category(slug=slug, name=name) for slug, name in sorted(names.items())]
    Category.objects.bulk_create(rows, ignore_conflicts=True)
    return dict(Category.objects.filter(slug__in=names).values_list("slug", "pk"))


def _modes(
    wanted: Mapping[Labels, Labels], categories: Mapping[str, int]
) -> Mapping[tuple[int, str], int]:
    """Find or make the modes of `wanted`; keys by category and slug."""
    names: dict[tuple[int, str], str] = {}
    for pair, slugs in wanted.items():
        if pair[1]:
            names.setdefault((categories[slugs[0]], slugs[1]), _cut(pair[1], MODE_NAME))
    FailureMode.objects.bulk_create(
        [
            FailureMode(category_id=category_id, slug=slug, name=name)
            for (category_id, slug), name in sorted(names.items())
        ],
        ignore_conflicts=True,
    )
    rows = FailureMode.objects.filter(category_id__in=categories.values())
    return {(row.category_id, row.slug): row.pk for row in rows}


def _slugs(pair: Labels) -> Labels:
    return _slug(pair[0], CATEGORY_SLUG), _slug(pair[1], MODE_SLUG)


def _slug(name: str, most: int) -> str:
    """A code of the name; what a code cannot hold is told apart by a digest."""
    plain = slugify(name)
    if plain and len(plain) <= most:
        return plain
    digest = hashlib.sha256(name.casefold().encode()).hexdigest()[:TAIL]
    return f"{plain[: most - TAIL - 1]}-{digest}".lstrip("-")


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
