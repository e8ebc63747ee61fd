"""How a refusal meets a form on the pages of this app."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import BaseForm

from recovery.kernel.refusals import Conflict, Invalid
from recovery.web.forms import attach


@contextmanager
def mending(form: BaseForm) -> Iterator[None]:
    """Put what can be mended into the form; who may not do it at all is told so by a page."""
    try:
        yield
    except (Invalid, Conflict) as refusal:
        attach(form, refusal)
