"""The pages of one customer: who it is, what is known, what few may read."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.forms.customers import CustomerForm, RestrictedForm
from cases.presenters import customers as present
from cases.presenters import found
from cases.presenters.histories import line_of
from cases.selectors.customers import (
    CustomerFile,
    customer_file,
    customer_id_of,
    customer_reference,
    may_with_customer,
    restricted_of,
    stands_for,
)
from cases.selectors.finding import maybe_the_same
from cases.selectors.histories import changes_of
from cases.services.profiles import change_customer, profile_of
from cases.services.restricted import change_restricted, read_restricted
from recovery.kernel.refusals import NotAllowed
from recovery.kernel.text import gettext_noop
from recovery.org.roles import Permission
from recovery.web.forms import refusals_into
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of

if TYPE_CHECKING:
    from recovery.org.models import Person

_ASKED = (Permission.CASE_WORK, Permission.CUSTOMER_RESTRICTED, Permission.CUSTOMER_MERGE)


@require_safe
@login_required
def customer(request: HttpRequest, reference: str) -> HttpResponse:
    customer_id = customer_id_of(reference)
    stands = stands_for(customer_id)
    if reference != customer_reference(stands):
        return redirect("cases:customer", customer_reference(stands))
    viewer, now = person_of(request), timezone.now()
    file = customer_file(viewer, stands)
    may = _may(viewer, stands)
    alike = maybe_the_same(viewer, file.customer) if may["customer_merge"] else ()
    context = _head(file) | {
        "may": may,
        "ways": present.ways_of(file),
        "facts": present.facts_of(file, now),
        "given": present.given_of(file),
        "journey": present.journey_through(file),
        "cases": [present.case_row(each) for each in file.cases],
        "elsewhere": file.elsewhere,
        "same": [(found.person_row(each.merged), each.by.name, each.at) for each in file.same],
        "alike": [found.alike_row(each, of=stands) for each in alike],
        "changes": [line_of(each) for each in changes_of(stands)],
    }
    return page(request, "cases/customer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    viewer = person_of(request)
    file = _file_for(viewer, reference, Permission.CASE_WORK)
    sent = request.POST if request.method == "POST" else None
    form = CustomerForm(sent, initial=_initial(file))
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            change_customer(
                customer_id=file.customer.pk,
                profile=form.profile(),
                actor=viewer,
                now=timezone.now(),
                expected_version=form.cleaned_data["version"],
            )
            saved(request, _("Written down."), draft=f"customer-{file.customer.pk}")
            return see_other(request, found.url_of(file.customer.pk))
    context = _head(file) | {"form": form}
    return page(
        request, "cases/customer_edit.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def restricted(request: HttpRequest, reference: str) -> HttpResponse:
    """What only few may read; opening it is written to the log, whoever opens it."""
    viewer, now = person_of(request), timezone.now()
    file = _file_for(viewer, reference, Permission.CUSTOMER_RESTRICTED)
    key = file.customer.pk
    facts = restricted_of([key, *(each.merged_id for each in file.same)])
    mine = facts.get(key)
    names = ("needs", "help_words", "safety_words")
    initial = {name: getattr(mine, name) for name in names if mine}
    form = RestrictedForm(
        request.POST if request.method == "POST" else None,
        initial=initial | {"version": file.customer.version},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            given = dict(form.cleaned_data)
            change_restricted(
                customer_id=key,
                expected_version=given.pop("version"),
                **given,
                actor=viewer,
                now=now,
            )
            saved(request, _("Written down."))
            return see_other(request, request.path)
    if request.method != "POST":
        read_restricted(customer_id=key, actor=viewer, now=now)
    context = _head(file) | {
        "form": form,
        "mine": mine,
        "needs": present.needs_of(mine) if mine else "",
        "others": [
            (customer_reference(pk), present.needs_of(each), each)
            for pk, each in facts.items()
            if pk != key
        ],
        "changes": [line_of(each) for each in changes_of(key, restricted=True)],
    }
    return page(
        request, "cases/customer_restricted.html", context, status=422 if form.errors else 200
    )


def _file_for(viewer: "Person", reference: str, permission: Permission) -> CustomerFile:
    """The file behind a reference, for whoever holds `permission` there."""
    file = customer_file(viewer, stands_for(customer_id_of(reference)))
    if not may_with_customer(viewer, file.customer.pk, permission):
        raise NotAllowed("not_allowed", gettext_noop("Your role does not allow this here."))
    return file


def _may(viewer: "Person", customer_id: int) -> dict[str, bool]:
    return {each.name.lower(): may_with_customer(viewer, customer_id, each) for each in _ASKED}


def _head(file: CustomerFile) -> dict[str, Any]:
    return {
        "customer": file.customer,
        "name": found.name_of(file.customer),
        "reference": customer_reference(file.customer.pk),
        "url": found.url_of(file.customer.pk),
        "open_cases": [present.case_row(each) for each in file.open_cases],
    }


def _initial(file: CustomerFile) -> dict[str, Any]:
    known = profile_of(file.customer)
    facts = {name: getattr(known, name) for name in known.__slots__}
    return facts | {
        "emails": "\n".join(known.emails),
        "phones": "\n".join(known.phones),
        "lifetime_value_minor": present.typed_money(known.lifetime_value_minor),
        "version": file.customer.version,
    }
