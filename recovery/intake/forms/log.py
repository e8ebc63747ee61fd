"""Logging a failure in the browser: three fields, everything else optional and later."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recovery.coordination.services import ComplaintFacts, CustomerFacts, Report
from recovery.failures.policy import Flag
from recovery.failures.states import Channel, Detection
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop
from recovery.web.forms import PageForm

MOST_PEOPLE = 500
WHO = (
    ("one", _("One customer")),
    ("several", _("Several customers")),
    ("nobody", _("Nobody complained")),
    ("colleague", _("A colleague or a team")),
)
# Four taps, worded for somebody who is tired; the grades they set.
BAD: Mapping[str, tuple[Any, Any, Mapping[str, int]]] = {
    "1": (_("Annoying"), _("A nuisance"), {"experience": 1}),
    "2": (_("Cost time"), _("Lost time or effort"), {"experience": 2}),
    "3": (_("Missed something"), _("Something that matters"), {"experience": 3}),
    "4": (_("Someone hurt or at risk"), _("Unsafe or in need"), {"experience": 3, "safety": 4}),
}
_MAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")
_PHONE = re.compile(r"\+?\d[\d\s()/.-]{5,}\d")


class LogForm(PageForm):
    key = forms.CharField(
        max_length=64, widget=forms.HiddenInput(attrs={"data-draft-keep": ""})
    )
    what_happened = forms.CharField(
        label=_("1. What happened?"),
        help_text=_("In the customer’s words, if you have them. No codes."),
        max_length=20_000,
        widget=forms.Textarea(attrs={"class": "voice", "rows": 4}),
        error_messages={"required": _("Say in a few words what happened.")},
    )
    who = forms.ChoiceField(
        label=_("2. Who is affected?"), choices=WHO, widget=forms.RadioSelect, initial="one"
    )
    people = forms.CharField(
        label=_("Name, booking, phone or e-mail"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 1, "autocomplete": "off"}),
        help_text=_("One person a line. Leave it empty if you do not know."),
    )
    bad = forms.ChoiceField(
        label=_("3. How bad is it for them?"),
        choices=[(code, name) for code, (name, _hint, _grades) in BAD.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Tap one: how bad is it for them?")},
    )
    at_risk = forms.BooleanField(
        label=_("Somebody is at risk right now"),
        required=False,
        help_text=_("It goes to the top."),
    )
    channel = forms.ChoiceField(
        label=_("How did you learn of it?"), choices=Channel.choices(), initial="in_person"
    )
    mode = forms.TypedChoiceField(
        label=_("What kind"), coerce=int, empty_value=None, required=False
    )
    department = forms.TypedChoiceField(
        label=_("Who should own it"), coerce=int, empty_value=None, required=False
    )
    service_reference = forms.CharField(
        label=_("Flight, order or line"), required=False, max_length=80
    )
    occurred = forms.DateTimeField(
        label=_("When it happened"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    wished_outcome = forms.CharField(
        label=_("What would they like?"), required=False, max_length=2000
    )
    hostile = forms.BooleanField(label=_("The contact was hostile"), required=False)

    def __init__(
        self,
        *args: Any,
        modes: list[tuple[str, Any]],
        desks: list[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mode"].choices = [("", _("Not sure")), *modes]  # type: ignore[attr-defined]  # a choice field
        self.fields["department"].choices = [("", _("By rule")), *desks]  # type: ignore[attr-defined]  # a choice field

    def clean_what_happened(self) -> str:
        words = str(self.cleaned_data["what_happened"]).strip()
        if not words:
            raise forms.ValidationError(_("Say in a few words what happened."), code="required")
        return words

    def clean_people(self) -> list[CustomerFacts]:
        lines = [line.strip() for line in self.cleaned_data["people"].splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > MOST_PEOPLE:
            raise forms.ValidationError(
                _("At most 500 people at once. Send longer lists as a file."), code="too_many"
            )
        return [person_from(line) for line in lines]

    def report(self, *, now: datetime) -> Report:
        """What was typed, as a report. Raises Invalid for a time that is still to come."""
        given = self.cleaned_data
        occurred = given["occurred"]
        if occurred and occurred > now + timedelta(minutes=5):
            raise Invalid(
                "in_future",
                gettext_noop("This is still to come. Give the time when it happened."),
                field="occurred",
            )
        who, channel = given["who"], Channel(given["channel"])
        complained = who == "one" or (who == "several" and bool(given["people"]))
        people = tuple(given["people"]) if who != "colleague" else ()
        flags = [Flag.HOSTILE_CONTACT] if given["hostile"] else []
        flags += [Flag.STAFF_AFFECTED] if who == "colleague" else []
        return Report(
            what_happened="" if complained else given["what_happened"],
            channel=Channel.INTERNAL if who == "colleague" else channel,
            detection=Detection.COMPLAINT if complained else Detection.STAFF,
            severity=dict(BAD[given["bad"]][2]),
            customers=people,
            complaint=self.complaint(channel, now) if complained else None,
            at_risk_now=given["at_risk"],
            flags=tuple(flags),
            mode_id=given["mode"],
            department_id=given["department"],
            service_reference=given["service_reference"],
            occurred_at=occurred,
            detected_at=now,
        )

    def complaint(self, channel: Channel, now: datetime) -> ComplaintFacts:
        """The customer's words, as they came in now."""
        return ComplaintFacts(
            words=self.cleaned_data["what_happened"],
            channel=channel,
            received_at=now,
            wished_outcome=self.cleaned_data["wished_outcome"],
        )


def person_from(line: str) -> CustomerFacts:
    """Read a person from a line: an address and a number are picked out, the rest is the name.

    A single word with digits and capitals is a booking.
    """
    mail, phone = _MAIL.search(line), None
    rest = _MAIL.sub(" ", line)
    if phone := _PHONE.search(rest):
        rest = _PHONE.sub(" ", rest)
    name = " ".join(rest.replace(";", " ").replace(",", " ").split())[:160]
    is_booking = bool(re.fullmatch(r"(?=.*\d)[A-Z0-9-]{5,12}", name))
    return CustomerFacts(
        source="bookings" if is_booking else "",
        external_id=name if is_booking else "",
        name="" if is_booking else name,
        email=mail.group() if mail else "",
        phone=phone.group().strip() if phone else "",
    )
