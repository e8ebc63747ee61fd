"""The form of one message to many: its words, what fills them, and what each may get."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.fields import AmountField
from cases.services.holding import MOST_LINE, MOST_WORDS
from cases.services.wording import Gift, Wording
from cases.states import LineKind, RemedyKind
from recovery.org.selectors import organisation
from recovery.web.forms import PageForm

START = gettext_lazy(
    "Dear {{ first_name }},\n\n{{ what_happened }}\n\nWe are sorry. You did not have to tell us: "
    "we saw it ourselves.\n\n{{ next }} You hear from us again by {{ when }}."
)
NOTHING = ""


class OutreachForm(PageForm):
    key = forms.CharField(max_length=32, widget=forms.HiddenInput)
    what_happened = forms.CharField(
        label=gettext_lazy("What happened to them"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Name the flight, the order, the day: “Your flight HA 418 to Porto was cancelled.”"
        ),
    )
    next_step = forms.CharField(
        label=gettext_lazy("What happens next"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "A whole sentence: “We pay your fare back to the card you used.”"
        ),
    )
    when = forms.DateTimeField(
        label=gettext_lazy("By when they hear from us again"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("In your own time zone."),
    )
    words = forms.CharField(
        label=gettext_lazy("The message"),
        max_length=MOST_WORDS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=gettext_lazy(
            "Filled in for each: {{ first_name }}, {{ what_happened }}, {{ next }}, {{ when }} and, "
            "with something to give, {{ remedy }}."
        ),
    )
    remedy_line = forms.ChoiceField(label=gettext_lazy("Each of them gets"), required=False)
    remedy_kind = forms.ChoiceField(label=gettext_lazy("In the form of"), required=False)
    amount = AmountField(
        label=gettext_lazy("Worth for each"),
        required=False,
        help_text=gettext_lazy("Empty: the amount that the list of affected people says."),
    )
    remedy_words = forms.CharField(
        label=gettext_lazy("In words they would use"),
        max_length=MOST_LINE,
        required=False,
        help_text=gettext_lazy("“a meal voucher”; for what the law owes, name the law."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines: list[tuple[str, Any]] = [(NOTHING, _("Nothing by this message"))]
        lines += [(each.value, _(each.word).capitalize()) for each in LineKind]
        kinds = [(each.value, _(each.word)) for each in RemedyKind]
        for name, choices in (("remedy_line", lines), ("remedy_kind", kinds)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        self.fields["amount"].label = _("Worth for each, in %(currency)s") % {
            "currency": organisation().currency
        }

    def wording(self) -> Wording:
        """What was written, as services take it."""
        given = self.cleaned_data
        gift = None
        if given["remedy_line"]:
            typed = str(self.data.get("amount", "")).strip()
            gift = Gift(
                line=given["remedy_line"],
                kind=given["remedy_kind"],
                words=given["remedy_words"],
                amount_minor=given["amount"] if typed else None,
            )
        return Wording(
            words=given["words"],
            what_happened=given["what_happened"],
            next_step=given["next_step"],
            when=given["when"],
            gift=gift,
        )


class RefuseForm(PageForm):
    words = forms.CharField(
        label=gettext_lazy("Why not"),
        max_length=MOST_LINE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
