import pytest

from cases.models import CustomerCase
from recovery.failures.models import Failure
from recovery.failures.selectors import reference_of
from tests.factories import make_failure

ANA = {"name": "Ana Reis", "email": "ana@example.org"}
EVA = {"name": "Eva Lund", "external_id": "7"}


@pytest.fixture
def address(desk):
    return f"/api/v1/failures/{reference_of(make_failure(department=desk).pk)}/customers/"


def statuses(answer):
    return [each["status_code"] for each in answer.json()["results"]]


def test_takes_and_refuses_each_by_itself(api, address):
    body = {"source": "crm", "customers": [ANA, EVA, ANA, {"email": "none"}, {"segment": "x"}]}
    answer = api.post(address, body)
    assert statuses(answer) == [201, 201, 200, 422, 422]
    results = answer.json()["results"]
    assert results[0]["customer_case"] == results[2]["customer_case"]
    assert results[3]["errors"][0]["field"] == "email"
    assert set(CustomerCase.objects.values_list("item__state", flat=True)) == {"detected"}


def test_the_same_key_answers_to_the_letter_and_adds_nobody(api, address):
    send = {"customers": [ANA]}
    first = api.post(address, send, headers={"Idempotency-Key": "k"})
    again = api.post(address, send, headers={"Idempotency-Key": "k"})
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert statuses(api.post(address, send)) == [200]
    other = api.post(address, {"customers": [EVA]}, headers={"Idempotency-Key": "k"})
    assert other.json()["code"] == "idempotency_key_reused"


@pytest.mark.parametrize(
    "body", [{}, {"customers": []}, {"customers": [{}] * 101}, {"customers": "all"}]
)
def test_refuses_what_is_no_list(api, address, body):
    answer = api.post(address, body)
    assert (answer.status_code, answer.json()["field"]) == (422, "customers")


def test_numbers_need_the_system_they_are_of_and_failures_must_stand(api, address):
    assert statuses(api.post(address, {"customers": [EVA]})) == [422]
    Failure.objects.update(status="void")
    assert api.post(address, {"customers": [ANA]}).status_code == 409
    assert api.post("/api/v1/failures/F-000000/customers/", {}).status_code == 404
