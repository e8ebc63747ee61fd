import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from cases.models import Complaint, Customer, CustomerCase
from recovery.coordination.models import Submission
from recovery.failures.models import Failure
from recovery.kernel.references import decode
from tests.factories import make_department, make_mode

pytestmark = pytest.mark.django_db
URL = "/api/v1/complaints/"
WORDS = {"what_happened": "Flight cancelled at the gate."}


def whole_body(**changes):
    return {
        "source": "website",
        "external_id": "4711",
        "channel": "web",
        "received_at": (timezone.now() - timedelta(hours=1)).isoformat(),
        "occurred_at": (timezone.now() - timedelta(days=2)).isoformat(),
        "customer": {
            "external_id": "c-9",
            "name": "Rui Tavares",
            "email": "rui@example.org",
            "phone": "+351 912 345 678",
            "segment": "gold",
        },
        "what_happened": "Flight cancelled at the gate.",
        "wished_outcome": "My money back.",
        "severity": {"experience": 3, "money": 2},
        "service_reference": "HA 418",
    } | changes


class TestTaking:
    def test_answers_with_the_record_and_where_it_is(self, api):
        answer = api.post(URL, whole_body())
        body = answer.json()
        assert answer.status_code == 201
        assert list(body) == ["failure", "customer_case", "status", "tracks", "clocks", "url"]
        assert decode(body["failure"])[0] == "F"
        assert decode(body["customer_case"])[0] == "C"
        assert body["status"] == "open"
        assert [clock["kind"] for clock in body["clocks"]] == ["acknowledge", "resolve"]
        assert body["url"] == f"http://testserver/failures/{body['failure']}/"
        assert answer["Location"] == f"{URL}{body['customer_case']}/"
        assert api.get(answer["Location"]).status_code == 200

    def test_stores_everything_that_was_sent(self, api):
        desk = make_department("Lisbon")
        mode = make_mode()
        body = whole_body(department=desk.slug, category=mode.category.slug,
                          mode=f"{mode.category.slug}/{mode.slug}", wish="money",
                          flags=["hostile_contact"], at_risk_now=True)  # fmt: skip
        api.post(URL, body)
        failure = Failure.objects.get()
        complaint = Complaint.objects.get()
        assert (failure.mode, failure.category) == (mode, mode.category)
        assert failure.owning_department == desk
        assert (failure.experience, failure.money, failure.severity) == (3, 2, 3)
        assert (failure.priority, failure.flags) == (1, ["hostile_contact"])
        assert failure.occurred_at.isoformat() == body["occurred_at"]
        assert complaint.received_at.isoformat() == body["received_at"]
        assert complaint.wish == "money"
        assert complaint.case.wished_outcome == "My money back."
        assert Customer.objects.get().segment == "gold"

    def test_needs_what_happened_alone(self, api):
        answer = api.post(URL, WORDS)
        assert answer.status_code == 201
        assert CustomerCase.objects.get().customer is None
        assert Failure.objects.get().severity == 1

    def test_one_grade_is_read_as_experience(self, api):
        api.post(URL, WORDS | {"severity": 4})
        assert Failure.objects.get().experience == 4

    def test_never_gives_reasons_for_the_employee_track(self, api):
        tracks = api.post(URL, WORDS | {"severity": 3}).json()["tracks"]
        assert [set(track) for track in tracks] == [
            {"kind", "required", "state", "reasons"},
            {"kind", "required", "state", "reasons"},
            {"kind", "required", "state"},
        ]
        assert tracks[2] == {"kind": "employee", "required": True, "state": "waiting"}

    def test_keeps_html_as_words(self, api):
        api.post(URL, {"what_happened": "<script>alert(1)</script>"})
        assert Complaint.objects.get().words == "<script>alert(1)</script>"

    def test_takes_at_most_twelve_statements(self, api):
        api.post(URL, whole_body())
        body = whole_body(external_id="2", customer={"external_id": "c-10", "name": "Ana"})
        with CaptureQueriesContext(connection) as queries:
            api.post(URL, body, headers={"Idempotency-Key": "k"})
        sent = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
        assert len(sent) <= 4
        assert sum(sql.count("INSERT INTO") for sql in sent) <= 12


