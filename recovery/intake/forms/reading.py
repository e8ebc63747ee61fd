"""Readers of single JSON values: each checks one kind and describes it for the schema.

One declaration serves both, so the documentation cannot drift from what is accepted; and a body
of ten fields is read in some twenty microseconds, which intake is measured by.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Any, Final, Protocol

from recovery.kernel.refusals import Invalid
from recovery.kernel.text import gettext_noop

type Schema = dict[str, Any]

LATEST: Final = timedelta(days=1)  # clocks of senders are not all right
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LISTED: Final = 30


class Wrong:
    """What is wrong so far, so that a sender corrects everything in one go. Knows the time."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.parts: list[Invalid] = []

    def add(self, path: str, code: str, sentence: str, /, **params: object) -> None:
        """Note one mistake in the field at `path`."""
        self.parts.append(Invalid(code, sentence, field=path, **params))

    def refuse(self) -> None:
        """Raise Invalid if anything was wrong."""
        if self.parts:
            raise Invalid.gather(self.parts)


class Reader(Protocol):
    """`read` returns the value, or None having noted in `wrong` what is the matter."""

    def read(self, value: Any, path: str, wrong: Wrong) -> Any: ...

    def schema(self) -> Schema: ...


@dataclass(frozen=True, slots=True)
class Text:
    """Words, stripped; HTML is words too. Too long is refused, never cut."""

    most: int
    example: str = ""

    def read(self, value: Any, path: str, wrong: Wrong) -> str | None:
        if not isinstance(value, str):
            wrong.add(path, "not_text", gettext_noop("Send text here."))
            return None
        words = value.strip()
        if "\x00" in words:
            wrong.add(path, "unfit_character", gettext_noop("Remove the null character."))
            return None
        if len(words) > self.most:
            wrong.add(
                path,
                "too_long",
                gettext_noop("Send at most %(most)s characters; these are %(length)s."),
                most=self.most,
                length=len(words),
            )
            return None
        return words

    def schema(self) -> Schema:
        example = {"example": self.example} if self.example else {}
        return {"type": "string", "maxLength": self.most, **example}


@dataclass(frozen=True, slots=True)
class Email:
    """An address, not looked up."""

    def read(self, value: Any, path: str, wrong: Wrong) -> str | None:
        words = Text(254).read(value, path, wrong)
        if words:
            name, at, place = words.rpartition("@")
            if not (name and at and place) or any(sign.isspace() for sign in words):
                wrong.add(
                    path,
                    "not_an_address",
                    gettext_noop("Send an address like name@example.org, or leave it out."),
                )
                return None
        return words

    def schema(self) -> Schema:
        return {"type": "string", "maxLength": 254, "example": "rui@example.org"}


@dataclass(frozen=True, slots=True)
class When:
    """A time with its offset, no later than `latest` from now."""

    latest: timedelta | None = LATEST

    def read(self, value: Any, path: str, wrong: Wrong) -> datetime | None:
        at = self._parsed(value)
        if at is None:
            wrong.add(
                path,
                "not_a_time",
                gettext_noop("Send a time like 2026-02-05T13:58:00+01:00."),
            )
        elif at.tzinfo is None:
            wrong.add(
                path,
                "no_offset",
                gettext_noop("Add the offset from UTC to the time, such as +01:00 or Z."),
            )
        elif self.latest is not None and at > wrong.now + self.latest:
            wrong.add(
                path,
                "in_the_future",
                gettext_noop("This time is still to come. Send when it really was."),
            )
        elif at < EARLIEST:
            wrong.add(path, "too_long_ago", gettext_noop("Send a time after 1900."))
        else:
            return at
        return None

    @staticmethod
    def _parsed(value: Any) -> datetime | None:
        try:
            at = datetime.fromisoformat(value)
            return at.astimezone(UTC) if at.tzinfo else at
        except (ValueError, TypeError, OverflowError):
            return None

    def schema(self) -> Schema:
        return {"type": "string", "format": "date-time"}


@dataclass(frozen=True, slots=True)
class YesNo:
    """True or false."""

    def read(self, value: Any, path: str, wrong: Wrong) -> bool | None:
        if isinstance(value, bool):
            return value
        wrong.add(path, "not_a_boolean", gettext_noop("Send true or false."))
        return None

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def read(self, value: Any, path: str, wrong: Wrong) -> int | None:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if whole and self.least <= value <= self.most:
            return int(value)
        wrong.add(
            path,
            "out_of_range",
            gettext_noop("Send a whole number from %(least)s to %(most)s."),
            least=self.least,
            most=self.most,
        )
        return None

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Code:
    """One of the codes known now; unknown ones are answered with the nearest and the list."""

    known: Callable[[], Mapping[str, Any]]
    fixed: bool = False

    def read(self, value: Any, path: str, wrong: Wrong) -> Any:
        known = self.known()
        found = known.get(value) if isinstance(value, str) else None
        if found is not None:
            return found
        codes = sorted(known)
        near = get_close_matches(str(value)[:80].lower(), codes, n=1, cutoff=0.6)
        wrong.add(
            path,
            "unknown_code",
            gettext_noop("Not known here. Did you mean %(near)s? Known: %(known)s.")
            if near
            else gettext_noop("Not known here. Known: %(known)s."),
            near=tuple(near),
            known=(*codes[:LISTED], "…") if len(codes) > LISTED else tuple(codes) or "-",
        )
        return None

    def schema(self) -> Schema:
        if self.fixed:
            return {"type": "string", "enum": list(self.known())}
        return {"type": "string", "maxLength": 200}
