"""The complaint form of the public: one thing to write, the rest if one likes."""

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from recovery.coordination.services import ComplaintFacts, CustomerFacts, Report
from recovery.failures.states import Channel, Detection
from recovery.intake.forms.log import EARLIEST, LONGEST_MAIL, LONGEST_NAME, MOST_WORDS, SOON
from recovery.web.forms import PageForm

STAMP_SALT: Final = "intake.complain"
# Nobody reads the form and writes a sentence faster; programs do.
QUICKEST: Final = timedelta(seconds=3)
OLDEST: Final = timedelta(hours=24)


def stamp(now: datetime) -> str:
    """When the form was shown, signed."""
    return signing.dumps(int(now.timestamp()), salt=STAMP_SALT)


class ComplainForm(PageForm):
    """Needs what happened and nothing else. `now` is when it was sent.

    `website` stands where people do not see it: whoever fills it in is a program. What looks
    like one is shown again as it was typed, with a new stamp, and may be sent once more.
    """

    what_happened = forms.CharField(
        label=_("What happened?"),
        help_text=_("In your own words. This is all we need."),
        widget=forms.Textarea(attrs={"class": "voice", "rows": 6}),
        error_messages={"required": _("Tell us in a few words what happened.")},
    )
    wished_outcome = forms.CharField(
        label=_("What would put it right for you?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    occurred = forms.DateTimeField(
        label=_("When was it?"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        error_messages={"invalid": _("Give a day and time, such as 2026-03-04 14:30.")},
    )
    service_reference = forms.CharField(
        label=_("Which service or booking?"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("A number from your ticket, order or letter."),
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("First name and surname. Your surname opens your words on your page."),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=LONGEST_MAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Write an address such as name@example.org.")},
    )
    phone = forms.CharField(
        label=_("Your telephone number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_what_happened(self) -> str:
        words = str(self.cleaned_data["what_happened"]).strip()
        if len(words) > MOST_WORDS:
            said = _("Shorten it to %(most)s characters; these are %(length)s.")
            raise forms.ValidationError(
                said, code="too_long", params={"most": MOST_WORDS, "length": len(words)}
            )
        return words

    def clean_occurred(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["occurred"]
        if at and at < EARLIEST:
            raise forms.ValidationError(_("Give a time after 1900."), code="too_long_ago")
        if at and at > self.now + SOON:
            raise forms.ValidationError(
                _("This is still to come. Give the time when it happened."), code="in_future"
            )
        return min(at, self.now) if at else None

    def clean(self) -> dict[str, Any]:
        """Let pass what a person sent; only once the rest is right, for that comes first."""
        given = super().clean() or self.cleaned_data
        if not self.errors and (given.get("website") or not self._is_in_time()):
            raise forms.ValidationError(
                _("Please look through it once more and send it again. Nothing is lost."),
                code="send_again",
            )
        return given

    def _is_in_time(self) -> bool:
        try:
            shown = signing.loads(self.cleaned_data.get("stamp", ""), salt=STAMP_SALT)
        except signing.BadSignature:
            return False
        passed = timedelta(seconds=self.now.timestamp() - int(shown))
        return QUICKEST <= passed <= OLDEST

    def shown_again(self) -> "ComplainForm":
        """The same form with what was typed and its errors, ready to be sent once more."""
        sent = {name: self.data.get(name, "") for name in self.fields}
        self.data = sent | {"stamp": stamp(self.now), "website": ""}
        return self

    def report(self) -> Report:
        """What was typed, as a report."""
        given, now = self.cleaned_data, self.now
        who = CustomerFacts(name=given["name"], email=given["email"], phone=given["phone"])
        return Report(
            what_happened=given["what_happened"],
            channel=Channel.WEB,
            detection=Detection.COMPLAINT,
            customers=(who,) if who != CustomerFacts() else (),
            complaint=ComplaintFacts(
                words=given["what_happened"],
                channel=Channel.WEB,
                received_at=now,
                wished_outcome=given["wished_outcome"],
            ),
            service_reference=given["service_reference"],
            occurred_at=given["occurred"],
            detected_at=now,
        )
