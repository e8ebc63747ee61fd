"""Finding a customer, from the search box or by a deep link of telephony and booking systems."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from cases.presenters import found as lines
from cases.selectors.customers import open_cases_by_customer
from cases.selectors.finding import Wanted, find_customers
from cases.services.recognising import normal_email, normal_phone
from recovery.org.roles import Permission
from recovery.org.services import require
from recovery.web.pages import page
from recovery.web.people import person_of

MOST = 200


@require_safe
@login_required
def lookup(request: HttpRequest) -> HttpResponse:
    """Whoever a number, an address, a booking or a name belongs to: one leads to their page.

    With nobody it leads on to the log, with what is known filled in.
    """
    viewer = person_of(request)
    require(viewer, Permission.CUSTOMER_READ)
    given = {name: _given(request, name) for name in ("phone", "email", "booking", "name")}
    # A bare plus sign in an address is read as a blank.
    if request.GET.get("phone", "").startswith(" "):
        given["phone"] = f"+{given['phone']}"
    wanted = Wanted(
        email=normal_email(given["email"]),
        phone=normal_phone(given["phone"]),
        number=given["booking"],
        name=given["name"],
    )
    found = find_customers(viewer, wanted) if wanted else []
    if len(found) == 1:
        return redirect(lines.url_of(found[0].pk))
    cases = open_cases_by_customer(viewer, [each.pk for each in found])
    context = {
        "given": given,
        "asked": any(given.values()),
        "found": [lines.found_row(each, cases.get(each.pk, ())) for each in found],
        "log_url": lines.log_url(given, flight=_given(request, "flight")),
    }
    return page(request, "cases/lookup.html", context)


def _given(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:MOST]
