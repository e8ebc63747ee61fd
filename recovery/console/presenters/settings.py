"""What can be set up on pages. A place appears when its page exists, so no link is ever dead."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recovery.web.navigation import address_of


@dataclass(frozen=True, slots=True)
class Section:
    """A page of settings: where, its icon, its name and what it is for."""

    route: str
    icon: str
    name: Promise
    words: Promise

    @property
    def url(self) -> str:
        """Its address, or nothing while no page offers it."""
        return address_of(self.route)


SECTIONS = (
    Section(
        "console:calendars",
        "clock",
        _("Calendars"),
        _("When desks are open, public holidays, days that are different."),
    ),
    Section(
        "console:standards",
        "timer",
        _("Standards of care"),
        _("Within which time something is done for people, and what the law asks."),
    ),
    Section(
        "console:offerings",
        "hand-helping",
        _("Catalogue of remedies"),
        _("What people can offer, what it is worth, and when it fits."),
    ),
    Section(
        "console:limits",
        "lock",
        _("Limits of authority"),
        _("Who may give how much without asking, signed by two."),
    ),
    Section(
        "console:budgets",
        "wallet",
        _("Budgets"),
        _("What a department may give away in a month or a quarter, and who answers for it."),
    ),
    Section(
        "console:ladders",
        "flag",
        _("Ladders"),
        _("Who hears what when a clock runs out of time."),
    ),
    Section(
        "console:follow_ups",
        "repeat-2",
        _("Follow-ups"),
        _("What is done by itself some days later."),
    ),
    Section(
        "messages:webhooks",
        "link",
        _("Webhooks"),
        _("Other programs that are told what happens here."),
    ),
    Section(
        "messages:deliveries",
        "mail",
        _("Deliveries"),
        _("Mail and webhooks: what was sent, what waits, what was given up."),
    ),
)


def sections() -> list[Section]:
    """The pages there are."""
    return [each for each in SECTIONS if each.url]
