"""Rules of follow-up as those who set up the house see them: in words, made anew, tried, ended."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recovery.console.forms.rules import RuleForm, RuleTrialForm
from recovery.console.presenters.rules import (
    TrialRows,
    is_in_force,
    rule_rows,
    trial_rows,
    version_row,
)
from recovery.console.selectors.escalation import case_to_try
from recovery.escalation.policy.triggers import RuleCard
from recovery.escalation.selectors import (
    drafted_card,
    rule_card,
    rule_versions,
    trial_of_rule,
    versions_of,
)
from recovery.escalation.services import (
    make_rule,
    make_rule_version,
    refuse_bad_rule,
    retire_rule,
)
from recovery.org.roles import Permission
from recovery.org.selectors import names_of
from recovery.org.services import require
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.escalation.models import RuleVersion


@require_safe
@login_required
def rule_list(request: HttpRequest) -> HttpResponse:
    require(person_of(request), Permission.SETTINGS)
    rows = rule_rows(rule_versions(), timezone.now())
    return page(request, "settings/rules.html", {"rows": rows})


@require_safe
@login_required
def rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One rule with all its versions; ?case=C-… says what it would have done there."""
    require(person_of(request), Permission.SETTINGS)
    versions, now = versions_of(rule_id), timezone.now()
    current = next((each for each in versions if is_in_force(each, now)), None)
    form = RuleTrialForm(request.GET if "case" in request.GET else None)
    trial: TrialRows | None = None
    if current and form.is_valid():
        with refusals_into(form):
            trial = _trial(form.cleaned_data["case"], rule_card(current))
    context = _about(versions) | {
        "versions": [version_row(each, now) for each in versions],
        "current": current,
        "form": form,
        "trial": trial,
    }
    return page(request, "settings/rule.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_rule(request: HttpRequest) -> HttpResponse:
    require(person_of(request), Permission.SETTINGS)
    posted = request.POST if request.method == "POST" else None
    form = RuleForm(posted)
    trial: TrialRows | None = None
    if form.is_valid():
        with refusals_into(form):
            if "try" in request.POST:
                trial = _try(form)
            else:
                made = make_rule(
                    name=form.cleaned_data["name"],
                    draft=form.draft(),
                    since=form.begins,
                    actor=person_of(request),
                    now=timezone.now(),
                )
                saved(request, _("The rule is made."))
                return see_other(request, reverse("console:rule", args=[made.pk]))
    context = {"form": form, "trial": trial}
    return page(request, "settings/rule_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_version(request: HttpRequest, rule_id: int) -> HttpResponse:
    require(person_of(request), Permission.SETTINGS)
    versions = versions_of(rule_id)
    posted = request.POST if request.method == "POST" else None
    form = RuleForm(posted, card=rule_card(versions[0]))
    trial: TrialRows | None = None
    if form.is_valid():
        with refusals_into(form):
            if "try" in request.POST:
                trial = _try(form)
            else:
                make_rule_version(
                    rule_id=rule_id,
                    draft=form.draft(),
                    since=form.begins,
                    actor=person_of(request),
                    now=timezone.now(),
                )
                saved(request, _("Kept. What waits already keeps what it began with."))
                return see_other(request, reverse("console:rule", args=[rule_id]))
    context = _about(versions) | {"form": form, "trial": trial}
    return page(request, "settings/rule_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def retire(request: HttpRequest, rule_id: int) -> HttpResponse:
    retire_rule(rule_id=rule_id, actor=person_of(request), now=timezone.now())
    saved(request, _("Retired. What it has planned already still comes."))
    return see_other(request, reverse("console:rule", args=[rule_id]))


def _try(form: RuleForm) -> TrialRows:
    refuse_bad_rule(draft=form.draft())
    return _trial(form.cleaned_data["case"], drafted_card(form.draft()))


def _trial(reference: str, card: RuleCard) -> TrialRows:
    trial = trial_of_rule(case_to_try(reference), card, timezone.now())
    return trial_rows(
        trial, card, names_of({key for each in trial.lines for key in each.people})
    )


def _about(versions: "list[RuleVersion]") -> dict[str, Any]:
    return {"rule_id": versions[0].rule_id, "name": _(versions[0].rule.name)}
