"""The form of a shift's end: one choice for all, and one for each thing that goes another way."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from recovery.web.forms import PageForm

DESK: Final = "desk"
KEEP: Final = "keep"
MOST_WORDS: Final = 2000


class ShiftForm(PageForm):
    """`things` maps keys onto what each is called, `people` are those who could take them."""

    everything = forms.ChoiceField(label=_("Hand over to"))
    words = forms.CharField(
        label=_("What they should know (optional)"),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        things: Mapping[str, str],
        people: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.things = things
        choices = [(DESK, _("The desk: its lead is told")), *((str(k), n) for k, n in people)]
        everything = self.fields["everything"]
        assert isinstance(everything, forms.ChoiceField)
        everything.choices = choices
        for key, name in things.items():
            self.fields[key] = forms.ChoiceField(
                label=name,
                required=False,
                choices=[("", _("As above")), *choices, (KEEP, _("I keep it"))],
            )

    def given(self) -> dict[str, int | None]:
        """Each thing's key with whom it goes to, None the desk; what is kept is left out."""
        chosen = {
            key: self.cleaned_data[key] or self.cleaned_data["everything"]
            for key in self.things
        }
        return {
            key: None if choice == DESK else int(choice)
            for key, choice in chosen.items()
            if choice != KEEP
        }
