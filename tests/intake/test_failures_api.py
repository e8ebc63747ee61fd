from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import CustomerCase
from recovery.failures.models import Failure
from tests.factories import make_department, make_mode

pytestmark = pytest.mark.django_db
URL = "/api/v1/failures/"


class TestTaking:
    def test_takes_a_failure_nobody_noticed(self, api):
        answer = api.post(
            URL,
            {
                "what_happened": "Roster late.",
                "no_reach": "Caught.",
                "severity": {"quality": 2},
            },
        )
        body = answer.json()
        assert answer.status_code == 201
        assert answer["Location"] == f"{URL}{body['failure']}/"
        assert body["customer_cases"] == []
        assert [track["state"] for track in body["tracks"]] == [
            "not_required", "waiting", "not_required",
        ]  # fmt: skip

    def test_opens_a_case_with_an_outreach_clock_for_each_customer(self, api):
        people = [{"name": name, "email": f"{name}@x.org"} for name in ("ana", "rui")]
        body = api.post(
            URL, {"what_happened": "Cancelled.", "customers": people, "affected": 31}
        ).json()
        assert [case["state"] for case in body["customer_cases"]] == ["detected"] * 2
        assert {case["clocks"][0]["kind"] for case in body["customer_cases"]} == {"outreach"}
        assert Failure.objects.get().affected_count == 31
        assert not CustomerCase.objects.filter(complained=True).exists()

    def test_is_idempotent_by_key_and_by_number(self, api):
        body = {"what_happened": "Cancelled.", "source": "ops", "external_id": "9"}
        first = api.post(URL, body, headers={"Idempotency-Key": "k"})
        assert api.post(URL, body, headers={"Idempotency-Key": "k"}).content == first.content
        assert api.post(URL, body).status_code == 200
        assert Failure.objects.count() == 1

    def test_a_key_used_for_complaints_is_not_for_failures(self, api):
        body = {"what_happened": "Cancelled."}
        api.post("/api/v1/complaints/", body, headers={"Idempotency-Key": "k"})
        assert api.post(URL, body, headers={"Idempotency-Key": "k"}).status_code == 422

    def test_needs_its_own_scope(self, desk, key_with):
        body = {"what_happened": "Cancelled."}
        assert key_with("complaints:write").post(URL, body).status_code == 403


class TestLookingUp:
    def test_one_shows_what_everybody_may_read(self, api):
        mode = make_mode("Late bag")
        made = api.post(
            "/api/v1/complaints/",
            {
                "what_happened": "Secret words.",
                "customer": {"name": "Rui Tavares"},
                "mode": f"{mode.category.slug}/{mode.slug}",
                "severity": {"trust": 3},
            },
        ).json()
        answer = api.get(f"{URL}{made['failure']}/")
        body = answer.json()
        assert body["title"] == "Late bag"
        assert (body["priority"], body["priority_reason"]) == (3, "grade_3")
        assert body["severity"]["trust"] == 3
        assert body["mode"] == mode.slug
        assert body["customer_cases"][0]["customer_case"] == made["customer_case"]
        assert b"Secret" not in answer.content
        assert b"Rui" not in answer.content

    def test_a_case_shows_its_failure_too(self, api):
        made = api.post("/api/v1/complaints/", {"what_happened": "Words."}).json()
        body = api.get(f"/api/v1/complaints/{made['customer_case']}/").json()
        assert body["failure"] == made["failure"]
        assert body["clocks"] == made["clocks"]
        assert "reasons" not in body["tracks"][2]


def post(api, **fields):
    return api.post(URL, {"what_happened": "Words."} | fields).json()["failure"]


def listed(api, query="", url=URL):
    return [row["failure"] for row in api.get(f"{url}?{query}").json()["results"]]


class TestLists:
    def test_shows_the_newest_first(self, api):
        first, second = post(api), post(api)
        assert listed(api) == [second, first]

    def test_pages_by_cursor_without_gaps(self, api):
        made = [post(api) for _ in range(5)]
        seen, url = [], f"{URL}?page_size=2"
        while url:
            page = api.get(url).json()
            seen += [row["failure"] for row in page["results"]]
            post(api)  # what arrives meanwhile moves no page
            url = page["next"]
        assert seen == made[::-1]

    def test_narrows_by_each_filter(self, api):
        desk, mode = make_department("Lisbon"), make_mode()
        old = (timezone.now() - timedelta(days=9)).isoformat()
        wanted = post(
            api, department=desk.slug, category=mode.category.slug, severity=4,
            what_happened="The wheelchair never came.", detected_at=old,
        )  # fmt: skip
        post(api)
        day = (timezone.now() - timedelta(days=8)).date().isoformat()
        assert listed(api, f"department={desk.slug}") == [wanted]
        assert listed(api, f"category={mode.category.slug}") == [wanted]
        assert listed(api, "priority=2") == [wanted]
        assert listed(api, "q=wheelchair") == [wanted]
        assert listed(api, f"until={day}") == [wanted]
        assert wanted not in listed(api, f"since={day}")
        assert listed(api, f"q=wheelchair&since={day}") == []
        assert listed(api, "status=recovered") != []

    def test_a_department_includes_its_parts(self, api):
        above = make_department("Stations")
        below = make_department("Lisbon", parent=above)
        made = post(api, department=below.slug)
        assert listed(api, f"department={above.slug}") == [made]

    def test_complaints_list_cases_that_complained(self, api):
        post(api, customers=[{"name": "Ana"}])
        made = api.post("/api/v1/complaints/", {"what_happened": "Words."}).json()
        page = api.get("/api/v1/complaints/").json()
        assert [row["customer_case"] for row in page["results"]] == [made["customer_case"]]
        assert listed(api, "priority=4", "/api/v1/complaints/") == [made["failure"]]
        assert listed(api, "q=nothing", "/api/v1/complaints/") == []
        assert listed(api, "since=2020-01-01&until=2020-01-02", "/api/v1/complaints/") == []

    @pytest.mark.parametrize("url", [URL, "/api/v1/complaints/"])
    def test_queries_do_not_grow_with_rows(self, api, url):
        def count():
            with CaptureQueriesContext(connection) as queries:
                api.get(url)
            return len(queries)

        api.post("/api/v1/complaints/", {"what_happened": "Words."})
        api.get(url)
        few = count()
        for _ in range(5):
            api.post("/api/v1/complaints/", {"what_happened": "Words."})
        assert count() == few
