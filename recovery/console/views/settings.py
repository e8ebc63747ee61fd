"""The way in to all that can be set up."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from recovery.console.presenters.settings import sections
from recovery.org.roles import Permission
from recovery.org.services import require
from recovery.web.pages import page
from recovery.web.people import person_of


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    require(person_of(request), Permission.SETTINGS)
    return page(request, "settings/index.html", {"sections": sections()})
