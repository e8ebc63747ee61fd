"""Words of a failure: which of them tell of danger, and a title that names nobody."""

import re
from collections.abc import Mapping

from recovery.failures.states import Channel

TITLE_LENGTH = 160

# Beginnings of words that should make the form ask "is anyone at risk right now?" with yes.
_RISK = re.compile(
    r"\b(?:medic(?:ine|ation|al help)|insulin|inhaler|epi-?pen|oxygen|diabet|allerg|anaphyla"
    r"|wheelchair|unaccompanied|lost child|child(?:ren)? (?:is |was |are )?alone|baby|pregnan"
    r"|hurt|injur|bleed|burn(?:ed|t)\b|faint|unconscious|chest pain|collapsed|ambulance"
    r"|suicid|assault|threaten|attacked|unsafe|smoke|fire\b|poison)\w*",
    re.IGNORECASE,
)


def risk_words(words: str) -> tuple[str, ...]:
    """Return the words that suggest somebody is at risk now, each once, in order, lower case."""
    return tuple(dict.fromkeys(found.group().lower() for found in _RISK.finditer(words)))


_BY_CHANNEL: Mapping[str, str] = {
    Channel.PHONE: "Complaint by phone",
    Channel.EMAIL: "Complaint by e-mail",
    Channel.WEB: "Complaint from the web",
    Channel.SOCIAL: "Complaint on social media",
    Channel.IN_PERSON: "Complaint in person",
    Channel.LETTER: "Complaint by letter",
    Channel.API: "Complaint from another system",
    Channel.INTERNAL: "Failure noticed inside the house",
}


def title_of(
    *, mode: str = "", category: str = "", channel: str = "", service_reference: str = ""
) -> str:
    """Return a neutral title that names nobody: how it failed, then what it was about.

    The words people wrote never enter a title.
    """
    title = mode or category or _BY_CHANNEL.get(channel, "Failure")
    if service_reference:
        title = f"{title}, {service_reference}"
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…"
