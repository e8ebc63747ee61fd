"""My work, all failures, search."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from cases.presenters.found import person_row, way_of
from cases.selectors import names_for
from cases.selectors.finding import Wanted, find_customers
from recovery.clocks.selectors import promises_in_view, readings_for
from recovery.console.presenters import failure as failures
from recovery.console.presenters import work
from recovery.console.presenters.bands import Extras, bands_of
from recovery.console.selectors import (
    Cursor,
    FailureFilters,
    decisions_for,
    failures_page,
    tasks_in_view,
    work_counts,
    work_page,
)
from recovery.coordination.selectors import handed_to
from recovery.failures.selectors import catalogue_choices
from recovery.failures.states import TrackKind, Whole
from recovery.kernel.references import decode, encode
from recovery.org.roles import Permission
from recovery.org.selectors import can, departments
from recovery.web.pages import page
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.failures.models import WorkItem
    from recovery.org.models import Person

_PLACES = {
    "F": "console:failure", "C": "cases:case", "P": "processes:case", "E": "staff:case",
    "K": "cases:customer",
}  # fmt: skip


@require_safe
@login_required
def work_list(request: HttpRequest) -> HttpResponse:
    viewer, now = person_of(request), timezone.now()
    view = "desk" if request.GET.get("view") == "desk" else "mine"
    kinds = [kind for kind in request.GET.getlist("track") if kind in set(TrackKind)]
    cursor = Cursor.read(request.GET["after"]) if "after" in request.GET else None
    found = work_page(viewer, view=view, kinds=kinds, cursor=cursor)
    items = [*found.pinned, *found.items]
    extras = _extras(viewer, view=view, kinds=kinds, now=now) if cursor is None else Extras()
    keys = [*(item.pk for item in items), *extras.item_ids]
    readings, names = readings_for(keys, now), names_for(keys, viewer)
    row_of = partial(work.row_of, viewer=viewer, names=names)

    def rows(part: "Sequence[WorkItem]") -> list[work.WorkRow]:
        return [
            row_of(item, reading=readings.get(item.pk), alike=found.alike.get(item.pk, 0))
            for item in part
        ]

    over, soon = work.headline_counts(items, now)
    context = {
        "view": view,
        "kinds": kinds,
        "counts": work_counts(viewer),
        "shown": len(items) + len(extras),
        "over": over,
        "soon": soon,
        "groups": work.groups_of(
            zip(rows(found.items), [item.next_due_at for item in found.items], strict=True),
            pinned=rows(found.pinned),
            bands=bands_of(extras, viewer=viewer, readings=readings, names=names, now=now),
            now=now,
        ),
        "cursor": found.cursor,
        "tracks": [kind.value for kind in TrackKind],
    }
    return page(request, "console/work.html", context)


def _extras(viewer: "Person", *, view: str, kinds: list[str], now: datetime) -> Extras:
    """What stands above the cases of a list: decisions, promises, things to do."""
    return Extras(
        handed=handed_to(viewer) if view == "mine" else (),
        decisions=decisions_for(viewer, now) if view == "mine" else (),
        promises=() if kinds else promises_in_view(viewer, view),
        tasks=tasks_in_view(viewer, view=view, kinds=kinds),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None


def _day(text: str | None) -> datetime | None:
    try:
        day = parse_date(text or "")
    except ValueError:
        return None
    return timezone.make_aware(datetime(day.year, day.month, day.day)) if day else None  # noqa: DTZ001


def filters_of(request: HttpRequest) -> FailureFilters:
    """Read the filters of an address; what makes no sense narrows nothing."""
    query = request.GET
    status = query.get("status", "all" if query.get("q") else "open")
    known = {"open", "closed", "all"} | {each.value for each in Whole}
    return FailureFilters(
        status=status if status in known else "open",
        words=query.get("q", "").replace("\x00", "")[:200].strip(),
        department_id=_number(query.get("department")),
        category_id=_number(query.get("category")),
        mode_id=_number(query.get("mode")),
        priority=_number(query.get("priority")),
        since=_day(query.get("since")),
        until=_day(query.get("until")),
    )


@require_safe
@login_required
def failure_list(request: HttpRequest) -> HttpResponse:
    return _failures(request)


def _failures(request: HttpRequest, customers: Sequence[object] = ()) -> HttpResponse:
    """The failures of an address, below the customers that its words may mean."""
    filters = filters_of(request)
    found = failures_page(filters, before=_number(request.GET.get("before")))
    context = {
        "customers": customers,
        "filters": filters,
        "rows": [failures.row_of(each) for each in found.failures],
        "after": found.after,
        "capped": found.capped,
        "departments": departments().values(),
        "categories": catalogue_choices(),
        "statuses": [(each.value, each.word) for each in Whole],
    }
    return page(request, "console/failures.html", context)


@require_safe
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """A reference leads to its record, an address or telephone to whose it is.

    Anything else leads to customers of nearly this name and the failures with these words.
    """
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    found = decode(words) if _looks_like_a_reference(words) else None
    if found and found[0] in _PLACES:
        return redirect(_PLACES[found[0]], encode(*found))
    viewer = person_of(request)
    if not words or not can(viewer, Permission.CUSTOMER_READ):
        return _failures(request)
    if said := way_of(words):
        return redirect(f"{reverse('cases:lookup')}?{urlencode(said)}")
    wanted = Wanted(name=words, number="" if " " in words else words)
    return _failures(request, [person_row(e) for e in find_customers(viewer, wanted)[:5]])


def _looks_like_a_reference(words: str) -> bool:
    """Tell one typed on purpose from a word such as catering that passes the check by chance."""
    dashed = words[1:2] == "-"
    return dashed or (" " not in words and any(letter.isdigit() for letter in words))
