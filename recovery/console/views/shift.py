"""The end of a shift, and accepting what a colleague hands over."""

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recovery.clocks.selectors import readings_for
from recovery.console.forms.shift import ShiftForm
from recovery.console.presenters.shift import handed_rows, names_of_things, thing_row
from recovery.coordination.selectors import colleagues_of, handed_to, on_its_way, things_held
from recovery.coordination.services import accept_handovers, end_shift
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.console.presenters.shift import ThingRow
    from recovery.coordination.selectors import Thing
    from recovery.org.models import Person


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def shift(request: HttpRequest) -> HttpResponse:
    """What I hold, and to whom it goes."""
    person, now = person_of(request), timezone.now()
    held = things_held(person)
    readings = readings_for([each.item.pk for each in held], now)
    rows = [thing_row(each, readings, now) for each in held]
    form = _form(request, person, held=held, rows=rows)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            count = end_shift(
                given=form.given(), words=form.cleaned_data["words"], actor=person, now=now
            )
            saved(request, _("Handed over: %(count)s.") % {"count": count})
            return see_other(request, reverse("console:shift"))
    urgent = sum(each.is_urgent for each in held)
    context = {
        "form": form,
        "head": [form["everything"], form["words"]],
        "urgent": [(row, form[row.key]) for row in rows[:urgent]],
        "rest": [(row, form[row.key]) for row in rows[urgent:]],
        "away": handed_rows(on_its_way(person), now),
        "handed": handed_rows(handed_to(person), now),
    }
    return page(request, "console/shift.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Take over what was handed to me: one thing, or all of it."""
    person, now = person_of(request), timezone.now()
    asked = request.POST.getlist("handover")
    keys = [int(each) for each in asked if each.isdecimal() and len(each) < 18]
    taken = accept_handovers(handover_ids=keys, actor=person, now=now)
    saved(request, _("Yours now: %(count)s.") % {"count": taken})
    return see_other(request, reverse("console:work"))


def _form(
    request: HttpRequest, person: "Person", *, held: "list[Thing]", rows: "list[ThingRow]"
) -> ShiftForm:
    people = [(each.pk, each.name) for each in colleagues_of(person, held)]
    sent = request.POST if request.method == "POST" else None
    return ShiftForm(sent, things=names_of_things(rows), people=people)
