"""The first step of an explanation: which standard holds, and why this one."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recovery.clocks.states import Counts, Shift
from recovery.console.presenters.conditions import conditions_words
from recovery.kernel.conditions import read

if TYPE_CHECKING:
    from recovery.clocks.models import StandardVersion


def standard_words(version: "StandardVersion") -> list[str]:
    """What a standard says and why it was chosen, sentence by sentence; no query while warm."""
    return [
        _("%(name)s, version %(number)d.")
        % {"name": version.standard.name, "number": version.number},
        version.words or version.standard.words,
        why_words(version),
        *_more(version),
    ]


def why_words(version: "StandardVersion") -> str:
    """Why this one: its conditions held when the clock started, or there was none before it."""
    if version.conditions:
        said = conditions_words(read(version.conditions))
        return _("Chosen because %(conditions)s.") % {"conditions": said}
    if version.standard.legal:
        return _("It holds for every case of this kind.")
    return _("Chosen because no standard with conditions of its own fitted.")


def _more(version: "StandardVersion") -> Iterator[str]:
    if version.source:
        yield _("Source: %(source)s") % {"source": version.source}
    if version.standard.law:
        yield _("Law: %(law)s. Authority: %(authority)s.") % {
            "law": version.standard.law,
            "authority": version.standard.authority or _("none named"),
        }
    if version.remedy:
        yield _("If it is missed: %(remedy)s") % {"remedy": version.remedy}
    if version.pause_cap_days is not None:
        yield ngettext(
            "All its pauses together take %(days)d working day at most.",
            "All its pauses together take %(days)d working days at most.",
            version.pause_cap_days,
        ) % {"days": version.pause_cap_days}


def days_words(version: "StandardVersion") -> str:
    """How a law counts: "15 calendar days after the day it began, …"; nothing for exact time."""
    if version.counts == Counts.EXACT or version.days is None:
        return ""
    if version.counts == Counts.WORKING_DAYS:
        said = ngettext(
            "%(days)d working day after the day it began, to the end of that day.",
            "%(days)d working days after the day it began, to the end of that day.",
            version.days,
        )
        return said % {"days": version.days}
    said = ngettext(
        "%(days)d calendar day after the day it began, to the end of that day; a last day that "
        "is no working day: %(shift)s.",
        "%(days)d calendar days after the day it began, to the end of that day; a last day that "
        "is no working day: %(shift)s.",
        version.days,
    )
    return said % {"days": version.days, "shift": _(Shift(version.shift).word)}
