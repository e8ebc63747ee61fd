import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recovery.failures.models import Failure

pytestmark = pytest.mark.django_db
URL = "/api/v1/complaints/batch/"


def complaint(number, **fields):
    return {"what_happened": "Words.", "source": "crm", "external_id": str(number)} | fields


def post(api, complaints, **kwargs):
    return api.post(URL, {"complaints": complaints}, **kwargs)


def test_takes_and_refuses_each_by_itself(api):
    api.post("/api/v1/complaints/", complaint(2))
    answer = post(api, [complaint(1), complaint(2), complaint(3, severity=9), complaint(1)])
    results = answer.json()["results"]
    assert answer.status_code == 200
    assert [each["status_code"] for each in results] == [201, 200, 422, 200]
    assert results[0]["failure"] == results[3]["failure"]
    assert results[2]["errors"][0]["field"] == "severity"
    assert Failure.objects.count() == 2


def test_is_answered_again_to_the_letter(api):
    body = [complaint(1), complaint(2, severity=9)]
    first = post(api, body, headers={"Idempotency-Key": "k"})
    again = post(api, body, headers={"Idempotency-Key": "k"})
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"


def test_a_batch_of_refusals_writes_nothing_and_says_so(api):
    results = post(api, [complaint(1, severity=9), "words"]).json()["results"]
    assert [each["status_code"] for each in results] == [422, 422]
    assert not Failure.objects.exists()


@pytest.mark.parametrize("complaints", [[], [{}] * 101, {}, "words", None])
def test_the_whole_is_refused_when_it_is_no_batch(api, complaints):
    answer = post(api, complaints)
    assert answer.status_code == 422
    assert answer.json()["field"] == "complaints"


def test_a_hundred_cost_no_more_statements_than_a_few(api):
    def cost(start, size):
        with CaptureQueriesContext(connection) as queries:
            post(api, [complaint(number) for number in range(start, start + size)])
        return len(queries)

    cost(0, 2)
    assert cost(100, 100) == cost(200, 5) <= 12
