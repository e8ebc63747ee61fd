"""How these pages read an address, and how a posted form of theirs ends."""

from typing import Final

from django.http.response import HttpResponseRedirect

from recovery.messages.presenters import STATES

LARGEST_KEY: Final = 2**63 - 1


def see_other(path: str) -> HttpResponseRedirect:
    """303, so that going back does not post again."""
    return HttpResponseRedirect(path, status=303)


def key_of(text: str) -> int | None:
    """A cursor; one nobody could have got from us is none."""
    key = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
    return key if key is None or key <= LARGEST_KEY else None


def state_of(text: str) -> str:
    """A state to narrow by; one that does not exist narrows nothing."""
    return text if text in STATES else ""
