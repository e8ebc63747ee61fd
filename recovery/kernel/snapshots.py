"""What seldom changes, read once and kept in the process for a moment."""

import time
from collections.abc import Callable
from typing import Any, Final

FRESH_SECONDS: Final = 2.0

_ALL: Final[list["Snapshot[Any]"]] = []


class Snapshot[T]:
    """Calling it gives the value of `read`, read anew once it is older than `seconds`.

    One per process and made at import, never inside a function. Another process that changes
    what is read is noticed after at most `seconds`.
    """

    def __init__(self, read: Callable[[], T], seconds: float = FRESH_SECONDS) -> None:
        self.read, self.seconds = read, seconds
        self._kept: tuple[float, T] | None = None
        _ALL.append(self)

    def __call__(self) -> T:
        kept = self._kept
        if kept is None or time.monotonic() > kept[0]:
            kept = self._kept = (time.monotonic() + self.seconds, self.read())
        return kept[1]

    def forget(self) -> None:
        """Read anew next time."""
        self._kept = None


def forget_all() -> None:
    """Read every snapshot anew next time: after set-up in the same process, between tests."""
    for snapshot in _ALL:
        snapshot.forget()
