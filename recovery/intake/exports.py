"""The rows of a file that could not be taken, written so that they can be mended and sent again."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

REJECTED: Final = ("rejected_row", "rejected_because")

type Write = Callable[[int, str, Sequence[str]], None]


@contextmanager
def rejects_file(path: Path, header: Sequence[str], *, done: int) -> Iterator[Write]:
    """Give a writer of (row number, reason, values); the file is made by the first of them.

    What it holds of an interrupted run up to row `done` stays; what follows is of a chunk that
    was never committed and comes again.
    """
    kept = _lines_up_to(path, done) if done else []
    path.unlink(missing_ok=True)

    def write(number: int, reason: str, values: Sequence[str]) -> None:
        is_new = not path.exists()
        with path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            if is_new:
                writer.writerow((*REJECTED, *header))
            writer.writerow((number, reason, *values))

    for line in kept:
        write(int(line[0]), line[1], line[2:])
    yield write


def _lines_up_to(path: Path, done: int) -> list[list[str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))[1:]
    return [
        line for line in lines if len(line) > 1 and line[0].isdecimal() and int(line[0]) <= done
    ]
