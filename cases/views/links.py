"""The address of the customer's page: a new one, or more time for the one there is."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.selectors import case_id_of
from cases.services.links import extend_link, replace_link
from recovery.web.pages import saved, see_other
from recovery.web.people import person_of


@require_POST
@login_required
def new_address(request: HttpRequest, reference: str) -> HttpResponse:
    replace_link(case_id=case_id_of(reference), actor=person_of(request), now=timezone.now())
    saved(request, _("The old address opens nothing any more. Give the customer the new one."))
    return see_other(request, _page(reference))


@require_POST
@login_required
def more_time(request: HttpRequest, reference: str) -> HttpResponse:
    extend_link(case_id=case_id_of(reference), actor=person_of(request), now=timezone.now())
    saved(request, _("The page opens for another half year."))
    return see_other(request, _page(reference))


def _page(reference: str) -> str:
    return f"{reverse('cases:case', args=[reference])}#customers-page"
