"""Forms of the private page and of the readiness question; they check and keep what was typed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from recovery.web.forms import PageForm
from staff.policy import MOST_WORDS
from staff.states import ReadinessArea

_PERSON_HINT = _("Name or e-mail address of a colleague.")


class NameForm(PageForm):
    person = forms.CharField(
        label=_("Who was hit by it?"), max_length=254, help_text=_PERSON_HINT
    )
    others = forms.BooleanField(label=_("Somebody else was hit too"), required=False)


class OfferForm(PageForm):
    spoken = forms.BooleanField(
        label=_("I spoke with them, in person or by phone"),
        error_messages={
            "required": _("Speak with them first: a message is not an offer. Then tick this.")
        },
    )


class NoteForm(PageForm):
    words = forms.CharField(
        label=_("Note for the two of you"),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        max_length=MOST_WORDS,
        help_text=_(
            "Encrypted. Only the two of you can read it, and each reading is written down."
        ),
    )


class AnswerForm(PageForm):
    made_worse = forms.TypedChoiceField(
        label=_(
            "Did a skill, authority, a tool or staffing let this happen, or make it worse?"
        ),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    area = forms.ChoiceField(
        label=_("If yes, which?"),
        choices=[("", _("Choose one")), *ReadinessArea.choices()],
        required=False,
    )
    words = forms.CharField(
        label=_("In your words (optional)"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=MOST_WORDS,
        help_text=_("About roles, rules and tools. Name nobody: every member can read it."),
    )


class ActionForm(PageForm):
    words = forms.CharField(
        label=_("What will be done?"),
        max_length=240,
        help_text=_("Such as: give gate agents the right to order a taxi."),
    )
    owner = forms.CharField(label=_("Who sees to it?"), max_length=254, help_text=_PERSON_HINT)
    due_on = forms.DateField(
        label=_("By when?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
