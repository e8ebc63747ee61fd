"""What every way out of the house can do; lease, retry and dead letters do not know which it is."""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from recovery.messages.models import Message


class Unreachable(Exception):  # noqa: N818  (reads as the fact it states)
    """There is nobody at the other end for any message just now."""


class Refused(Exception):  # noqa: N818  (reads as the fact it states)
    """The other end will never take this message, however often it is tried."""


class Carrier(Protocol):
    """One connection for a batch of messages; entering raises Unreachable if there is none."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def send(self, message: Message) -> None:
        """Send one message, with its stable id; raises what the other end says, or Refused."""
        ...


type Opener = Callable[[], Carrier]
