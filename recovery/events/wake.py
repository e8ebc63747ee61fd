"""Ringing the bell: tell a worker there is work, and never mind if it does not hear.

State is in PostgreSQL and every sweep runs by itself every few seconds, so a lost ring costs
seconds. A ring must cost a request next to nothing, least of all when the broker is gone.
"""

import threading
import time
from functools import cache

import redis
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

QUIET_MS = 200
BREAKER_SECONDS = 5.0
TIMEOUT_SECONDS = 0.2
PUMP = "recovery.events.tasks.pump"


class Breaker:
    """Open for some seconds after a failure, so that an absent broker is asked rarely."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._until = 0.0
        self._lock = threading.Lock()

    def is_open(self) -> bool:
        return time.monotonic() < self._until

    def trip(self) -> None:
        with self._lock:
            self._until = time.monotonic() + self.seconds

    def reset(self) -> None:
        with self._lock:
            self._until = 0.0


breaker = Breaker(BREAKER_SECONDS)
# What this process rang itself, it need not ask the broker about: a busy one rings for nothing
# hundreds of times a second, and asking costs more than the INSERT it rings for.
_quiet_until: dict[tuple[str, str], float] = {}


def wake(queue: str = "urgent", *, task: str = PUMP) -> bool:
    """Publish `task` to `queue` at most five times a second over all processes; call on commit.

    True if published now; False if one is under way already or the broker does not answer.
    """
    now = time.monotonic()
    if breaker.is_open() or now < _quiet_until.get((queue, task), 0.0):
        return False
    try:
        if not _client().set(f"wake:{queue}:{task}", 1, nx=True, px=QUIET_MS):
            return False
        current_app.send_task(task, queue=queue, ignore_result=True, retry=False)
    except (redis.RedisError, OperationalError, OSError):
        breaker.trip()
        return False
    _quiet_until[queue, task] = now + QUIET_MS / 1000
    return True


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
    )
