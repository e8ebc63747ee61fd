"""What these pages are sent: they check and keep what was typed, the services decide."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recovery.kernel.refusals import Invalid, Refusal
from recovery.messages.models import Preference
from recovery.messages.states import GROUP_WORDS, TOPIC_WORDS, WAY_WORDS, Group, Topic, Way
from recovery.org.selectors import organisation


class PreferenceForm(forms.Form):
    """A way for each group of notices, quiet hours, digest hours, and the zone they are in."""

    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    digest_hours = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Digests at"),
        required=False,
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        widget=forms.CheckboxSelectMultiple,
    )
    working_days_only = forms.BooleanField(
        label=gettext_lazy("Digests from Monday to Friday only"), required=False
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Your time zone"),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy(
                "There is no time zone of this name. Choose one of the list."
            )
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        ways = [(way.value, _(WAY_WORDS[way])) for way in Way]
        for group in Group:
            self.fields[group.value] = forms.ChoiceField(
                label=_(GROUP_WORDS[group]),
                choices=ways,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Choose one."),
                    "invalid_choice": _("Choose one of the list."),
                },
            )
        house = _("As the organisation: %(zone)s") % {"zone": organisation().zone}
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [("", house), *((each, each.replace("_", " ")) for each in _zones())]

    @staticmethod
    def initial_of(kept: Preference, zone: str) -> dict[str, Any]:
        """What the form shows of wishes kept before; told at once where nothing was said."""
        ways = {group.value: kept.ways.get(group, Way.NOW.value) for group in Group}
        return ways | {
            "quiet_from": kept.quiet_from,
            "quiet_until": kept.quiet_until,
            "digest_hours": kept.digest_hours,
            "working_days_only": kept.working_days_only,
            "zone": zone,
        }

    def wishes(self) -> dict[str, Any]:
        """What was chosen, as the service takes it."""
        given = dict(self.cleaned_data)
        ways = {group.value: given.pop(group.value) for group in Group}
        return given | {"ways": ways}

    def groups(self) -> list[forms.BoundField]:
        """The fields that choose a way."""
        return [self[group.value] for group in Group]


class EndpointForm(forms.Form):
    """An address outside: whose it is, where it lies, and what it hears of."""

    name = forms.CharField(
        label=gettext_lazy("Who hears it"),
        max_length=80,
        error_messages={"required": gettext_lazy("Say who hears it, in a word or two.")},
    )
    url = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy(
            "Public, with https. We look it up each time, follow no redirect."
        ),
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy(
                "Give a whole address like https://example.org/hooks/recovery."
            )
        },
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("What it hears of"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one thing it hears of."),
            "invalid_choice": gettext_lazy("Choose one of the list."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        topics = self.fields["topics"]
        assert isinstance(topics, forms.MultipleChoiceField)
        topics.choices = [(each.value, _(TOPIC_WORDS[each])) for each in Topic]


@cache
def _zones() -> list[str]:
    return sorted(each for each in available_timezones() if "/" in each or each == "UTC")


def attach(form: forms.Form, refusal: Invalid) -> None:
    """Put each sentence of a refusal under the field it is about."""
    for part in refusal.parts:
        place = part.field if part.field in form.fields else None
        form.add_error(place, forms.ValidationError(Refusal.say(part, _), code=part.code))
