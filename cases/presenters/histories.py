"""What changed on a customer's record, in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import formats
from django.utils.translation import gettext as _

from cases.presenters.customers import language_of
from cases.selectors.customers import customer_reference
from cases.selectors.histories import Change
from cases.states import Need, PreferredFormat
from recovery.failures.states import Channel
from recovery.org.selectors import organisation
from recovery.web.words import money


@dataclass(frozen=True, slots=True)
class Line:
    """A change in words: when, who, what, and each field as (label, old, new)."""

    at: datetime
    who: str
    words: str
    fields: Sequence[tuple[str, str, str]]


def line_of(change: Change) -> Line:
    """A change of a record in words; once erased it still says that something changed."""
    other = customer_reference(change.other_id) if change.other_id else ""
    words = {
        "customer.changed": _("Changed") if change.fields else _("Changed (erased)"),
        "customer.merged": _("Made one with %(ref)s") % {"ref": other},
        "customer.unmerged": _("Taken apart from %(ref)s") % {"ref": other},
        "customer.restricted_read": _("Read"),
        "customer.restricted_changed": _("Changed") if change.fields else _("Changed (erased)"),
    }
    labels = _labels()
    return Line(
        at=change.at,
        who=change.who,
        words=words[change.verb],
        fields=[
            (labels.get(name, name), _said(name, old), _said(name, new))
            for name, old, new in change.fields
        ],
    )


def _labels() -> dict[str, str]:
    return {
        "name": _("Name"),
        "emails": _("E-mail addresses"),
        "phones": _("Telephone numbers"),
        "segment": _("Segment"),
        "customer_since": _("Customer since"),
        "lifetime_value_minor": _("Lifetime value"),
        "language": _("Language"),
        "preferred_channel": _("Would rather be reached by"),
        "preferred_format": _("Reads or hears us in"),
        "no_surveys": _("Does not want surveys"),
        "needs": _("Needs"),
        "help_words": _("What helps"),
        "safety_words": _("To stay safe"),
    }


def _day(value: str) -> str:
    return formats.date_format(date.fromisoformat(value), "j M Y")


_SAYS: Mapping[str, Callable[[str], str]] = {
    "customer_since": _day,
    "no_surveys": lambda _value: _("yes"),
    "lifetime_value_minor": lambda value: money(int(value), organisation().currency),
    "language": language_of,
    "needs": lambda value: ", ".join(_(Need(each).word) for each in value.splitlines()),
    "preferred_channel": lambda value: _(Channel(value).word),
    "preferred_format": lambda value: _(PreferredFormat(value).word),
}


def _said(name: str, value: str) -> str:
    """A kept value as people read it; nothing when there was none."""
    if not value:
        return ""
    return _SAYS[name](value) if name in _SAYS else ", ".join(value.splitlines())
