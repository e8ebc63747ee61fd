"""The bell: rung rarely, heard when the broker is there, silent and quick when it is not."""

import socket
import time

import pytest
import redis

from recovery import celery
from recovery.events import wake as bell


@pytest.fixture(autouse=True)
def fresh(broker, monkeypatch):
    monkeypatch.setattr(bell, "breaker", bell.Breaker(bell.BREAKER_SECONDS))
    monkeypatch.setattr(bell, "_quiet_until", {})
    bell._client.cache_clear()
    yield
    bell._client.cache_clear()


@pytest.fixture
def no_broker(settings, monkeypatch):
    settings.REDIS_URL = "unix:///tmp/nobody-listens-here.sock"


def waiting(broker: str, queue: str) -> int:
    with redis.Redis.from_url(broker) as client:
        return int(client.llen(queue))


def test_publishes_to_the_queue_it_was_given(broker):
    assert bell.wake("default") is True
    assert waiting(broker, "default") == 1


def test_rings_once_for_many_commits_at_once(broker):
    rung = [bell.wake("urgent") for _ in range(20)]

    assert rung == [True] + [False] * 19
    assert waiting(broker, "urgent") == 1


def test_rings_again_after_the_quiet_time(broker, monkeypatch):
    monkeypatch.setattr(bell, "QUIET_MS", 10)
    bell.wake("urgent")
    time.sleep(0.05)

    assert bell.wake("urgent") is True


def test_queues_do_not_hush_each_other(broker):
    assert bell.wake("urgent")
    assert bell.wake("bulk")


def test_is_silent_without_a_broker(no_broker):
    assert bell.wake() is False


def test_asks_an_absent_broker_once_and_then_rests(no_broker):
    bell.wake()

    assert bell.breaker.is_open()
    begun = time.perf_counter()
    for _ in range(1000):
        bell.wake()
    assert time.perf_counter() - begun < 1


def test_finds_the_broker_again_after_the_rest(no_broker, settings, broker, monkeypatch):
    monkeypatch.setattr(bell, "breaker", bell.Breaker(0.01))
    bell.wake()
    settings.REDIS_URL = broker
    bell._client.cache_clear()
    time.sleep(0.02)

    assert bell.wake() is True


def test_a_hanging_broker_costs_little(settings, tmp_path):
    path = tmp_path / "deaf.sock"
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(path))
        deaf.listen()
        settings.REDIS_URL = f"unix://{path}"
        begun = time.perf_counter()
        assert bell.wake() is False
        assert time.perf_counter() - begun < 2


def test_celery_spells_the_socket_its_own_way():
    assert celery.broker_url("unix:///run/v.sock?db=3") == (
        "redis+socket:///run/v.sock?virtual_host=3"
    )
    assert celery.broker_url("redis://host:6379/0") == "redis://host:6379/0"
