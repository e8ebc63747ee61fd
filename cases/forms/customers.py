"""Forms about customers: they check and keep what was typed; the services do the rest."""

from typing import Any, Final

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import AmountField, choices_of
from cases.services.profiles import Profile
from cases.services.restricted import MOST_HELP
from cases.states import Need, PartyRole, PreferredFormat
from recovery.failures.states import Channel
from recovery.org.selectors import organisation
from recovery.web.forms import PageForm

ASKED_BY: Final = (Channel.PHONE, Channel.EMAIL, Channel.LETTER, Channel.IN_PERSON)
LANGUAGES: Final = sorted(
    (code, info["name_local"].capitalize())
    for code, info in LANG_INFO.items()
    if "name_local" in info
)


def _lines(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=2_000,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )


class CustomerForm(PageForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), required=False, max_length=160)
    emails = _lines(_("E-mail addresses"), _("One a line, the preferred one first."))
    phones = _lines(
        _("Telephone numbers"), _("One a line, the preferred one first, best with +country.")
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("Not said")), *LANGUAGES]
    )
    preferred_channel = forms.ChoiceField(
        label=_("Would rather be reached by"),
        required=False,
        choices=[("", _("Not said")), *choices_of(ASKED_BY)],
    )
    preferred_format = forms.ChoiceField(
        label=_("Reads or hears us in"),
        required=False,
        choices=[("", _("Nothing special")), *choices_of(PreferredFormat)],
    )
    no_surveys = forms.BooleanField(label=_("Does not want surveys"), required=False)
    segment = forms.CharField(label=_("Segment"), required=False, max_length=60)
    customer_since = forms.DateField(
        label=_("Customer since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    lifetime_value_minor = AmountField(label=_("Lifetime value"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lifetime_value_minor"].label = _("Lifetime value, in %(currency)s") % {
            "currency": organisation().currency
        }

    def clean_emails(self) -> list[str]:
        return _split(self.cleaned_data["emails"])

    def clean_phones(self) -> list[str]:
        return _split(self.cleaned_data["phones"])

    def clean_lifetime_value_minor(self) -> int | None:
        """Nothing typed is not known, not nothing."""
        typed = str(self.data.get(self.add_prefix("lifetime_value_minor"), "")).strip()
        return self.cleaned_data["lifetime_value_minor"] if typed else None

    def profile(self) -> Profile:
        """What was typed."""
        given = dict(self.cleaned_data)
        given.pop("version")
        return Profile(**given)


def _split(text: str) -> list[str]:
    return [line for each in text.splitlines() if (line := each.strip())]


class RestrictedForm(PageForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    needs = forms.MultipleChoiceField(
        label=_("Why a failure may harm them more"),
        required=False,
        choices=choices_of(Need),
        widget=forms.CheckboxSelectMultiple,
    )
    help_words = forms.CharField(
        label=_("What helps"),
        required=False,
        max_length=MOST_HELP,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What to do, not what they have: “Speak slowly, repeat the times.”"),
    )
    safety_words = forms.CharField(
        label=_("What colleagues must know to stay safe"),
        required=False,
        max_length=MOST_HELP,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What happened and when, never what somebody is like."),
    )


class SameForm(PageForm):
    """Which other record goes into this one."""

    other = forms.CharField(
        label=_("The other record"),
        max_length=20,
        help_text=_("Its reference, such as K-7K3Q9X."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "ref"}),
    )


class NameForm(PageForm):
    """Whose case it is; whatever of it is known."""

    name = forms.CharField(label=_("Name"), required=False, max_length=160)
    email = forms.EmailField(label=_("E-mail address"), required=False, max_length=254)
    phone = forms.CharField(label=_("Telephone number"), required=False, max_length=40)
    number = forms.CharField(label=_("Booking"), required=False, max_length=120)


class PartyForm(PageForm):
    """Somebody beside the customer on a case."""

    role = forms.ChoiceField(label=_("As what"), choices=choices_of(PartyRole))
    name = forms.CharField(label=_("Who"), max_length=160)
    way = forms.CharField(label=_("Telephone or e-mail"), required=False, max_length=254)
    mandate = forms.CharField(
        label=_("What proves that they may act"),
        required=False,
        max_length=240,
        help_text=_(
            "A signed letter of 3 May, a court order. Leave it empty if there is none."
        ),
    )
    valid_until = forms.DateField(
        label=_("It ends on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
