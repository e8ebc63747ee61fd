"""Forms: they check and keep what was typed; saving is the services' business."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, Refusal


class PageForm(forms.Form):
    """A form whose sentences say what to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            speak_plainly(field)


def speak_plainly(field: forms.Field) -> None:
    """Say what to do about an empty field; a sentence written in the form itself wins."""
    standard = {
        type(field).default_error_messages.get("required"),
        forms.Field.default_error_messages["required"],
    }
    if field.error_messages.get("required") in standard:
        chosen = isinstance(field, forms.ChoiceField)
        field.error_messages["required"] = _("Choose one.") if chosen else _("Fill this in.")


def attach(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put the sentences of a refusal under the fields they are about, the rest at the head."""
    parts = refusal.parts if isinstance(refusal, Invalid) else (refusal,)
    for part in parts:
        place = part.field if part.field in form.fields else None
        form.add_error(place, forms.ValidationError(Refusal.say(part, _), code=part.code))


@contextmanager
def refusals_into(form: forms.BaseForm) -> Iterator[None]:
    """Run one domain call; a refusal the person can mend lands in the form instead of a page.

    if form.is_valid():
        with refusals_into(form):
            return see_other(request, address_of(services.offer_remedy(...)))
    return page(request, template, {"form": form}, status=422 if form.errors else 200)
    """
    try:
        yield
    except (Invalid, Conflict, NotAllowed) as refusal:
        attach(form, refusal)
