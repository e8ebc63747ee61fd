"""Examples of standards from eight industries, read from a file that comes with the house."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from recovery.clocks.states import Begins, ClockKind, Counts, MetBy
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop

FILE: Final = Path(__file__).parent.parent / "catalogue.toml"


@dataclass(frozen=True, slots=True)
class Example:
    """A standard to be taken over as a draft: `seconds` of exact time, or days a law counts."""

    key: str
    industry: str
    name: str
    kind: ClockKind
    words: str
    jurisdiction: str
    source: str
    remedy: str
    law: str
    authority: str
    seconds: int
    is_always: bool
    counts: Counts
    days: int | None
    country: str
    begins: Begins | None
    met_by: MetBy | None


@cache
def examples() -> Sequence[Example]:
    """All of them, in the order of the file."""
    with FILE.open("rb") as file:
        return tuple(_example(each) for each in tomllib.load(file)["example"])


def example_of(key: str) -> Example:
    """One example. Raises NotFound."""
    found = next((each for each in examples() if each.key == key), None)
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such example."))
    return found


def _example(raw: dict[str, Any]) -> Example:
    names = ("key", "industry", "name", "words", "jurisdiction", "source")
    return Example(
        **{name: raw[name] for name in names},
        kind=ClockKind(raw["kind"]),
        remedy=raw.get("remedy", ""),
        law=raw.get("law", ""),
        authority=raw.get("authority", ""),
        seconds=int(3600 * (raw.get("hours", 0) or raw.get("working_hours", 0))),
        is_always="working_hours" not in raw,
        counts=Counts(raw.get("counts", "exact")),
        days=raw.get("days"),
        country=raw.get("country", ""),
        begins=Begins(raw["begins"]) if "begins" in raw else None,
        met_by=MetBy(raw["met_by"]) if "met_by" in raw else None,
    )
