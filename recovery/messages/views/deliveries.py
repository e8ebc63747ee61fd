"""For operators: what left the house, what did not, and sending it again."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from recovery.messages import selectors, services
from recovery.messages.presenters import STATES, deliveries_of
from recovery.messages.views.answers import key_of, see_other, state_of
from recovery.org.roles import Permission
from recovery.org.services import require


@require_safe
@login_required
def deliveries(request: HttpRequest) -> HttpResponse:
    """Every delivery with its tries, newest first, narrowed by state."""
    assert request.user.is_authenticated
    require(request.user, Permission.OPERATE)
    state = state_of(request.GET.get("state", ""))
    found = selectors.deliveries(state=state, before=key_of(request.GET.get("before", "")))
    later = urlencode({"state": state, "before": found.before}) if found.before else ""
    return render(request, "messages/deliveries.html", {
        "rows": deliveries_of(found.messages),
        "later": f"{reverse('messages:deliveries')}?{later}" if later else "",
        "state": state,
        "states": [(code, _(word)) for code, word in STATES.items()],
        "dead": selectors.dead_by_kind(),
    })  # fmt: skip


@require_POST
@login_required
def send_again(request: HttpRequest, message_id: int) -> HttpResponse:
    """Send one dead letter again."""
    assert request.user.is_authenticated
    services.send_again(message_id=message_id, actor=request.user, now=timezone.now())
    messages.success(request, _("It is sent again within seconds, under its old number."))
    return see_other(reverse("messages:deliveries"))


@require_POST
@login_required
def send_all_again(request: HttpRequest) -> HttpResponse:
    """Send all dead letters of a kind again."""
    assert request.user.is_authenticated
    kind = request.POST.get("kind", "").replace("\x00", "")
    count = services.send_all_again(kind=kind, actor=request.user, now=timezone.now())
    said = ngettext("%(count)d is sent again", "%(count)d are sent again", count)
    messages.success(request, said % {"count": count})
    return see_other(reverse("messages:deliveries"))
