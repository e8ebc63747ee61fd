"""/healthz says it lives, /readyz that it can serve."""

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection

from recovery.escalation.tasks import sweep
from recovery.events.services import note_sweep
from recovery.messages.models import Message
from recovery.messages.services import tell
from recovery.web import health
from tests.factories import NOON, make_person

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
        "seconds_since": {"oldest_unsent_message": None, "last_sweep": None},
    }


def test_says_how_long_mail_waits_and_when_clocks_were_swept(client):
    for minutes in (3, 8):
        send(NOON - timedelta(minutes=minutes))
    Message.objects.filter(created_at__lt=NOON - timedelta(minutes=5)).update(state="dead")
    note_sweep(NOON - timedelta(minutes=9))
    with time_machine.travel(NOON, tick=False):
        sweep()

    with time_machine.travel(NOON + timedelta(seconds=4), tick=False):
        answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["seconds_since"] == {"oldest_unsent_message": 184, "last_sweep": 4}


def send(at):
    tell(
        person_ids=[make_person().pk], kind="test", subject="Hello", lines=[], path="/",
        dedupe_key=f"hello {at}", at=at,
    )  # fmt: skip


def test_stays_cheap_however_much_waits(client, django_assert_max_num_queries):
    client.get("/readyz")
    with django_assert_max_num_queries(8):
        client.get("/readyz")


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
