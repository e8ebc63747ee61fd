"""The catalogue of remedies: what is in force, what fits a case, and the versions for its pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from cases.models import CustomerCase, Offering, OfferingVersion
from recovery.failures.selectors import facts_of_item, items_with_facts
from recovery.kernel.conditions import Facts, all_hold, read
from recovery.kernel.refusals import Conflict, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import organisation


@dataclass(frozen=True, slots=True)
class Fitting:
    """An offering in force, and whether its conditions hold of a case; those that do come first."""

    version: OfferingVersion
    fits: bool


def in_force(now: datetime) -> QuerySet[OfferingVersion]:
    """The versions that people may offer now, in our currency or worth nothing."""
    return (
        OfferingVersion.objects.filter(effective__contains=now)
        .filter(Q(currency=organisation().currency) | Q(most_minor=0))
        .select_related("offering")
        .order_by("offering__name", "offering_id")
    )


def offering_in_force(version_id: int, now: datetime) -> OfferingVersion:
    """The version somebody chose. Raises Conflict when it is not in force any more."""
    found = in_force(now).filter(pk=version_id).first()
    if found is None:
        raise Conflict(
            "not_in_catalogue",
            gettext_noop("The catalogue has changed meanwhile. Choose again."),
        )
    return found


def offerings_for(case: CustomerCase, now: datetime) -> list[Fitting]:
    """What the catalogue holds for a case, what fits first; two queries."""
    item = items_with_facts([case.pk])[case.pk]
    return fitting(facts_of_item(item), list(in_force(now)))


def fitting(facts: Facts, versions: list[OfferingVersion]) -> list[Fitting]:
    """Those whose conditions hold first, of these the more specific before the more general."""
    found = [Fitting(each, all_hold(read(each.conditions), facts)) for each in versions]
    return sorted(found, key=lambda each: (not each.fits, -len(each.version.conditions)))


def offering_versions() -> Mapping[int, list[OfferingVersion]]:
    """Every version of every offering, newest first, with who made it; one query."""
    found: dict[int, list[OfferingVersion]] = {}
    rows = OfferingVersion.objects.select_related("offering", "made_by")
    for each in rows.order_by("offering__name", "offering_id", "-number"):
        found.setdefault(each.offering_id, []).append(each)
    return found


def versions_of_offering(offering_id: int) -> list[OfferingVersion]:
    """The versions of one offering, newest first. Raises NotFound."""
    rows = OfferingVersion.objects.filter(offering_id=offering_id)
    found = list(rows.select_related("offering", "made_by").order_by("-number"))
    if not found:
        raise NotFound("not_found", gettext_noop("There is no such offering."))
    return found


def offering_named(name: str) -> bool:
    """Whether an offering of this name is or was in the catalogue."""
    return Offering.objects.filter(name__iexact=name).exists()
