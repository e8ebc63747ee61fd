"""Values written in the text format of COPY ... FROM STDIN."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

_NULL: Final = "\\N"
# Few values need escaping, and looking is many times quicker than translating.
_needs_escaping: Final = re.compile(r"[\\\n\r\t]").search
_needs_quoting: Final = re.compile(r'[\\"]').search


def text(value: object) -> str:
    """Write one plain value, or a list of them as an array; None is NULL."""
    if writer := _QUICK.get(type(value)):
        return writer(value)
    match value:
        case str():
            return _escaped(value)
        case timedelta():
            return f"{value.days} days {value.seconds}.{value.microseconds:06} seconds"
        case date() | time():
            return value.isoformat()
        case list() | tuple():
            return _escaped(_list_text(value))
        case _:
            return str(value)


def _escaped(plain: str) -> str:
    if not _needs_escaping(plain):
        return plain
    plain = plain.replace("\\", "\\\\").replace("\n", "\\n")
    return plain.replace("\r", "\\r").replace("\t", "\\t")


def _quoted(plain: str) -> str:
    if not _needs_quoting(plain):
        return plain
    return plain.replace("\\", "\\\\").replace('"', '\\"')


def _list_text(values: Sequence[object]) -> str:
    parts = []
    for value in values:
        if value is None:
            parts.append("NULL")
        elif isinstance(value, list | tuple):
            parts.append(_list_text(value))
        else:
            plain = value if isinstance(value, str) else text(value)
            parts.append(f'"{_quoted(plain)}"')
    return "{" + ",".join(parts) + "}"


# By exact type, because nearly every value is one of these.
_QUICK: Final[Mapping[type, Callable[[Any], str]]] = {
    type(None): lambda _: _NULL,
    str: _escaped,
    int: str,
    bool: str,
    datetime: datetime.isoformat,
}


def json_text(value: object, *, encoder: type[json.JSONEncoder] | None = None) -> str:
    """Write a JSON value, dictionaries and lists included; None is NULL."""
    return _NULL if value is None else _escaped(json.dumps(value, cls=encoder))