class TestKeys:
    def test_without_a_key_is_401(self, desk):
        answer = APIClient().post(URL, WORDS)
        assert answer.status_code == 401
        assert answer.json()["message"]

    def test_with_a_wrong_key_is_401(self, desk):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION="Bearer rk_wrong")
        assert client.post(URL, WORDS).status_code == 401

    @pytest.mark.parametrize("method", ["post", "get"])
    def test_without_the_scope_is_403(self, desk, key_with, method):
        answer = getattr(key_with("failures:write"), method)(URL, WORDS)
        assert answer.status_code == 403
        assert answer.json()["code"] == "scope_missing"

    def test_the_service_person_is_who_reported(self, api):
        api.post(URL, WORDS)
        assert Failure.objects.get().reported_by.name == "website"


class TestIdempotency:
    def post(self, api, body, key="one"):
        return api.post(URL, body, headers={"Idempotency-Key": key})

    def test_same_key_and_body_is_answered_to_the_letter(self, api):
        first = self.post(api, WORDS)
        again = self.post(api, WORDS)
        assert again.content == first.content
        assert again.status_code == first.status_code == 201
        assert again["Idempotent-Replayed"] == "true"
        assert again["Location"] == first["Location"]
        assert "Idempotent-Replayed" not in first
        assert Failure.objects.count() == Submission.objects.count() == 1

    def test_same_key_and_other_body_is_422(self, api):
        self.post(api, WORDS)
        answer = self.post(api, {"what_happened": "Something else."})
        assert answer.status_code == 422
        assert answer.json()["code"] == "idempotency_key_reused"
        assert Failure.objects.count() == 1

    def test_keys_of_two_senders_do_not_meet(self, api, key_with):
        self.post(api, WORDS)
        answer = self.post(key_with("complaints:write"), {"what_happened": "Other."})
        assert answer.status_code == 201

    def test_a_refused_body_does_not_use_up_its_key(self, api):
        assert self.post(api, {"what_happened": ""}).status_code == 422
        assert self.post(api, WORDS).status_code == 201

    def test_is_answered_again_even_when_the_body_would_now_be_refused(self, api):
        mode = make_mode()
        body = WORDS | {"category": mode.category.slug}
        first = self.post(api, body)
        mode.category.slug = "renamed"
        mode.category.save()
        make_department()
        assert self.post(api, body).content == first.content

    @pytest.mark.parametrize("key", ["", "k" * 121, "ké"])
    def test_refuses_an_unfit_key(self, api, key):
        answer = self.post(api, WORDS, key)
        assert answer.status_code == 422
        assert answer.json()["field"] == "Idempotency-Key"

    def test_answers_hold_no_personal_data(self, api):
        self.post(api, whole_body())
        stored = Submission.objects.get().answer
        assert "Rui" not in stored
        assert "cancelled" not in stored


class TestExternalId:
    def test_the_same_one_is_answered_with_the_record_there_is(self, api):
        first = api.post(URL, whole_body()).json()
        answer = api.post(URL, whole_body(what_happened="Other words."))
        body = answer.json()
        assert answer.status_code == 200
        assert "ignored" in body.pop("known")
        assert body == first
        assert Failure.objects.count() == 1

    def test_is_the_sources_own(self, api):
        api.post(URL, whole_body())
        assert api.post(URL, whole_body(source="crm")).status_code == 201

    def test_the_key_comes_before_the_number(self, api):
        first = api.post(URL, whole_body(), headers={"Idempotency-Key": "a"})
        again = api.post(URL, whole_body(), headers={"Idempotency-Key": "b"})
        once_more = api.post(
            URL, json.loads(json.dumps(whole_body())), headers={"Idempotency-Key": "c"}
        )
        assert first.status_code == 201
        assert again.status_code == once_more.status_code == 200

    def test_a_known_record_answered_under_a_key_is_answered_again(self, api):
        body = whole_body()
        api.post(URL, body)
        first = api.post(URL, body, headers={"Idempotency-Key": "b"})
        again = api.post(URL, body, headers={"Idempotency-Key": "b"})
        assert (again.status_code, again.content) == (200, first.content)
        assert again["Idempotent-Replayed"] == "true"
