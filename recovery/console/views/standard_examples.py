"""Examples of standards from eight industries, and taking one over as a draft."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recovery.clocks.selectors.examples import examples
from recovery.clocks.services import take_over
from recovery.kernel.refusals import Invalid
from recovery.org.roles import Permission
from recovery.org.services import require
from recovery.web.pages import page, saved, see_other
from recovery.web.people import person_of


@require_safe
@login_required
def example_list(request: HttpRequest) -> HttpResponse:
    require(person_of(request), Permission.SETTINGS)
    return _show(request)


@login_required
@require_POST
def take(request: HttpRequest, key: str) -> HttpResponse:
    """Make a draft of an example; where it is in use already the page says so."""
    actor = person_of(request)
    require(actor, Permission.SETTINGS)
    try:
        made = take_over(key=key, actor=actor, now=timezone.now())
    except Invalid as refused:
        return _show(request, refused.say(_))
    saved(request, _("Taken over as a draft. Verify it before anybody signs."))
    return see_other(request, reverse("console:standard", args=[made.standard_id]))


def _show(request: HttpRequest, refused: str = "") -> HttpResponse:
    context = {"examples": examples(), "refused": refused}
    status = 422 if refused else 200
    return page(request, "settings/standard_examples.html", context, status=status)
