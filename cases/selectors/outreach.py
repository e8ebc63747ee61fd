"""Outreaches of a failure, their people and what came of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cases.models import Outreach, OutreachCase
from cases.states import ReachResult
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop

PAGE = 50


@dataclass(frozen=True, slots=True)
class ReachedPage:
    """People of an outreach with their results; `after` is where the next page begins."""

    people: Sequence[OutreachCase]
    after: int | None


def outreach_for(outreach_id: int, failure_id: int) -> Outreach:
    """One outreach of a failure. Raises NotFound."""
    found = (
        Outreach.objects.select_related("made_by", "decided_by", "ended_by", "failure")
        .filter(pk=outreach_id, failure_id=failure_id)
        .first()
    )
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such outreach."))
    return found


def outreaches_of(failure_id: int, *, limit: int = 10) -> list[Outreach]:
    """The newest outreaches of a failure."""
    found = Outreach.objects.filter(failure_id=failure_id).select_related("made_by")
    return list(found.order_by("-pk")[:limit])


def reached_page(
    outreach_id: int, *, result: str = "", after: int | None = None
) -> ReachedPage:
    """One page of the people of an outreach, with one result or all; one query."""
    found = OutreachCase.objects.filter(outreach_id=outreach_id).select_related(
        "case__item", "case__customer"
    )
    if result in set(ReachResult):
        found = found.filter(result=result)
    if after is not None:
        found = found.filter(pk__gt=after)
    rows = list(found.order_by("pk")[: PAGE + 1])
    people = rows[:PAGE]
    return ReachedPage(people, people[-1].pk if len(rows) > PAGE else None)


def everybody_of(outreach_id: int) -> Iterator[OutreachCase]:
    """Everybody of an outreach in order, a few at a time."""
    found = OutreachCase.objects.filter(outreach_id=outreach_id).select_related(
        "case__item", "case__customer"
    )
    return found.order_by("pk").iterator(chunk_size=500)
