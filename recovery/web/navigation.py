"""Where the rail leads. A place appears when its page exists, so there is never a dead link."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recovery.org.roles import Permission

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


@dataclass(frozen=True)
class Entry:
    """A place of the rail before it is known whether its page exists and is for this reader."""

    route: str
    icon: str
    name: Promise
    needs: Permission | None = None


@dataclass(frozen=True)
class Place:
    """A place of the rail: `here` marks the page being read or one below it."""

    url: str
    icon: str
    name: Promise
    here: bool


RAIL = (
    Entry("intake:log", "plus", _("Log"), Permission.FAILURE_REPORT),
    Entry("console:work", "list-checks", _("My work")),
    Entry("console:failures", "layers", _("Failures")),
    Entry("processes:list", "repeat-2", _("Processes"), Permission.PROCESS_READ),
    Entry("insight:overview", "chart-no-axes-column", _("Boards"), Permission.BOARD_READ),
    Entry("console:catalogue", "book-open", _("Catalogue")),
)


def places(path: str, permissions: Collection[Permission]) -> list[Place]:
    """Return the places there are for this reader; the one `path` lies nearest below is here."""
    known = [
        (entry, url)
        for entry in RAIL
        if (entry.needs is None or entry.needs in permissions)
        and (url := address_of(entry.route))
    ]
    above = [
        url for _entry, url in known if path == url or (url != "/" and path.startswith(url))
    ]
    here = max(above, key=len, default=None)
    return [Place(url, entry.icon, entry.name, url == here) for entry, url in known]


def address_of(route: str) -> str:
    """Return the address of a named page, or nothing while no app offers it."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def theme_of(cookies: Mapping[str, str]) -> str:
    """Return the theme a reader chose; anything else follows the device."""
    chosen = cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""
