"""Logging a failure in the browser: three fields, everything else optional and later."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from recovery.coordination.services import ComplaintFacts, CustomerFacts, Report
from recovery.failures.policy import Flag
from recovery.failures.states import Channel, Detection
from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop
from recovery.web.forms import PageForm

MOST_WORDS: Final = 20_000
MOST_PEOPLE: Final = 500
LONGEST_NAME, LONGEST_MAIL, MOST_DIGITS = 160, 254, 15
SOON: Final = timedelta(minutes=5)  # clocks of devices are not all right
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
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
        required=False, widget=forms.HiddenInput(attrs={"data-draft-keep": ""})
    )
    what_happened = forms.CharField(
        label=_("1. What happened?"),
        help_text=_("In the customer’s words, if you have them. No codes."),
        # Not max_length: the browser would cut a long text that is pasted, and say nothing.
        widget=forms.Textarea(attrs={"class": "voice", "rows": 4, "data-most": MOST_WORDS}),
        error_messages={"required": _("Say in a few words what happened.")},
    )
    who = forms.ChoiceField(
        label=_("2. Who is affected?"), choices=WHO, widget=forms.RadioSelect, initial="one"
    )
    people = forms.CharField(
        label=_("Name, booking, phone or e-mail"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 1, "autocomplete": "off", "class": "people"}),
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
    affected = forms.IntegerField(
        label=_("How many people, about"), required=False, min_value=1, max_value=1_000_000
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

    def clean_key(self) -> str:
        given = str(self.cleaned_data["key"])
        return given if re.fullmatch(r"[0-9a-f]{32}", given) else uuid.uuid4().hex

    def clean_what_happened(self) -> str:
        words = str(self.cleaned_data["what_happened"]).strip()
        if len(words) > MOST_WORDS:
            said = _("Shorten it to %(most)s characters; these are %(length)s.")
            raise forms.ValidationError(
                said, code="too_long", params={"most": MOST_WORDS, "length": len(words)}
            )
        return words

    def clean_people(self) -> list[CustomerFacts]:
        lines = [line.strip() for line in self.cleaned_data["people"].splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > MOST_PEOPLE:
            raise forms.ValidationError(
                _("At most 500 people at once; these are %(count)s. Log the rest after this."),
                code="too_many",
                params={"count": len(lines)},
            )
        if too_long := next((line for line in lines if len(line) > LONGEST_MAIL), None):
            raise forms.ValidationError(
                _("Write one person a line; “%(start)s…” is too long for one."),
                code="too_long",
                params={"start": too_long[:30]},
            )
        return [person_from(line) for line in lines]

    def clean_occurred(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["occurred"]
        if at and at < EARLIEST:
            raise forms.ValidationError(_("Give a time after 1900."), code="too_long_ago")
        return at

    def report(self, *, now: datetime) -> Report:
        """What was typed, as a report. Raises Invalid for a time that is still to come."""
        given = self.cleaned_data
        occurred = given["occurred"]
        if occurred and occurred > now + SOON:
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
            what_happened=given["what_happened"],
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
            occurred_at=min(occurred, now) if occurred else None,
            detected_at=now,
            affected=self._affected(),
        )

    def _affected(self) -> int:
        """How many, known by name or not: several are two at least; a colleague is no customer."""
        who, said = self.cleaned_data["who"], self.cleaned_data["affected"] or 0
        return 0 if who == "colleague" else max(said, 2 if who == "several" else 0)

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
    mail, rest = _MAIL.search(line), _MAIL.sub(" ", line)
    phone = _PHONE.search(rest)
    if phone and sum(map(str.isdecimal, phone.group())) > MOST_DIGITS:
        phone = None  # no telephone number of this world is so long
    if phone:
        rest = rest.replace(phone.group(), " ", 1)
    name = " ".join(rest.replace(";", " ").replace(",", " ").split())[:LONGEST_NAME]
    is_booking = bool(re.fullmatch(r"(?=.*\d)[A-Z0-9-]{5,12}", name))
    return CustomerFacts(
        source="bookings" if is_booking else "",
        external_id=name if is_booking else "",
        name="" if is_booking else name,
        email=mail.group() if mail else "",
        phone=phone.group().strip()[:40] if phone else "",
    )


def first_person(people: str) -> CustomerFacts:
    """The first of the people typed so far."""
    first = next(filter(None, map(str.strip, people.splitlines())), "")
    return person_from(first[:LONGEST_MAIL].replace("\x00", ""))


def called(people: str) -> str:
    """What to call the first of the people typed so far: their name, else what there is."""
    facts = first_person(people)
    return facts.name or facts.external_id or facts.email or facts.phone
