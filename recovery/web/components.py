"""What the components of the pages are given, and the drawing sums they need."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TRACK_NAMES: dict[str, Promise] = {
    "customer": _("Customer"),
    "process": _("Process"),
    "employee": _("Employee"),
}
ARC_WORDS: dict[str, Promise] = {
    "done": _("done"),
    "unconfirmed": _("done, unconfirmed"),
    "active": _("under way"),
    "waiting": _("not started"),
    "waived": _("waived"),
    "failed": _("failed"),
    "none": _("not required"),
}
CLOCK_ICONS = {0: "clock", 50: "timer", 75: "triangle-alert", 100: "octagon-alert"}
ALERT_ICONS = {
    "ok": "circle-check",
    "info": "info",
    "warn": "triangle-alert",
    "bad": "octagon-alert",
}
# The scale of a clock ends here; whatever is later looks equally late and the words say more.
FULL_SCALE = 120
SEVERITY_GRADES = 4
# What looks like one of our references inside a sentence.
REFERENCE = re.compile(r"\b([A-Z]-[0-9A-HJKMNP-TV-Z]{6,13})\b")


class Reading(Protocol):
    """A clock as it is shown. `level` is 0, 50, 75 or 100; `percent` is the share of its time."""

    @property
    def level(self) -> int: ...
    @property
    def percent(self) -> float: ...
    @property
    def words(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def paused(self) -> bool: ...


class Named(Protocol):
    """Whoever has a name: a person, or what a presenter made of one."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class ClockReading:
    """A plain reading for those who have no object of their own."""

    level: int
    percent: float
    words: str
    detail: str = ""
    paused: bool = False


@dataclass(frozen=True)
class Arc:
    """One third of the ring: where it starts (degrees), how it is drawn, the cross if it failed."""

    kind: str
    state: str
    turn: int
    radii: tuple[float, ...]
    cross: str


def level_of(percent: float) -> int:
    """Return the level a share of the time belongs to: 0, 50, 75 or 100."""
    return next(level for level in (100, 75, 50, 0) if percent >= level or level == 0)


def bar_share(percent: float, *, most: int = FULL_SCALE) -> int:
    """Round a share to a whole percent for its class, between 0 and the end of the scale."""
    return max(0, min(most, round(percent)))


def arcs(tracks: Sequence[tuple[str, str]]) -> list[Arc]:
    """Place the tracks on the ring in the fixed order; those not required leave a gap."""
    states = dict(tracks)
    found = []
    for place, kind in enumerate(TRACK_NAMES):
        state = states.get(kind, "none")
        if state == "none":
            continue
        turn = place * 120 + 12
        radii = (12.4, 15.6) if state == "unconfirmed" else (14.0,)
        cross = _cross(turn + 48.6) if state == "failed" else ""
        found.append(Arc(kind, state, turn, radii, cross))
    return found


def ring_words(tracks: Sequence[tuple[str, str]]) -> str:
    """Say the ring: "Customer under way, Process not started, Employee done"."""
    states = dict(tracks)
    return ", ".join(
        f"{name} {ARC_WORDS[states.get(kind, 'none')]}" for kind, name in TRACK_NAMES.items()
    )


def _cross(degrees: float) -> str:
    """Path of a saltire over the middle of an arc, 18 being the centre of the ring."""
    x = 18 + 14 * math.cos(math.radians(degrees))
    y = 18 + 14 * math.sin(math.radians(degrees))
    arm = 3.1
    return (
        f"M{x - arm:.1f} {y - arm:.1f}L{x + arm:.1f} {y + arm:.1f}"
        f"M{x - arm:.1f} {y + arm:.1f}L{x + arm:.1f} {y - arm:.1f}"
    )
