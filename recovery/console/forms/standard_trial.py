"""Which standard and why: a past case, or facts as one may think of them."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from recovery.clocks.policy import When
from recovery.clocks.states import SET_BY_STANDARD, ClockKind
from recovery.console.selectors.conditions import values_of
from recovery.console.selectors.standards import Subject
from recovery.failures.policy import Fact, facts_from
from recovery.failures.states import TrackKind
from recovery.org.selectors import slugs_above
from recovery.web.forms import PageForm

ASKED = (Fact.CHANNEL, Fact.CATEGORY, Fact.MODE)


class StandardTrialForm(PageForm):
    """A case by its reference, or else the facts; `at` is when it was received."""

    kind = forms.ChoiceField(
        label=_("Clock"), choices=[(each.value, _(each.word)) for each in SET_BY_STANDARD]
    )
    case = forms.CharField(
        label=_("A case, past or present"),
        max_length=14,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "C-7K3Q9X"}),
        help_text=_("Then its own facts and times are taken. Nothing is changed."),
    )
    at = forms.DateTimeField(
        label=_("Received"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    occurred = forms.DateTimeField(
        label=_("Happened"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty is not known."),
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"), coerce=int, choices=[(each, f"P{each}") for each in (1, 2, 3, 4)],
        required=False, empty_value=None,
    )  # fmt: skip
    desk = forms.TypedChoiceField(label=_("Desk"), coerce=int, required=False, empty_value=None)
    segment = forms.CharField(label=_("Customer segment"), max_length=60, required=False)
    safety = forms.IntegerField(
        label=_("Harm to safety"), min_value=0, max_value=4, required=False
    )

    def __init__(self, *args: Any, desks: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"].choices = [("", _("any")), *desks]  # type: ignore[attr-defined]  # a choice field
        for fact in ASKED:
            self.fields[fact.value] = forms.ChoiceField(
                label=_now(fact.word).capitalize(),
                choices=[("", _("not said")), *_named(fact)],
                required=False,
            )

    @property
    def clock_kind(self) -> ClockKind:
        """The kind of clock asked about."""
        return ClockKind(self.cleaned_data["kind"])

    def subject(self, now: datetime) -> Subject:
        """The case thought of; received now unless said."""
        given = self.cleaned_data
        received, priority = given["at"] or now, given["priority"] or 3
        facts = facts_from(
            track=TrackKind.CUSTOMER.value,
            priority=priority,
            segment=given["segment"],
            departments=slugs_above(given["desk"]),
            grades={"safety": given["safety"] or 0},
            category=given[Fact.CATEGORY.value],
            mode=given[Fact.MODE.value],
            channel=given[Fact.CHANNEL.value],
        )
        when = When(received, given["occurred"])
        return Subject(facts, when, priority, given["desk"], received)


def _named(fact: Fact) -> list[tuple[str, str]]:
    return [(code, _now(word)) for code, word in values_of(fact.value).items()]
