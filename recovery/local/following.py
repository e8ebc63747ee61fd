"""Log files of the servers, read on as they grow."""

from dataclasses import dataclass
from pathlib import Path

# What PostgreSQL reports of its own housekeeping; errors carry other words.
CHATTER = ("LOG:", "DETAIL:", "HINT:", "STATEMENT:")


@dataclass
class Follower:
    """New lines of one file since the last look."""

    path: Path
    position: int = 0

    def skip_to_end(self) -> None:
        self.position = self.path.stat().st_size if self.path.exists() else 0

    def new_lines(self) -> list[str]:
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            file.seek(self.position)
            whole, newline, _ = file.read().rpartition(b"\n")
        self.position += len(whole) + len(newline)
        lines = whole.decode(errors="replace").splitlines()
        return [line for line in lines if line and not line.startswith(CHATTER)]
