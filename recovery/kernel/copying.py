"""Values written in the text format of COPY ... FROM STDIN."""

import json
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Final

_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_QUOTES: Final = str.maketrans({"\\": "\\\\", '"': '\\"'})
_NULL: Final = "\\N"


def text(value: object) -> str:
    """Write one plain value, or a list of them as an array; None is NULL."""
    match value:
        case None:
            return _NULL
        case str():
            return value.translate(_ESCAPES)
        case timedelta():
            return f"{value.days} days {value.seconds}.{value.microseconds:06} seconds"
        case date() | time():
            return value.isoformat()
        case list() | tuple():
            return _list_text(value).translate(_ESCAPES)
        case _:
            return str(value)


def _list_text(values: Sequence[object]) -> str:
    parts = []
    for value in values:
        if value is None:
            parts.append("NULL")
        elif isinstance(value, list | tuple):
            parts.append(_list_text(value))
        else:
            plain = value if isinstance(value, str) else text(value)
            parts.append(f'"{plain.translate(_QUOTES)}"')
    return "{" + ",".join(parts) + "}"


def json_text(value: object, *, encoder: type[json.JSONEncoder] | None = None) -> str:
    """Write a JSON value, dictionaries and lists included; None is NULL."""
    return _NULL if value is None else json.dumps(value, cls=encoder).translate(_ESCAPES)
