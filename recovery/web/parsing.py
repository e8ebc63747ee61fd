"""JSON as it arrives from strangers: bounded, and free of what the database cannot hold."""

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.status import HTTP_413_REQUEST_ENTITY_TOO_LARGE

# Escapes of the characters no text column takes: looked for first, because walking is slow.
SUSPECT = (b"\\u0000", b"\x00", b"\\ud", b"\\uD")


class TooLarge(APIException):
    """The body is larger than we read."""

    status_code = HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class StrictJSONParser(BaseParser):
    """Reads at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes of UTF-8 JSON.

    Raises TooLarge, ParseError (with the line), or ValidationError naming the field that holds a
    null character or half of a surrogate pair.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise TooLarge
        body = _loads(raw)
        if any(mark in raw for mark in SUSPECT) and (fields := list(_unfit(body))):
            raise ValidationError({field: [_unfit_error()] for field in fields})
        return body


def _loads(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        message = _("Send the body as UTF-8; byte %(place)d is not.") % {"place": error.start}
        raise ParseError(message) from error
    except json.JSONDecodeError as error:
        message = _("Send valid JSON: %(what)s in line %(line)d, column %(column)d.") % {
            "what": error.msg, "line": error.lineno, "column": error.colno
        }  # fmt: skip
        raise ParseError(message) from error
    except (RecursionError, ValueError) as error:
        message = _("Send simpler JSON: it is nested too deeply or holds a number without end.")
        raise ParseError(message) from error


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _unfit(value: object, path: str = "") -> Iterator[str]:
    """Yield the paths of the strings that cannot be stored."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            yield path or "body"
    elif isinstance(value, dict):
        for name, below in value.items():
            yield from _unfit(name, path or "body")
            yield from _unfit(below, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for place, below in enumerate(value):
            yield from _unfit(below, f"{path}.{place}".lstrip("."))


def _unfit_error() -> ErrorDetail:
    said = _("Remove the null character or the half surrogate pair from the text.")
    return ErrorDetail(said, code="unfit_character")
