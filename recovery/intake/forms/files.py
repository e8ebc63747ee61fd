"""Tables in files, as they really come: any of the usual encodings, separators and line ends."""

import codecs
import csv
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop

SEPARATORS: Final = ",;\t|"
LOOKED_AT: Final = 65_536
BYTE_BY_BYTE: Final = "recovery-byte-by-byte"
LONGEST_LINE: Final = 2_000_000
# How other kinds of file begin, and what to do with them.
_OTHERS: Final = (
    (b"PK\x03\x04", gettext_noop("a spreadsheet or an archive")),
    (b"\xd0\xcf\x11\xe0", gettext_noop("an old spreadsheet")),
    (b"\x1f\x8b", gettext_noop("compressed")),
    (b"%PDF", gettext_noop("a PDF")),
)

csv.field_size_limit(min(sys.maxsize, 100_000_000))


def _by_one_byte(error: UnicodeError) -> tuple[str, int]:
    """Read what is no UTF-8 as Windows does: files are often both at once."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    try:
        return wrong.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return wrong.decode("latin-1"), error.end


codecs.register_error(BYTE_BY_BYTE, _by_one_byte)


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read as a table; `rows` counts what stands below the header."""

    path: Path
    encoding: str
    separator: str
    header: tuple[str, ...]
    rows: int
    digest: str

    def __iter__(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Give (number, values) of each row that is not empty, the first being 1."""
        with _opened(self.path, self.encoding) as lines:
            reader = csv.reader(lines, delimiter=self.separator)
            next(reader)
            number = 0
            for values in reader:
                if any(values):
                    number += 1
                    yield number, values


def open_table(path: Path) -> Table:
    """Look through a file. Raises Invalid for what is no table or has no rows."""
    try:
        with path.open("rb") as raw:
            start = raw.read(LOOKED_AT)
            raw.seek(0)
            digest = hashlib.file_digest(raw, "sha256").hexdigest()
    except OSError as error:
        raise Invalid(
            "unreadable",
            gettext_noop("%(path)s cannot be read: %(why)s. Check the name and your rights."),
            path=str(path),
            why=error.strerror or str(error),
        ) from error
    encoding = _encoding(path, start)
    with _opened(path, encoding) as lines:
        line = lines.readline(LONGEST_LINE)
        separator = max(SEPARATORS, key=line.count)
        lines.seek(0)
        try:
            reader = csv.reader(lines, delimiter=separator)
            header = tuple(name.strip() for name in next(reader, ()))
            rows = sum(any(values) for values in reader)
        except csv.Error as error:
            raise Invalid(
                "not_a_table",
                gettext_noop("%(path)s cannot be read as CSV: %(why)s."),
                path=str(path),
                why=str(error),
            ) from error
    if not rows:
        raise Invalid(
            "no_rows",
            gettext_noop(
                "%(path)s has no rows below its header. Is it the right file, saved whole?"
            ),
            path=str(path),
        )
    return Table(path, encoding, separator, header, rows, digest)


def _opened(path: Path, encoding: str) -> IO[str]:
    return path.open(encoding=encoding, errors=BYTE_BY_BYTE, newline="")


def _encoding(path: Path, start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    kind = next((kind for mark, kind in _OTHERS if start.startswith(mark)), None)
    if kind is None and start.count(b"\x00") > len(start) // 10:
        kind = gettext_noop("no text")
    if kind is not None:
        raise Invalid(
            "not_text",
            gettext_noop("%(path)s is %(kind)s. Save it as CSV in UTF-8 and try again."),
            path=str(path),
            kind=kind,
        )
    return "utf-8-sig"
