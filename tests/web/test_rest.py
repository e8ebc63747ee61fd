import json

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, OperationalError
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from recovery.kernel.refusals import Busy, Conflict, Invalid
from recovery.org.models import Person
from recovery.org.selectors import ApiKeyGrant
from recovery.web.authentication import requires_scope

JSON = "application/json"


class Customer(serializers.Serializer[object]):
    email = serializers.EmailField()


class Complaint(serializers.Serializer[object]):
    what_happened = serializers.CharField(max_length=20)
    customer = Customer(required=False)


class Echo(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def post(self, request):
        serializer = Complaint(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.data)


class Raising(Echo):
    error: Exception = ValueError()

    def post(self, request):
        raise self.error


def posted(body: bytes, content_type: str = JSON, **headers: str):
    request = APIRequestFactory().post(
        "/api/", body, content_type=content_type, headers=headers
    )
    response = Echo.as_view()(request).render()
    return response, json.loads(response.content)


def raised(error: Exception):
    request = APIRequestFactory().post("/api/", {}, format="json")
    response = Raising.as_view(error=error)(request).render()
    return response, json.loads(response.content)


class TestFieldErrors:
    def test_name_the_field_and_say_what_to_do(self):
        response, body = posted(b"{}")
        assert response.status_code == 400
        assert body == {
            "code": "required", "field": "what_happened", "message": "what_happened: Send this field.",
            "errors": [{"code": "required", "field": "what_happened", "message": "Send this field."}],
        }  # fmt: skip

    def test_come_all_at_once_with_dotted_paths(self):
        _response, body = posted(b'{"customer": {"email": "x"}}')
        assert {error["field"] for error in body["errors"]} == {
            "what_happened",
            "customer.email",
        }
        assert body["message"] == "Correct 2 fields."
        assert body["field"] is None

    def test_about_the_whole_body_have_no_field(self):
        _response, body = posted(b"[]")
        assert body["field"] is None
        assert body["code"] == "invalid"

    def test_of_a_batch_name_the_place(self):
        many = Complaint(data=[{"what_happened": "a"}, {}], many=True)
        many.is_valid()
        _response, body = raised(exceptions.ValidationError(many.errors))
        assert body["field"] == "1.what_happened"


class TestBadBodies:
    @pytest.mark.parametrize(
        ("body", "words"),
        [
            (b"{", "line 1"),
            (b'{"a": \xff}', "UTF-8"),
            (b"[" * 100_000, "nested"),
            (b'{"a": NaN}', "number"),
            (b'{"a": ' + b"9" * 5000 + b"}", "number"),
        ],
        ids=["cut off", "not utf-8", "deep", "nan", "endless number"],
    )
    def test_are_refused_with_what_to_do(self, body, words):
        response, answer = posted(body)
        assert response.status_code == 400
        assert answer["code"] == "parse_error"
        assert words in answer["message"]

    @pytest.mark.parametrize(
        "bad", [rb"a\u0000b", b"a\x00b", rb"\ud800"], ids=["escape", "raw", "half"]
    )
    def test_with_unfit_characters_name_the_field(self, bad):
        response, answer = posted(b'{"what_happened": "' + bad + b'"}')
        assert response.status_code == 400
        assert answer["code"] in {"unfit_character", "parse_error"}

    def test_with_a_null_character_in_depth_name_its_path(self):
        _response, answer = posted(rb'{"customer": {"tags": ["ok", "\u0000"]}}')
        assert answer["field"] == "customer.tags.1"

    def test_with_a_whole_pair_pass(self):
        response, answer = posted(rb'{"what_happened": "\ud83d\ude00"}')
        assert (response.status_code, answer["what_happened"]) == (200, "😀")

    def test_larger_than_the_limit_are_not_read(self, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 50
        response, answer = posted(b'{"what_happened": "' + b"x" * 60 + b'"}')
        assert (response.status_code, answer["code"]) == (413, "too_large")

    def test_of_another_type_are_refused(self):
        response, answer = posted(b"a=1", "application/x-www-form-urlencoded")
        assert (response.status_code, answer["code"]) == (415, "unsupported_media_type")

    def test_asked_for_in_another_form_are_refused(self):
        response, answer = posted(b"{}", Accept="text/html")
        assert (response.status_code, answer["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.Throttled(wait=7), 429, "throttled"),
        (RequestDataTooBig(), 413, "too_large"),
        (Conflict("stale", "Changed by Ana."), 409, "stale"),
        (Invalid("too_much", "At most 3.", field="amount"), 422, "too_much"),
        (Busy("busy", "Wait."), 503, "busy"),
        (OperationalError(), 503, "busy"),
        (DataError(), 400, "parse_error"),
    ],
)
def test_every_error_has_one_shape(error, status, code):
    response, body = raised(error)
    assert response.status_code == status
    assert body["code"] == code
    assert body["message"]
    assert set(body) == {"code", "field", "message", "errors"}
    assert body["errors"][0]["code"] == code


def test_waiting_times_are_told():
    assert raised(exceptions.Throttled(wait=7))[0]["Retry-After"] == "8"
    assert raised(OperationalError())[0]["Retry-After"] == "2"


def test_several_refusals_come_together():
    _response, body = raised(
        Invalid.gather([Invalid("a", "One.", field="x"), Invalid("b", "Two.", field="y")])
    )
    assert [error["field"] for error in body["errors"]] == ["x", "y"]


def test_what_we_did_not_foresee_is_not_hidden():
    with pytest.raises(ValueError, match="bug"):
        raised(ValueError("bug"))


class Guarded(Echo):
    def get_permissions(self):
        return [requires_scope("complaints:write")()]


def guarded(grant: ApiKeyGrant | None):
    class Known:
        def authenticate(self, request):
            return (grant.person, grant) if grant else None

        def authenticate_header(self, request):
            return 'Bearer realm="api"'

    request = APIRequestFactory().post("/api/", {"what_happened": "x"}, format="json")
    response = Guarded.as_view(authentication_classes=[Known])(request).render()
    return response, json.loads(response.content)


def test_without_a_key_nothing_is_done():
    response, body = guarded(None)
    assert (response.status_code, body["code"]) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    assert "Authorization: Bearer" in body["message"]


def test_a_key_without_the_scope_is_told_which_it_lacks():
    response, body = guarded(ApiKeyGrant(1, Person(name="Key"), frozenset({"failures:read"})))
    assert (response.status_code, body["code"]) == (403, "scope_missing")
    assert "complaints:write" in body["message"]


def test_a_key_with_the_scope_passes():
    response, _body = guarded(
        ApiKeyGrant(1, Person(name="Key"), frozenset({"complaints:write"}))
    )
    assert response.status_code == 200
