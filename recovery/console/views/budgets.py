"""Budgets of departments: the list with how each stands, set anew, ended."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.presenters.limits import budget_row
from cases.selectors.authority import today_of
from cases.selectors.budgets import budgets_now
from cases.services.budgeting import end_budget, set_budget
from recovery.console.forms.budgets import BudgetForm
from recovery.org.roles import Permission
from recovery.org.selectors import departments, people_with
from recovery.org.services import require
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def budgets(request: HttpRequest) -> HttpResponse:
    actor, now = person_of(request), timezone.now()
    require(actor, Permission.SETTINGS)
    form = BudgetForm(
        request.POST if request.method == "POST" else None,
        departments=[(key, card.name) for key, card in departments().items()],
        people=[(each.pk, each.name) for each in people_with(Permission.REMEDY_APPROVE)],
    )
    if form.is_valid():
        given = form.cleaned_data
        with refusals_into(form):
            set_budget(
                department_id=given["department"],
                period=given["period"],
                amount_minor=given["amount"],
                owner_id=given["owner"],
                warn_percent=given["warn_percent"],
                from_next=given["from_next"],
                actor=actor,
                now=now,
            )
            saved(request, _("Set."))
            return see_other(request, reverse("console:budgets"))
    rows = [
        (each, budget_row(each.budget.department.name, each.budget.period, each.standing))
        for each in budgets_now(today_of(now))
    ]
    context = {"form": form, "rows": rows}
    return page(request, "settings/budgets.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, budget_id: int) -> HttpResponse:
    end_budget(budget_id=budget_id, actor=person_of(request), now=timezone.now())
    saved(request, _("Ended."))
    return see_other(request, reverse("console:budgets"))
