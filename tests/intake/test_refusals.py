from datetime import timedelta

import pytest
from django.utils import timezone

from recovery.failures.models import Failure
from tests.factories import make_department, make_mode

pytestmark = pytest.mark.django_db
URL = "/api/v1/complaints/"
TOMORROW = timezone.now() + timedelta(days=2)


def errors_of(answer):
    return {error["field"]: error for error in answer.json()["errors"]}


def refused(api, url=URL, **fields):
    """Post a body that is right but for `fields`; returns the errors by field."""
    answer = api.post(url, {"what_happened": "Words."} | fields)
    assert answer.status_code == 422, answer.content
    assert not Failure.objects.exists()
    return errors_of(answer)


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"what_happened": ""}, "what_happened", "required"),
        ({"what_happened": "  \n"}, "what_happened", "required"),
        ({"what_happened": None}, "what_happened", "required"),
        ({"what_happened": 5}, "what_happened", "not_text"),
        ({"what_happened": "x" * 20_001}, "what_happened", "too_long"),
        ({"source": "s" * 61}, "source", "too_long"),
        ({"external_id": "4711"}, "source", "source_missing"),
        ({"customer": {"external_id": "4711"}}, "source", "source_missing"),
        ({"customer": "Rui"}, "customer", "not_an_object"),
        ({"customer": {"email": "nowhere"}}, "customer.email", "not_an_address"),
        ({"customer": {"email": "a b@x.org"}}, "customer.email", "not_an_address"),
        ({"customer": {"name": "n" * 161}}, "customer.name", "too_long"),
        ({"customer": {"nme": "Rui"}}, "customer.nme", "unknown_field"),
        ({"received_at": "yesterday"}, "received_at", "not_a_time"),
        ({"received_at": 1700000000}, "received_at", "not_a_time"),
        ({"received_at": "2026-02-05"}, "received_at", "no_offset"),
        ({"received_at": "2026-02-05T10:00:00"}, "received_at", "no_offset"),
        ({"received_at": TOMORROW.isoformat()}, "received_at", "in_the_future"),
        ({"occurred_at": "9999-12-31T23:59:59-12:00"}, "occurred_at", "not_a_time"),
        ({"occurred_at": "0001-01-01T00:00:00+12:00"}, "occurred_at", "not_a_time"),
        ({"occurred_at": "1066-10-14T09:00:00Z"}, "occurred_at", "too_long_ago"),
        ({"severity": 5}, "severity", "out_of_range"),
        ({"severity": -1}, "severity", "out_of_range"),
        ({"severity": True}, "severity", "out_of_range"),
        ({"severity": 1.5}, "severity", "out_of_range"),
        ({"severity": "3"}, "severity", "out_of_range"),
        ({"severity": {"trust": 9}}, "severity.trust", "out_of_range"),
        ({"severity": {"anger": 1}}, "severity.anger", "unknown_field"),
        ({"channel": "pigeon"}, "channel", "unknown_code"),
        ({"channel": ["web"]}, "channel", "unknown_code"),
        ({"channel": {}}, "channel", "unknown_code"),
        ({"at_risk_now": "yes"}, "at_risk_now", "not_a_boolean"),
        ({"flags": "hostile_contact"}, "flags", "not_a_list"),
        ({"flags": ["hostile"]}, "flags.0", "unknown_code"),
        ({"flags": ["hostile_contact"] * 9}, "flags", "wrong_count"),
        ({"wish": "blood"}, "wish", "unknown_code"),
        ({"department": "nowhere"}, "department", "unknown_code"),
        ({"category": "x" * 10_000}, "category", "unknown_code"),
        ({"colour": "red"}, "colour", "unknown_field"),
        ({"": "red"}, "", "unknown_field"),
    ],
)
def test_says_which_field_is_wrong_and_stores_nothing(api, fields, field, code):
    found = refused(api, **fields)
    assert found[field or None]["code"] == code if field else found
    assert all(error["message"].endswith((".", "?")) for error in found.values())


def test_names_everything_that_is_wrong_at_once(api):
    found = refused(api, severity=9, channel="pigeon", customer={"email": "x"})
    assert set(found) == {"severity", "channel", "customer.email"}


def test_unknown_codes_name_the_nearest_and_the_list(api):
    make_department("Lisbon desk")
    message = refused(api, channel="emial")["channel"]["message"]
    assert "Did you mean email?" in message
    assert "in_person" in message


def test_unknown_fields_name_the_nearest(api):
    assert "wished_outcome" in refused(api, wished_outcom="x")["wished_outcom"]["message"]


def test_a_mode_of_another_category_is_refused(api):
    mode, other = make_mode(), make_mode()
    found = refused(api, category=other.category.slug, mode=f"{mode.category.slug}/{mode.slug}")
    assert found["mode"]["code"] == "other_category"


def test_a_time_a_little_ahead_is_taken_as_now(api):
    ahead = (timezone.now() + timedelta(hours=2)).isoformat()
    assert api.post(URL, {"what_happened": "Words.", "received_at": ahead}).status_code == 201
    assert Failure.objects.get().received_at <= timezone.now()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        (b"[" * 100_000, 400),
        (b'{"what_happened": NaN}', 400),
        (b'{"what_happened": "a\\u0000b"}', 400),
        (b'{"what_happened": "\\ud800"}', 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"words"', 422),
        (b'{"what_happened": "' + b"x" * 10_000_000 + b'"}', 413),
    ],
)
def test_hostile_bodies_are_refused_with_a_sentence(api, body, status):
    answer = api.post(URL, body, content_type="application/json")
    assert answer.status_code == status, answer.content
    assert answer.json()["message"]
    assert not Failure.objects.exists()


def test_another_content_type_is_415(api):
    answer = api.post(URL, b"what_happened=x", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 415


def test_a_failure_cannot_reach_somebody_and_nobody(api):
    found = refused(api, "/api/v1/failures/", no_reach="Caught.", affected=3)
    assert found["no_reach"]["code"] == "reach_contradicts"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=sleeping", "status"),
        ("category=nowhere", "category"),
        ("priority=9", "priority"),
        ("since=soon", "since"),
        ("until=2026-02-05T10:00:00", "until"),
        ("q=%00", "q"),
        ("colour=red", "colour"),
    ],
)
@pytest.mark.parametrize("url", [URL, "/api/v1/failures/"])
def test_filters_say_what_is_wrong(api, url, query, field):
    answer = api.get(f"{url}?{query}")
    assert answer.status_code == 422
    assert field in errors_of(answer)


@pytest.mark.parametrize("query", ["cursor=abc", "cursor=cD0n"])
def test_foreign_cursors_are_refused(api, query):
    assert api.get(f"{URL}?{query}").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "complaints/C-AAAAAA/",
        "failures/F-000000/",
        "failures/nonsense/",
        "complaints/F-7K3Q9X/",
    ],
)
def test_unknown_references_are_404(api, path):
    answer = api.get(f"/api/v1/{path}")
    assert answer.status_code == 404
    assert answer.json()["message"]
