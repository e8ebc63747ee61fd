"""How a posted form of these pages ends."""

from django.http.response import HttpResponseRedirect


def see_other(path: str) -> HttpResponseRedirect:
    """303, so that going back does not post again."""
    return HttpResponseRedirect(path, status=303)
