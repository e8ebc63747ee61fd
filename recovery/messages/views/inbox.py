"""A person's own inbox."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from recovery.messages import selectors, services
from recovery.messages.presenters import rows_of
from recovery.messages.views.answers import key_of, see_other


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """What the house has told this person, newest first; with ?show=new only what is unread."""
    assert request.user.is_authenticated
    only_new = request.GET.get("show") == "new"
    before = key_of(request.GET.get("before", ""))
    box = selectors.inbox(request.user, before=before, unread=only_new)
    return render(request, "messages/inbox.html", {
        "rows": rows_of(box.messages, selectors.mutes_of(request.user)),
        "later": _address(box.before, only_new=only_new) if box.before else "",
        "only_new": only_new,
        "unread": selectors.unread_count(request.user),
    })  # fmt: skip


def _address(before: int | None, *, only_new: bool) -> str:
    asked = ({"show": "new"} if only_new else {}) | {"before": before}
    return f"{reverse('messages:inbox')}?{urlencode(asked)}"


@require_POST
@login_required
def open_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Mark a message as read and go where it leads."""
    assert request.user.is_authenticated
    path = services.mark_read(message_id=message_id, person=request.user, now=timezone.now())
    if path is None:
        raise Http404
    return see_other(path or reverse("messages:inbox"))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    assert request.user.is_authenticated
    count = services.mark_all_read(person=request.user, now=timezone.now())
    if count:
        said = ngettext(
            "%(count)d notice marked as read", "%(count)d notices marked as read", count
        )
        messages.success(request, said % {"count": count})
    else:
        messages.success(request, _("There was nothing new"))
    return see_other(reverse("messages:inbox"))


@require_POST
@login_required
def mute(request: HttpRequest, message_id: int) -> HttpResponse:
    """Have no more mail about the record of this notice."""
    assert request.user.is_authenticated
    services.mute(message_id=message_id, person=request.user, now=timezone.now())
    messages.success(
        request,
        _("Muted: no more mail about it, unless you are named or hold it. It stays here."),
    )
    return see_other(reverse("messages:inbox"))


@require_POST
@login_required
def mute_record(request: HttpRequest) -> HttpResponse:
    """Have no more mail about the record whose page this is pressed on, and go back to it."""
    assert request.user.is_authenticated
    record = request.POST.get("record", "")
    services.mute_record(record=record, person=request.user, now=timezone.now())
    messages.success(
        request,
        _("No more mail about this, unless you are named or hold it. Your inbox still has it."),
    )
    return see_other(record)


@require_POST
@login_required
def unmute(request: HttpRequest, mute_id: int) -> HttpResponse:
    """Have mail about a record again."""
    assert request.user.is_authenticated
    record = services.unmute(mute_id=mute_id, person=request.user)
    messages.success(request, _("No longer muted."))
    if "record" in request.POST:
        return see_other(record)
    return see_other(
        reverse("messages:preferences" if "wishes" in request.POST else "messages:inbox")
    )
