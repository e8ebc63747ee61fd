"""The ways out of the house, by channel. A new one is a Carrier, registered by whoever knows it."""

from typing import Final

from recovery.messages.channels.carrier import Carrier, Opener, Refused, Unreachable
from recovery.messages.channels.email import Mailbox, MailServer, mail_domain

CARRIERS: Final[dict[str, Opener]] = {"email": Mailbox}


def register_carrier(channel: str, opener: Opener) -> None:
    """Let another app carry the messages of a channel of its own."""
    CARRIERS[channel] = opener


__all__ = [
    "CARRIERS",
    "Carrier",
    "MailServer",
    "Mailbox",
    "Opener",
    "Refused",
    "Unreachable",
    "mail_domain",
    "register_carrier",
]
