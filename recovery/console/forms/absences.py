"""The form of an absence: whose, from when, until when. Why is not asked."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recovery.web.forms import PageForm

_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


def _time(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_FORMATS[0])
    return forms.DateTimeField(label=label, widget=widget, input_formats=_FORMATS)


class AbsenceForm(PageForm):
    """`people` are those for whom the reader may note it, the reader first."""

    person = forms.TypedChoiceField(label=_("Who is away"), coerce=int)
    since = _time(_("From"))
    until = _time(_("Until"))
    deputy = forms.TypedChoiceField(
        label=_("Who decides meanwhile"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("On what waits for their approval. Nobody named: the next lead up."),
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[tuple[int, str]],
        deputies: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        named = self.fields["deputy"]
        assert isinstance(named, forms.ChoiceField)
        named.choices = [("", _("Nobody in particular")), *deputies]
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(key), name) for key, name in people]
