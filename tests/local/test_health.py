"""/healthz says it lives, /readyz that it can serve."""

import pytest
from django.db import OperationalError, connection

from recovery.web import health

pytestmark = pytest.mark.django_db


def test_alive_without_asking_anybody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_when_all_is_well(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "broker": "ok"},
    }


def test_still_ready_without_the_broker(client, settings):
    settings.REDIS_URL = "unix:///tmp/nobody-listens-here.sock"

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["checks"]["broker"] == "ConnectionError"


def test_not_ready_before_it_is_migrated(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'web'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"].endswith("waiting")


def test_not_ready_without_the_database(client, monkeypatch):
    def refuse() -> str:
        raise OperationalError("gone")

    monkeypatch.setitem(health.CHECKS, "database", refuse)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "OperationalError"


def test_asks_for_no_signing_in(client):
    assert "Location" not in client.get("/readyz").headers


def test_needs_nothing_but_reading(client):
    assert client.post("/healthz").status_code == 405
