"""Sample data of the gallery: each component in each of its states."""

from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recovery.web.components import ClockReading
from recovery.web.forms import PageForm

STAGES = (
    ("Received", "done"), ("Acknowledged", "done"), ("Assessed", "done"), ("Explained", "done"),
    ("Offer made", "now"), ("Remedied", "todo"), ("Confirmed", "todo"),
)  # fmt: skip
RINGS = (
    ("Open", "waiting waiting waiting"),
    ("Recovering", "active active done"),
    ("Recovered", "done done done"),
    ("Recovered, unconfirmed", "unconfirmed done done"),
    ("Closed, one waived", "done waived none"),
    ("Closed unrecovered", "failed done done"),
    ("Noted", "none none none"),
)
TRACKS = ("customer", "process", "employee")


@dataclass(frozen=True)
class Sample:
    """Somebody with a name, for the avatar."""

    name: str


class SampleForm(PageForm):
    """One field of each kind; shown filled in wrongly."""

    booking = forms.RegexField(
        label=_("Booking reference"),
        regex=r"^\w{6}$",
        help_text=_("Six letters or digits"),
        error_messages={"invalid": _("Two characters are missing. Type all six, like RT5K2M.")},
    )
    desk = forms.ChoiceField(
        label=_("Department"),
        choices=(("a", "Special assistance"), ("b", "Baggage")),
        required=False,
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=(("phone", _("Phone")), ("mail", _("E-mail")), ("person", _("In person"))),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note to colleagues"),
        widget=forms.Textarea(attrs={"placeholder": _("Only staff on this failure see it")}),
        required=False,
    )
    digest = forms.BooleanField(label=_("Keep me posted by digest"), required=False)


def samples() -> dict[str, object]:
    """Return what the gallery shows."""
    now = timezone.now()
    return {
        "tracks": TRACKS,
        "stages": STAGES,
        "rings": [
            (name, list(zip(TRACKS, states.split(), strict=True))) for name, states in RINGS
        ],
        "clocks": [
            ClockReading(0, 31, "5 h 30 min left", "of 8 h"),
            ClockReading(50, 63, "2 h 58 min left", "of 8 h"),
            ClockReading(75, 88, "58 min left", "promised by 15:00"),
            ClockReading(100, 112, "57 min over", "of 8 h"),
            ClockReading(100, 480, "6 d over", "of 2 d"),
            ClockReading(0, 40, "Paused, 2 d used", "cap 10 d", paused=True),
        ],
        "grades": (0, 1, 2, 3, 4),
        "priorities": ("P1", "P2", "P3", "P4"),
        "person": Sample("Ines Moreau"),
        "reader": Sample("Tomasz Wilk"),
        "now": now,
        "yesterday": now - timedelta(days=1, hours=3),
        "long_ago": now - timedelta(days=500),
    }
