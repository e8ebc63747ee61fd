"""REST errors: one shape for all, `{code, field, message, errors: [{code, field, message}]}`.

Every message is a sentence that says what to do; `field` is a dotted path into the body sent.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DataError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from recovery.kernel.refusals import Invalid, Refusal
from recovery.web.pages import RETRY_SECONDS, error_body
from recovery.web.parsing import TooLarge
from recovery.web.refusing import is_unavailable

log = logging.getLogger(__name__)

type Found = tuple[str, str | None, str]


class Unavailable(exceptions.APIException):
    """The database is away or locked; nothing was stored."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "busy"


# What Django raises, as REST answers it.
TWINS: tuple[tuple[tuple[type[Exception], ...], type[exceptions.APIException]], ...] = (
    ((Http404,), exceptions.NotFound),
    ((DjangoPermissionDenied,), exceptions.PermissionDenied),
    ((RequestDataTooBig, TooManyFieldsSent), TooLarge),
)


class Mistake(serializers.Serializer[object]):
    """One thing that is wrong; `field` is null when it is about no single field."""

    code = serializers.CharField()
    field = serializers.CharField(allow_null=True)
    message = serializers.CharField()


class ErrorAnswer(Mistake):
    """Every error answer of the API; for the schema."""

    errors = Mistake(many=True)  # type: ignore[assignment]  # a field; the property stays


def exception_handler(error: Exception, context: Mapping[str, object]) -> Response | None:
    """Answer any refusal or error of a REST view; None leaves what we did not foresee to 500."""
    if isinstance(error, exceptions.ValidationError):
        found = list(_flat(error.get_full_details()))
        answer = Response(error_body(*_head(found), found), status=error.status_code)
    elif isinstance(error, Refusal):
        answer = _refusal(error)
    else:
        plain = _as_api_exception(error)
        if plain is None:
            return None
        code, message = _plain(plain)
        answer = Response(error_body(code, message), status=plain.status_code)
        for name, value in _headers(plain).items():
            answer.headers[name] = value
    set_rollback()
    return answer


def _refusal(refusal: Refusal) -> Response:
    parts = refusal.parts if isinstance(refusal, Invalid) else (refusal,)
    found: list[Found] = [(part.code, part.field, Refusal.say(part, _)) for part in parts]
    answer = Response(error_body(*_head(found), found), status=refusal.http_status)
    if refusal.http_status == status.HTTP_503_SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _head(found: Sequence[Found]) -> tuple[str, str]:
    """Code and sentence over all errors: the one there is, or how many to correct."""
    if len(found) == 1:
        code, field, message = found[0]
        return code, f"{field}: {message}" if field else message
    message = ngettext("Correct %(count)d field.", "Correct %(count)d fields.", len(found))
    return "invalid", message % {"count": len(found)}


def _flat(details: object, path: str = "") -> Iterator[Found]:
    """Walk DRF's nested details; lists of lists are items of a batch, named by their place."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"}:
        yield details["code"], path or None, _sentence(details["code"], str(details["message"]))
    elif isinstance(details, Mapping):
        for name, below in details.items():
            here = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            yield from _flat(below, here)
    elif isinstance(details, Sequence):
        for place, below in enumerate(details):
            leaf = isinstance(below, Mapping) and set(below) == {"message", "code"}
            yield from _flat(below, path if leaf else f"{path}.{place}".lstrip("."))


def _sentence(code: str, message: str) -> str:
    """Say what to do where DRF only says what is wrong."""
    said = {
        "required": _("Send this field."),
        "null": _("Send a value or leave the field out; null is neither."),
        "blank": _("Write something here or leave the field out."),
        "null_characters_not_allowed": _("Remove the null characters."),
        "not_a_dict": _("Send an object here."),
        "not_a_list": _("Send a list here."),
    }
    return said.get(code, message)


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    for kinds, twin in TWINS:
        if isinstance(error, kinds):
            return twin()
    if isinstance(error, DataError):
        # Found nowhere in particular by the database; a validator of ours is missing.
        log.warning("value refused by the database", exc_info=error)
        return exceptions.ParseError(_("A value cannot be stored. Check numbers and dates."))
    if is_unavailable(error):
        log.warning("database unavailable", exc_info=error)
        return Unavailable()
    return None


def _plain(error: exceptions.APIException) -> tuple[str, str]:
    """Code and sentence of an error about the whole request."""
    said = {
        exceptions.NotAuthenticated: ("not_authenticated", _("Send your key: Authorization: Bearer KEY.")),
        exceptions.NotFound: ("not_found", _("There is no such thing, or none your key may see.")),
        exceptions.MethodNotAllowed: (
            "method_not_allowed", _("Use one of the methods in the Allow header."),
        ),
        exceptions.NotAcceptable: ("not_acceptable", _("Ask for application/json.")),
        exceptions.UnsupportedMediaType: (
            "unsupported_media_type", _("Send Content-Type: application/json."),
        ),
        exceptions.Throttled: ("throttled", _("Too many requests. Wait as Retry-After says.")),
        Unavailable: ("busy", _("Busy. Nothing was stored; send it again in a moment.")),
        TooLarge: ("too_large", _("Send less at once: a body may have up to 1 MB.")),
    }  # fmt: skip
    code = error.get_codes()
    fallback = (code if isinstance(code, str) else "invalid", str(error.detail))
    return said.get(type(error), fallback)


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    if error.status_code == status.HTTP_503_SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_SECONDS)
    return headers
