"""Readers of lists and objects, made of readers of single values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from recovery.intake.forms.reading import Number, Reader, Schema, Wrong
from recovery.kernel.text import gettext_noop


@dataclass(frozen=True, slots=True)
class Many:
    """A list of at most `most` things."""

    each: Reader
    most: int
    least: int = 0

    def read(self, value: Any, path: str, wrong: Wrong) -> list[Any] | None:
        if not isinstance(value, list):
            wrong.add(path, "not_a_list", gettext_noop("Send a list here."))
            return None
        if not self.least <= len(value) <= self.most:
            wrong.add(
                path,
                "wrong_count",
                gettext_noop("Send from %(least)s to %(most)s here; these are %(count)s."),
                least=self.least,
                most=self.most,
                count=len(value),
            )
            return None
        return [
            self.each.read(one, f"{path}.{place}", wrong) for place, one in enumerate(value)
        ]

    def schema(self) -> Schema:
        least = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.each.schema(), "maxItems": self.most, **least}


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever was sent, to be read one by one later."""

    def read(self, value: Any, path: str, wrong: Wrong) -> Any:
        return value

    def schema(self) -> Schema:
        return {}


@dataclass(frozen=True, slots=True)
class Parts:
    """An object with declared fields. One left out, null or blank is not in what is read."""

    fields: Mapping[str, Reader]
    required: frozenset[str] = field(default_factory=frozenset)

    def read(self, value: Any, path: str, wrong: Wrong) -> dict[str, Any]:
        if not isinstance(value, dict):
            wrong.add(path, "not_an_object", gettext_noop("Send an object here."))
            return {}
        above = f"{path}." if path else ""
        found: dict[str, Any] = {}
        for name, sent in value.items():
            reader = self.fields.get(name)
            if reader is None:
                self._unknown(name, above, wrong)
            elif sent is not None:
                found[name] = reader.read(sent, above + name, wrong)
        for name in self.required:
            if found.get(name) in (None, "") and not _is_noted(above + name, wrong):
                wrong.add(above + name, "required", gettext_noop("Send this field."))
        return {name: read for name, read in found.items() if read not in (None, "")}

    def _unknown(self, name: str, above: str, wrong: Wrong) -> None:
        near = get_close_matches(name[:80], self.fields, n=1)
        wrong.add(
            above + name[:80],
            "unknown_field",
            gettext_noop("There is no such field. Did you mean %(near)s?")
            if near
            else gettext_noop("There is no such field; leave it out."),
            near=tuple(near),
        )

    def schema(self) -> Schema:
        return {
            "type": "object",
            "properties": {
                name: reader.schema()
                | ({"minLength": 1} if name in self.required else {"nullable": True})
                for name, reader in self.fields.items()
            },
            "required": sorted(self.required),
            "additionalProperties": False,
        }


def _is_noted(path: str, wrong: Wrong) -> bool:
    return any(part.field == path for part in wrong.parts)


@dataclass(frozen=True, slots=True)
class Either:
    """One number for a whole object of numbers, or the object itself."""

    number: Number
    parts: Parts
    means: str

    def read(self, value: Any, path: str, wrong: Wrong) -> dict[str, Any] | None:
        if isinstance(value, dict):
            return self.parts.read(value, path, wrong)
        grade = self.number.read(value, path, wrong)
        return None if grade is None else {self.means: grade}

    def schema(self) -> Schema:
        return {"oneOf": [self.number.schema(), self.parts.schema()]}
