"""Many senders at once, with real commits: nothing is stored twice, nobody gets a 500."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from cases.models import Customer
from recovery.failures.models import Failure
from recovery.org.selectors import system_person
from recovery.org.services import SCOPES, create_api_key
from tests.coordination.reporting import make_desk

URL = "/api/v1/complaints/"
SENDERS = 8


@pytest.fixture
def send(own_database):
    make_desk()
    raw = create_api_key(
        name="website", scopes=list(SCOPES), actor=system_person(), now=timezone.now()
    )

    def one(request):
        body, key = request
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {raw}")
        headers = {"Idempotency-Key": key} if key else {}
        try:
            path = f"{URL}batch/" if "complaints" in body else URL
            return client.post(path, body, headers=headers)
        finally:
            connection.close()

    def at_once(*requests):
        with ThreadPoolExecutor(SENDERS) as pool:
            return list(pool.map(one, requests))

    return at_once


def test_one_key_is_stored_once_and_answered_alike(send):
    for number in range(4):
        answers = send(*[({"what_happened": "Words."}, f"key {number}")] * SENDERS)
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
    assert Failure.objects.count() == 4


def test_one_key_with_two_bodies_takes_one_of_them(send):
    answers = send(*[({"what_happened": f"Words {n}."}, "key") for n in range(SENDERS)])
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * (SENDERS - 1)
    assert Failure.objects.count() == 1


def test_one_external_id_becomes_one_record(send):
    body = {"what_happened": "Words.", "source": "crm", "external_id": "1"}
    answers = send(*[(body, None)] * SENDERS)
    assert sorted(answer.status_code for answer in answers) == [200] * (SENDERS - 1) + [201]
    assert len({answer.json()["failure"] for answer in answers}) == 1


def test_one_new_customer_is_made_once(send):
    customer = {"external_id": "c-1", "name": "Rui"}
    bodies = [
        {
            "what_happened": "Words.",
            "source": "crm",
            "external_id": str(n),
            "customer": customer,
        }
        for n in range(SENDERS)
    ]
    answers = send(*[(body, None) for body in bodies])
    assert {answer.status_code for answer in answers} == {201}
    assert Customer.objects.count() == 1


def test_batches_in_opposite_orders_do_not_block_each_other(send):
    rows = [
        {
            "what_happened": "Words.",
            "source": "crm",
            "external_id": str(n),
            "customer": {"external_id": f"c-{n}"},
        }
        for n in range(20)
    ]
    answers = send(*[({"complaints": rows[:: (-1) ** n]}, None) for n in range(SENDERS)])
    assert {answer.status_code for answer in answers} == {200}
    assert Failure.objects.count() == Customer.objects.count() == 20
