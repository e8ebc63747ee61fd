"""What is said between the customer and us, and what a person must write down for a step."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import channel_field, choices_of, evidence_field, words_field
from cases.services.holding import MOST_LINE
from cases.states import ContactDirection, RemedyWish
from recovery.web.forms import PageForm


class PressForm(PageForm):
    """Nothing to fill in: the button says it all."""


class TellForm(PageForm):
    """Words to the customer, sent by mail where we know an address."""

    words = words_field(_("What you tell the customer"), rows=4)
    channel = channel_field()
    send = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, address: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not address:
            del self.fields["send"]
            return
        self.fields["send"].label = _("Send them these words by e-mail (%(address)s)") % {
            "address": address
        }
        self.fields["send"].help_text = _(
            "With your name and a link to follow the case. What you said aloud goes as a recap. "
            "If it cannot be delivered, the customer counts as not told."
        )


class AcknowledgeForm(TellForm):
    words = words_field(
        _("What you tell the customer"),
        rows=4,
        help_text=_("That you know, what happens next, by when, and who answers for it."),
    )


class AssessForm(PageForm):
    at_risk = forms.BooleanField(label=_("Somebody is at risk right now"), required=False)
    words = words_field(
        _("What it did to the customer"),
        required=False,
        help_text=_("For colleagues. Time, money, trust, health; what was missed."),
    )


class AskForm(TellForm):
    words = words_field(_("What you ask the customer"))


class WriteForm(PageForm):
    words = words_field(
        _("What you write"),
        rows=6,
        help_text=_(
            "It goes by e-mail as you write it, with your name and a link to follow the case."
        ),
    )


class SaidForm(PageForm):
    words = words_field(
        _("What the customer says"), help_text=_("Their own words, as they said or wrote them.")
    )
    channel = channel_field()


class AnswerForm(PageForm):
    words = words_field(_("What the customer says (optional)"), required=False, rows=2)
    channel = channel_field()


class ReasonForm(PageForm):
    words = words_field(_("Why"), rows=2)


class ShortReasonForm(PageForm):
    words = forms.CharField(label=_("Why"), max_length=MOST_LINE)


class NewFactsForm(PageForm):
    words = words_field(_("What is new"))


class FinalForm(PageForm):
    words = words_field(_("The reasons, as the customer reads them"), rows=5)
    outside_body = forms.CharField(
        label=_("Where the customer may turn, and by when"), max_length=160
    )
    channel = channel_field()


class BodyForm(PageForm):
    outside_body = forms.CharField(label=_("Which body"), max_length=160)


class ProofForm(PageForm):
    evidence = evidence_field(_("What proves that it was carried out"))


class FoundForm(PageForm):
    words = words_field(_("What the body found"))


class ComplaintForm(PageForm):
    words = words_field(_("What the customer says"), rows=4)
    channel = channel_field()
    received_at = forms.DateTimeField(
        label=_("Received (if not just now)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    wish = forms.ChoiceField(
        label=_("What they ask for"),
        required=False,
        choices=[("", _("Not said")), *choices_of(RemedyWish)],
    )
    wished_outcome = words_field(_("In their words"), required=False, rows=2)

    def clean_received_at(self) -> Any:
        """Refuse a time to come where it was typed."""
        at = self.cleaned_data["received_at"]
        if at and at > timezone.now():
            raise ValidationError(_("It cannot have been received later than now."), "to_come")
        return at


class ContactForm(PageForm):
    direction = forms.ChoiceField(
        label=_("Which way"),
        choices=choices_of(ContactDirection),
        initial=ContactDirection.OUTGOING.value,
    )
    channel = channel_field()
    words = words_field(_("What was said"), required=False)
    missed = forms.BooleanField(
        label=_("It did not reach them"),
        required=False,
        help_text=_("Nobody picked up, or it came back. Counts as a try."),
    )
    retold = forms.BooleanField(
        label=_("The customer had to tell it all again"),
        required=False,
        help_text=_("Counted, so that we see where a story gets lost."),
    )
