"""One `up` per data folder, and how it says where it runs."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from recovery.local.errors import LocalError


@contextlib.contextmanager
def the_only_one(data: Path, url: str) -> Iterator[None]:
    """Hold the data folder for this `up`; refuse with the other's address if there is one."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "up.lock").open("a+") as note:
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note.seek(0)
            message = (
                f"Recovery already runs on {data}: {note.read().strip()}. "
                "Stop it there, or use another --data-dir."
            )
            raise LocalError(message) from None
        note.truncate(0)
        note.write(f"{url} (process {os.getpid()})\n")
        note.flush()
        yield
        note.truncate(0)
