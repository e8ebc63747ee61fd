"""How a person wants to be told: one form, one domain call."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recovery.kernel.refusals import Invalid
from recovery.messages import selectors, services
from recovery.messages.forms import PreferenceForm, attach
from recovery.messages.presenters import mutes_in_words
from recovery.messages.views.answers import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and keep what reaches this person by mail, and when."""
    assert request.user.is_authenticated
    if request.method == "POST":
        form = PreferenceForm(request.POST)
        if form.is_valid() and _kept(request, form):
            messages.success(request, _("Kept. From now on you are told like this."))
            return see_other(reverse("messages:preferences"))
    else:
        kept = selectors.preference_of(request.user)
        form = PreferenceForm(initial=PreferenceForm.initial_of(kept, request.user.zone))
    context = {"form": form, "mutes": mutes_in_words(selectors.mutes_of(request.user))}
    return render(
        request, "messages/preferences.html", context, status=422 if form.errors else 200
    )


def _kept(request: HttpRequest, form: PreferenceForm) -> bool:
    assert request.user.is_authenticated
    try:
        services.wish(person=request.user, now=timezone.now(), **form.wishes())
    except Invalid as refusal:
        attach(form, refusal)
        return False
    return True
