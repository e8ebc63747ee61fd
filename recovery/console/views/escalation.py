"""If nothing happens, who hears what when; raising a case by hand and stepping it down."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recovery.console.forms.escalation import EscalateForm, LevelForm, StepDownForm
from recovery.console.presenters.escalation import change_row, page_of, people_in
from recovery.console.presenters.rules import foretold_rows
from recovery.console.selectors.escalation import may_change_level, may_step_down, readable_item
from recovery.escalation.selectors import calls_of, foretold, level_changes
from recovery.escalation.services import escalate, step_down
from recovery.escalation.states import LowerReason, RaiseReason
from recovery.failures.services import require_in_reach
from recovery.org.selectors import names_of
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.failures.models import WorkItem


@require_safe
@login_required
def outlook(request: HttpRequest, item_id: int) -> HttpResponse:
    return _page(request, readable_item(person_of(request), item_id))


@login_required
@require_POST
def raise_level(request: HttpRequest, item_id: int) -> HttpResponse:
    item = _workable(request, item_id)
    form = EscalateForm(request.POST, level=item.level)
    if _moved(request, item, form, verb=escalate, reasons=RaiseReason):
        saved(request, _("Raised. Those above are told."))
        return _back(request, item_id)
    return _page(request, item, up=form)


@login_required
@require_POST
def lower_level(request: HttpRequest, item_id: int) -> HttpResponse:
    person = person_of(request)
    item = readable_item(person, item_id)
    if not may_step_down(person, item):
        require_in_reach(item_id=item_id, actor=person)
    form = StepDownForm(request.POST, level=item.level)
    if _moved(request, item, form, verb=step_down, reasons=LowerReason):
        saved(request, _("Stepped down."))
        return _back(request, item_id)
    return _page(request, item, down=form)


def _moved[R: (RaiseReason, LowerReason)](
    request: HttpRequest,
    item: "WorkItem",
    form: LevelForm,
    *,
    verb: Callable[..., object],
    reasons: type[R],
) -> bool:
    """Carry out one of the two verbs; False leaves the reasons against it in the form."""
    if not form.is_valid():
        return False
    given = form.cleaned_data
    with refusals_into(form):
        verb(
            item_id=item.pk,
            to_level=given["to_level"],
            reason=reasons(given["reason"]),
            words=given["words"],
            expected_version=given["version"],
            actor=person_of(request),
            now=timezone.now(),
        )
    return not form.errors


def _workable(request: HttpRequest, item_id: int) -> "WorkItem":
    person = person_of(request)
    require_in_reach(item_id=item_id, actor=person)
    return readable_item(person, item_id)


def _back(request: HttpRequest, item_id: int) -> HttpResponse:
    return see_other(request, reverse("console:escalation", args=[item_id]))


def _page(
    request: HttpRequest,
    item: "WorkItem",
    *,
    up: EscalateForm | None = None,
    down: StepDownForm | None = None,
) -> HttpResponse:
    viewer, now = person_of(request), timezone.now()
    calls, changes = calls_of(item, now), level_changes(item.pk)
    coming = foretold(item, now)
    told = {key for change in changes for key in change.told or ()}
    names = names_of(people_in(calls) | told | {key for each in coming for key in each.people})
    fresh = {"version": item.version}
    context: dict[str, Any] = {
        "model": page_of(
            item,
            calls=calls,
            changes=[change_row(each, names) for each in changes],
            names=names,
        ),
        "item": item,
        "may_change": may_change_level(viewer, item),
        "may_lower": may_step_down(viewer, item),
        "foretold": foretold_rows(coming, names),
        "up": up or EscalateForm(level=item.level, initial=fresh),
        "down": down or StepDownForm(level=item.level, initial=fresh),
        "opened": "up" if up else "down" if down else "",
    }
    status = 422 if up or down else 200
    return page(request, "console/escalation.html", context, status=status)
