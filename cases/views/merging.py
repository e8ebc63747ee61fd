"""Making two records of a customer one, with a look at what moves, and taking them apart."""

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.forms.customers import SameForm
from cases.presenters import found
from cases.selectors.customers import (
    CustomerFile,
    customer_file,
    customer_id_of,
    may_with_customer,
    stands_for,
)
from cases.selectors.twins import twins_of
from cases.services import merge_customers, part_customers
from recovery.kernel.refusals import NotAllowed, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.roles import Permission
from recovery.web.forms import attach, refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.org.models import Person


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def same(request: HttpRequest, reference: str) -> HttpResponse:
    """Name another record, see what would move, make them one. The one of the address stays."""
    viewer = person_of(request)
    stays = _file_for(viewer, customer_id_of(reference))
    sent = request.POST if request.method == "POST" else request.GET
    form = SameForm(sent if "other" in sent or request.method == "POST" else None)
    goes = None
    if form.is_valid():
        try:
            with refusals_into(form):
                goes = _file_for(viewer, customer_id_of(form.cleaned_data["other"]))
                if request.method == "POST":
                    merge_customers(
                        merged_id=goes.customer.pk,
                        into_id=stays.customer.pk,
                        actor=viewer,
                        now=timezone.now(),
                    )
                    saved(request, _("Made one. They can be taken apart again."))
                    return see_other(request, found.url_of(stays.customer.pk))
        except NotFound as gone:
            attach(form, gone)
    twins = twins_of(goes.customer.pk, stays.customer.pk) if goes else []
    context = {
        "form": form,
        "reference": reference,
        "stays": found.person_row(stays.customer),
        "stays_file": stays,
        "goes": found.person_row(goes.customer) if goes else None,
        "goes_file": goes,
        "moves": found.moves_of(goes, twins) if goes else (),
        "takes_in": found.taken_in(twins),
    }
    return page(request, "cases/same.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def part(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the record of the address out of the one that stands for it."""
    viewer, merged_id = person_of(request), customer_id_of(reference)
    stands = _file_for(viewer, merged_id).customer.pk
    left = part_customers(merged_id=merged_id, actor=viewer, now=timezone.now())
    said = _("Taken apart again.")
    if left:
        said = _("Taken apart. These had moved on and stay where they are: %(left)s") % {
            "left": ", ".join(left)
        }
    saved(request, said)
    return see_other(request, found.url_of(stands))


def _file_for(viewer: "Person", customer_id: int) -> CustomerFile:
    file = customer_file(viewer, stands_for(customer_id))
    if not may_with_customer(viewer, file.customer.pk, Permission.CUSTOMER_MERGE):
        raise NotAllowed("not_allowed", gettext_noop("Your role does not allow this here."))
    return file
