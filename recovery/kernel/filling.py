"""Places in a text, such as {{ first_name }}, that are filled for each reader."""

import re
from collections.abc import Mapping
from typing import Final

_PLACE: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def places_in(text: str) -> list[str]:
    """The names of the places in `text`, each once, in their order."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def is_broken(text: str) -> bool:
    """Say whether braces are left that make no place: a reader would see them."""
    rest = _PLACE.sub("", text)
    return "{{" in rest or "}}" in rest


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill every place once; braces in the values stay as they are. KeyError for an unknown one."""
    return _PLACE.sub(lambda found: values[found[1]], text)
