"""Who is affected by a failure and how far they are told, and the lists they came by."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from cases.models import AffectedList, AffectedRow, CustomerCase
from cases.selectors.files import visible_to
from cases.selectors.reach import NO_ADDRESS, NOT_TOLD, SILENT, TOLD
from cases.states import CaseState, ListState
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person

PAGE = 50
SHOWN = {"all": Q(), "told": TOLD, "not-told": NOT_TOLD, "no-address": NO_ADDRESS}


@dataclass(frozen=True, slots=True)
class AffectedCounts:
    """People of a failure: all, told by a person, not told yet, and those without an address.

    `silent` are those not told who have said nothing themselves.
    """

    all: int
    told: int
    not_told: int
    no_address: int
    silent: int


@dataclass(frozen=True, slots=True)
class AffectedPage:
    """Cases in the order they came; `after` is where the next page begins."""

    cases: Sequence[CustomerCase]
    after: int | None


def affected_counts(viewer: Person, failure_id: int) -> AffectedCounts:
    """Count the people of a failure whose cases `viewer` may read; one query."""
    found = (
        visible_to(viewer)
        .filter(failure_id=failure_id)
        .exclude(item__state=CaseState.MERGED)
        .aggregate(
            all=Count("pk"),
            told=Count("pk", filter=TOLD),
            not_told=Count("pk", filter=NOT_TOLD),
            no_address=Count("pk", filter=NO_ADDRESS),
            silent=Count("pk", filter=SILENT),
        )
    )
    return AffectedCounts(**found)


def affected_page(
    viewer: Person, failure_id: int, *, shown: str = "all", after: int | None = None
) -> AffectedPage:
    """One page of the people of a failure; one query."""
    found = (
        visible_to(viewer)
        .filter(SHOWN[shown], failure_id=failure_id)
        .exclude(item__state=CaseState.MERGED)
        .select_related("item__owner", "customer")
        .order_by("pk")
    )
    rows = list((found.filter(pk__gt=after) if after else found)[: PAGE + 1])
    cases = rows[:PAGE]
    return AffectedPage(cases, cases[-1].pk if len(rows) > PAGE else None)


def list_for(list_id: int, failure_id: int) -> AffectedList:
    """One list of a failure. Raises NotFound."""
    lists = AffectedList.objects.select_related("made_by", "started_by")
    found = lists.filter(pk=list_id, failure_id=failure_id).first()
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such list."))
    return found


def lists_of(failure_id: int, *, limit: int = 10) -> list[AffectedList]:
    """The newest lists of a failure that were not thrown away."""
    found = AffectedList.objects.filter(failure_id=failure_id).select_related("made_by")
    return list(found.exclude(state=ListState.DROPPED).order_by("-pk")[:limit])


def bad_rows(list_id: int, *, limit: int = 50) -> list[AffectedRow]:
    """The first rows of a list that could not be taken, with the reason."""
    found = AffectedRow.objects.filter(list_id=list_id).exclude(refusal="")
    return list(found.order_by("number")[:limit])
