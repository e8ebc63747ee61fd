"""When I, or somebody of a desk I lead, am away."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recovery.console.forms.absences import AbsenceForm
from recovery.org.roles import Permission
from recovery.org.selectors import absences_of, led_by, people_with
from recovery.org.services import note_absence, withdraw_absence
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def absences(request: HttpRequest) -> HttpResponse:
    """What is noted, and noting more."""
    person, now = person_of(request), timezone.now()
    people = [(person.pk, person.name), *((each.pk, each.name) for each in led_by(person))]
    form = AbsenceForm(
        request.POST if request.method == "POST" else None,
        people=people,
        deputies=[(each.pk, each.name) for each in people_with(Permission.CASE_READ)],
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_into(form):
            note_absence(
                person_id=given["person"],
                since=given["since"],
                until=given["until"],
                deputy_id=given["deputy"],
                actor=person,
                now=now,
            )
            saved(request, _("Noted. Promises, P1 and P2 go to the desk when it begins."))
            return see_other(request, reverse("console:absences"))
    context = {"form": form, "absences": absences_of([key for key, _name in people], now)}
    return page(request, "console/absences.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def withdraw(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Take an absence back."""
    withdraw_absence(absence_id=absence_id, actor=person_of(request), now=timezone.now())
    saved(request, _("Taken back."))
    return see_other(request, reverse("console:absences"))
