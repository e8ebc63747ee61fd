"""Webhooks as those who set up the house see them: adding one, a trial, a pause, its deliveries."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recovery.kernel.refusals import Invalid
from recovery.messages import selectors, services
from recovery.messages.forms import EndpointForm, attach
from recovery.messages.presenters import deliveries_of, hook_of
from recovery.messages.views.answers import see_other
from recovery.org.roles import Permission
from recovery.org.services import require


@require_safe
@login_required
def webhooks(request: HttpRequest) -> HttpResponse:
    """Every address that hears of what happens here."""
    assert request.user.is_authenticated
    require(request.user, Permission.SETTINGS)
    hooks = [hook_of(each) for each in selectors.endpoints()]
    return render(request, "messages/webhooks.html", {"hooks": hooks})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def new_webhook(request: HttpRequest) -> HttpResponse:
    """Add an address; its secret is on the answer to this post and nowhere else, ever."""
    assert request.user.is_authenticated
    require(request.user, Permission.SETTINGS)
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            endpoint, secret = services.add_endpoint(
                actor=request.user, now=timezone.now(), **form.cleaned_data
            )
        except Invalid as refusal:
            attach(form, refusal)
        else:
            shown = {"hook": hook_of(endpoint), "secret": secret}
            return render(request, "messages/webhook_secret.html", shown, status=201)
    status = 422 if form.errors else 200
    return render(request, "messages/webhook_new.html", {"form": form}, status=status)


@require_safe
@login_required
def webhook(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """One address with its newest deliveries and their tries."""
    assert request.user.is_authenticated
    require(request.user, Permission.SETTINGS)
    endpoint = selectors.endpoint_of(endpoint_id)
    rows = deliveries_of(selectors.deliveries_to(endpoint))
    return render(request, "messages/webhook.html", {"hook": hook_of(endpoint), "rows": rows})


@require_POST
@login_required
def send_trial(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Send a trial; what became of it is among the deliveries within seconds."""
    assert request.user.is_authenticated
    services.try_endpoint(endpoint_id=endpoint_id, actor=request.user, now=timezone.now())
    services.ring()
    messages.success(request, _("A trial is on its way. Look at this page again in a moment."))
    return see_other(reverse("messages:webhook", args=[endpoint_id]))


@require_POST
@login_required
def pause(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Send nothing there for now."""
    assert request.user.is_authenticated
    services.pause_endpoint(endpoint_id=endpoint_id, actor=request.user, now=timezone.now())
    messages.success(request, _("Paused. What happens meanwhile waits for two days."))
    return see_other(reverse("messages:webhook", args=[endpoint_id]))


@require_POST
@login_required
def resume(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Send there again."""
    assert request.user.is_authenticated
    services.resume_endpoint(endpoint_id=endpoint_id, actor=request.user, now=timezone.now())
    messages.success(request, _("It hears of what happens again, beginning with what waited."))
    return see_other(reverse("messages:webhook", args=[endpoint_id]))
