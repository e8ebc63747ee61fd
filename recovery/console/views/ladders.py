"""Ladders as those who set up the house see them: versions in words, a new one, a trial, the end."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recovery.clocks.states import ClockKind
from recovery.console.forms.ladders import LadderForm, TrialForm
from recovery.console.presenters.escalation import CallRow, call_row, people_in
from recovery.console.presenters.ladders import holds, kind_words, ladder_rows, version_row
from recovery.console.selectors.escalation import case_to_try
from recovery.escalation.policy import RungCard
from recovery.escalation.selectors import ladder_versions, rungs_of, trial_of
from recovery.escalation.services import make_ladder_version, refuse_bad_rungs, retire_ladder
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.roles import Permission
from recovery.org.selectors import names_of
from recovery.org.services import require
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.escalation.models import LadderVersion


@require_safe
@login_required
def ladder_list(request: HttpRequest) -> HttpResponse:
    require(person_of(request), Permission.SETTINGS)
    rows = ladder_rows(ladder_versions(), timezone.now())
    return page(request, "settings/ladders.html", {"rows": rows})


@require_safe
@login_required
def ladder(request: HttpRequest, kind: str) -> HttpResponse:
    """One ladder with all its versions; ?case=C-… says whom it would have called there."""
    known, now = _kind_of(request, kind), timezone.now()
    versions = ladder_versions().get(known.value, [])
    current = _current(versions)
    form = TrialForm(request.GET if "case" in request.GET else None)
    calls: list[CallRow] | None = None
    if current and form.is_valid():
        with refusals_into(form):
            calls = _trial(form.cleaned_data["case"], known, rungs_of(current))
    context = _context(known, calls) | {
        "versions": [version_row(each, now) for each in versions],
        "current": current,
        "form": form,
    }
    return page(request, "settings/ladder.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_version(request: HttpRequest, kind: str) -> HttpResponse:
    known = _kind_of(request, kind)
    current = _current(ladder_versions().get(known.value, []))
    posted = request.POST if request.method == "POST" else None
    form = LadderForm(posted, rungs=rungs_of(current) if current else ())
    calls: list[CallRow] | None = None
    if posted is not None and form.is_valid():
        with refusals_into(form):
            if "try" in posted:
                refuse_bad_rungs(clock_kind=known, rungs=form.drafts())
                rungs = [draft.card for draft in form.drafts()]
                calls = _trial(form.cleaned_data["case"], known, rungs)
            else:
                make_ladder_version(
                    clock_kind=known,
                    rungs=form.drafts(),
                    since=form.begins,
                    actor=person_of(request),
                    now=timezone.now(),
                )
                saved(request, _("Kept. Clocks that run already keep theirs."))
                return see_other(request, reverse("console:ladder", args=[known.value]))
    context = _context(known, calls) | {"form": form}
    status = 422 if form.errors else 200
    return page(request, "settings/ladder_new.html", context, status=status)


@login_required
@require_POST
def retire(request: HttpRequest, kind: str) -> HttpResponse:
    known = _kind_of(request, kind)
    retire_ladder(clock_kind=known, actor=person_of(request), now=timezone.now())
    saved(request, _("Retired. Clocks that start from now on call nobody."))
    return see_other(request, reverse("console:ladder", args=[known.value]))


def _kind_of(request: HttpRequest, kind: str) -> ClockKind:
    """The kind of clock meant, once it is sure that the reader may set ladders."""
    require(person_of(request), Permission.SETTINGS)
    found = next((each for each in ClockKind if each.value == kind), None)
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such clock."))
    return found


def _current(versions: "Sequence[LadderVersion]") -> "LadderVersion | None":
    now = timezone.now()
    return next((each for each in versions if holds(each, now)), None)


def _trial(reference: str, kind: ClockKind, rungs: Sequence[RungCard]) -> list[CallRow]:
    calls = trial_of(case_to_try(reference), kind.value, rungs)
    names = names_of(people_in(calls))
    return [call_row(call, names, tried=True) for call in calls]


def _context(kind: ClockKind, calls: list[CallRow] | None) -> dict[str, Any]:
    return {"kind": kind.value, "name": kind_words(kind.value), "calls": calls}
