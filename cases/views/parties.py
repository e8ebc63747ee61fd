"""Taking people off a case."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.services import end_party
from recovery.failures.selectors import item_reference
from recovery.web.pages import saved, see_other
from recovery.web.people import person_of


@require_POST
@login_required
def end(request: HttpRequest, party_id: int) -> HttpResponse:
    party = end_party(party_id=party_id, actor=person_of(request), now=timezone.now())
    saved(request, _("Not on the case any more."))
    reference = item_reference("customer", party.case_id)
    return see_other(request, reverse("cases:case", args=[reference]))
