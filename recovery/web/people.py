"""Who is asking, as a Person."""

from django.http import HttpRequest

from recovery.kernel.refusals import NotAllowed
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person


def person_of(request: HttpRequest) -> Person:
    """The signed-in person. Raises NotAllowed when nobody is."""
    if isinstance(request.user, Person):
        return request.user
    raise NotAllowed("sign_in", gettext_noop("Sign in first."))
