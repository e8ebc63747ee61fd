"""Standards of care: the list, one with its versions, a draft, two signatures, a trial."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recovery.clocks import services
from recovery.clocks.selectors import (
    cards_of_kind,
    standard_of_version,
    standard_with_versions,
    standards_with_versions,
)
from recovery.clocks.states import ClockKind
from recovery.console.forms.standard_trial import StandardTrialForm
from recovery.console.forms.standards import CareForm, StandardForm, initial_of
from recovery.console.presenters import standards as words
from recovery.console.presenters.standard_trial import TrialRow, trial_rows
from recovery.console.selectors.standards import Subject, owners, subject_of_case
from recovery.kernel.conditions import read
from recovery.org.roles import Permission
from recovery.org.selectors import departments
from recovery.org.services import require
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recovery.clocks.models import Standard


@require_safe
@login_required
def standard_list(request: HttpRequest) -> HttpResponse:
    viewer, now = _admin(request), timezone.now()
    groups: dict[str, list[words.StandardRow]] = {}
    for each in standards_with_versions():
        name = _("Retired") if each.retired_at else words.kind_words(each)
        groups.setdefault(name, []).append(words.standard_row(each, viewer=viewer, now=now))
    return page(request, "settings/standards.html", {"groups": list(groups.items())})


@require_safe
@login_required
def standard(request: HttpRequest, standard_id: int) -> HttpResponse:
    """One standard; ?case=C-… says which of its kind, drafts among them, that case gets."""
    _admin(request)
    return _show(request, standard_with_versions(standard_id))


def _show(request: HttpRequest, found: "Standard", **forms: BaseForm) -> HttpResponse:
    viewer, now = _admin(request), timezone.now()
    rows = [words.version_row(each, viewer=viewer, now=now) for each in found.versions.all()]
    current = next((each for each in rows if each.state == "now"), None)
    trial_form, trial = _try_case(request, found)
    context = {
        "standard": found,
        "kind": words.kind_words(found),
        "versions": rows,
        "current": current,
        "draft": next((each for each in rows if each.state == "draft"), None),
        "trial_form": trial_form,
        "trial": trial,
        "care_form": CareForm(owners=owners()),
    } | forms
    bad = any(form.errors for form in (*forms.values(), trial_form))
    return page(request, "settings/standard.html", context, status=422 if bad else 200)


def _try_case(
    request: HttpRequest, found: "Standard"
) -> "tuple[StandardTrialForm, Sequence[TrialRow] | None]":
    """Which standard of the kind holds for a case, the drafts looked at as if in force."""
    given = request.GET.dict() | {"kind": found.clock_kind} if "case" in request.GET else None
    form = StandardTrialForm(given, desks=_desks())
    if given is None or not form.is_valid():
        return form, None
    trial: Sequence[TrialRow] | None = None
    with refusals_into(form):
        trial = _rows(form.clock_kind, subject_of_case(form.cleaned_data["case"]))
    return form, trial


def _rows(kind: ClockKind, subject: Subject) -> "Sequence[TrialRow]":
    return trial_rows(cards_of_kind(kind), subject, now=timezone.now())


@require_safe
@login_required
def try_standards(request: HttpRequest) -> HttpResponse:
    """Which one and why, for facts as typed or those of a case; nothing is saved."""
    _admin(request)
    form = StandardTrialForm(request.GET if "kind" in request.GET else None, desks=_desks())
    trial: Sequence[TrialRow] | None = None
    if form.is_bound and form.is_valid():
        with refusals_into(form):
            case = form.cleaned_data["case"]
            subject = subject_of_case(case) if case else form.subject(timezone.now())
            trial = _rows(form.clock_kind, subject)
    context = {"form": form, "trial": trial}
    status = 422 if form.errors else 200
    return page(request, "settings/standards_try.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_standard(request: HttpRequest) -> HttpResponse:
    actor = _admin(request)
    posted = request.POST if request.method == "POST" else None
    form = StandardForm(posted, owners=owners(), is_new=True)
    if posted is not None and form.is_valid():
        given = form.cleaned_data
        with refusals_into(form):
            made = services.add_standard(
                name=given["name"],
                kind=ClockKind(given["kind"]),
                law=given["law"],
                authority=given["authority"],
                draft=form.draft(),
                actor=actor,
                now=timezone.now(),
            )
            saved(request, _("Written. It holds once two people have signed it."))
            return see_other(request, _page_of(made.standard_id))
    return _form(request, form, {"standard": None, "is_law": True})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_draft(request: HttpRequest, standard_id: int) -> HttpResponse:
    """Write the next version, from the draft there is, else from the newest version."""
    actor = _admin(request)
    found = standard_with_versions(standard_id)
    version = next((each for each in found.versions.all()), None)
    posted = request.POST if request.method == "POST" else None
    form = StandardForm(
        posted,
        owners=owners(),
        is_new=False,
        initial=initial_of(version),
        when=read(version.conditions) if version else (),
    )
    if posted is not None and form.is_valid():
        with refusals_into(form):
            services.write_draft(
                standard_id=standard_id,
                draft=form.draft(),
                expected_revision=form.cleaned_data["revision"],
                actor=actor,
                now=timezone.now(),
            )
            saved(request, _("Kept. It holds once two people have signed it."))
            return see_other(request, _page_of(standard_id))
    return _form(request, form, {"standard": found, "is_law": found.legal})


def _form(request: HttpRequest, form: StandardForm, more: dict[str, Any]) -> HttpResponse:
    status = 422 if form.errors else 200
    return page(request, "settings/standard_form.html", {"form": form} | more, status=status)


@login_required
@require_POST
def sign_draft(request: HttpRequest, version_id: int) -> HttpResponse:
    actor = _admin(request)
    revision = request.POST.get("revision", "")
    made = services.sign(
        version_id=version_id,
        revision=int(revision) if revision.isdigit() else 0,
        actor=actor,
        now=timezone.now(),
    )
    second = _("Signed. Another person has to sign as well.")
    saved(request, second if made.draft else _("Signed by two: it holds."))
    return see_other(request, _page_of(made.standard_id))


@login_required
@require_POST
def drop(request: HttpRequest, version_id: int) -> HttpResponse:
    actor = _admin(request)
    standard_id = services.drop_draft(version_id=version_id, actor=actor, now=timezone.now())
    saved(request, _("Thrown away."))
    return see_other(request, _page_of(standard_id))


@login_required
@require_POST
def care(request: HttpRequest, version_id: int) -> HttpResponse:
    actor = _admin(request)
    found = standard_of_version(version_id)
    form = CareForm(request.POST, owners=owners())
    if form.is_valid():
        with refusals_into(form):
            services.look_after(
                version_id=version_id,
                owner_id=int(form.cleaned_data["owner"]),
                verify_by=form.cleaned_data["verify_by"],
                actor=actor,
                now=timezone.now(),
            )
            saved(request, _("Kept."))
            return see_other(request, _page_of(found))
    return _show(request, standard_with_versions(found), care_form=form)


@login_required
@require_POST
def retire(request: HttpRequest, standard_id: int) -> HttpResponse:
    actor = _admin(request)
    services.retire_standard(standard_id=standard_id, actor=actor, now=timezone.now())
    saved(request, _("Retired. Clocks that run by it run on by it."))
    return see_other(request, _page_of(standard_id))


def _admin(request: HttpRequest) -> Any:
    """The reader, once it is sure that they may set up the house."""
    person = person_of(request)
    require(person, Permission.SETTINGS)
    return person


def _page_of(standard_id: int) -> str:
    return reverse("console:standard", args=[standard_id])


def _desks() -> list[tuple[int, str]]:
    return [(key, card.name) for key, card in departments().items()]
