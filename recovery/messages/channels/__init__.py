"""The ways out of the house, by channel. A new one is a Carrier and a line in CARRIERS."""

from typing import Final

from recovery.messages.channels.carrier import Carrier, Opener, Unreachable
from recovery.messages.channels.email import Mailbox

CARRIERS: Final[dict[str, Opener]] = {"email": Mailbox}

__all__ = ["CARRIERS", "Carrier", "Mailbox", "Opener", "Unreachable"]
