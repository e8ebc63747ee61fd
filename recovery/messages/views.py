"""A person's own inbox."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from recovery.messages import selectors, services

LARGEST_KEY = 2**63 - 1


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """What the house has told this person, newest first."""
    assert request.user.is_authenticated
    box = selectors.inbox(request.user, before=_key(request.GET.get("before", "")))
    later = f"{reverse('messages:inbox')}?before={box.before}" if box.before else ""
    return render(request, "messages/inbox.html", {
        "box": box,
        "later": later,
        "unread": selectors.unread_count(request.user),
    })  # fmt: skip


@require_POST
@login_required
def open_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Mark a message as read and go where it leads."""
    assert request.user.is_authenticated
    path = services.mark_read(message_id=message_id, person=request.user, now=timezone.now())
    if path is None:
        raise Http404
    return _see(path or reverse("messages:inbox"))


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
    return _see(reverse("messages:inbox"))


def _key(text: str) -> int | None:
    """A cursor nobody could have got from us is no cursor."""
    key = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
    return key if key is None or key <= LARGEST_KEY else None


def _see(path: str) -> HttpResponse:
    """303, so that going back does not post again."""
    return HttpResponseRedirect(path, status=303)
