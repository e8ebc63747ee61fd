import base64
import json

import pytest
from django.utils import timezone
from rest_framework import generics, serializers
from rest_framework.test import APIRequestFactory

from recovery.org.models import Calendar
from recovery.org.selectors import forget_snapshots, system_person
from recovery.org.services import create_api_key
from recovery.web.authentication import ApiKeyAuthentication, requires_scope
from recovery.web.paging import KeyPaging

pytestmark = pytest.mark.django_db


class CalendarRow(serializers.ModelSerializer[Calendar]):
    class Meta:
        model = Calendar
        fields = ("id",)


class Calendars(generics.ListAPIView[Calendar]):
    queryset = Calendar.objects.all()
    serializer_class = CalendarRow
    authentication_classes = (ApiKeyAuthentication,)
    permission_classes = (requires_scope("failures:read"),)
    pagination_class = KeyPaging
    filter_backends = ()


@pytest.fixture
def key() -> str:
    forget_snapshots()
    return create_api_key(
        name="Feed", scopes=["failures:read"], actor=system_person(), now=timezone.now()
    )


def listed(authorization: str, **query: str | int):
    request = APIRequestFactory().get("/api/", query, headers={"Authorization": authorization})
    response = Calendars.as_view()(request).render()
    return response, json.loads(response.content)


class TestKey:
    def test_that_is_known_passes(self, key):
        assert listed(f"Bearer {key}")[0].status_code == 200

    @pytest.mark.parametrize(
        "authorization", ["Bearer wrong", "Bearer ", "Bearer \xff", "Bearer " + "x" * 9000]
    )
    def test_that_is_unknown_is_refused(self, authorization):
        response, body = listed(authorization)
        assert (response.status_code, body["code"]) == (401, "bad_key")

    @pytest.mark.parametrize("authorization", ["", "Basic abc", "Token abc"])
    def test_that_is_missing_is_asked_for(self, authorization):
        response, body = listed(authorization)
        assert (response.status_code, body["code"]) == (401, "not_authenticated")


@pytest.fixture
def rows(db) -> list[int]:
    made = [
        Calendar.objects.create(name=f"Calendar {n}", zone="UTC", always=True) for n in range(5)
    ]
    return [row.pk for row in reversed(made)]


class TestPaging:
    def test_leads_through_every_row_once_though_rows_arrive(self, key, rows):
        seen, query = [], {"page_size": 2}
        while True:
            _response, body = listed(f"Bearer {key}", **query)
            seen += [row["id"] for row in body["results"]]
            Calendar.objects.create(name=f"Late {len(seen)}", zone="UTC", always=True)
            if body["next"] is None:
                break
            query["cursor"] = body["next"].split("cursor=")[1].split("&")[0].replace("%3D", "=")
        assert seen == rows

    def test_never_gives_more_than_two_hundred(self, key, rows, django_assert_max_num_queries):
        assert KeyPaging.max_page_size == 200
        assert len(listed(f"Bearer {key}", page_size=10**9)[1]["results"]) == 5

    @pytest.mark.parametrize(
        "cursor",
        ["x", "%", base64.b64encode(b"p=abc").decode(), base64.b64encode(b"p=" + b"9" * 99).decode(),
         base64.b64encode(b"o=-5").decode(), base64.b64encode(b"p=\x00").decode()],
    )  # fmt: skip
    def test_refuses_a_cursor_that_is_not_ours(self, key, rows, cursor):
        response, body = listed(f"Bearer {key}", cursor=cursor)
        assert response.status_code in {200, 400}
        if response.status_code == 400:
            assert body["code"] == "bad_cursor"
