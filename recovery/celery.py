"""The Celery application: queues, schedule, and the request id that follows into tasks.

PostgreSQL holds all state; the broker is a bell. A lost message costs one beat, never work.
"""

import os
import warnings
from pathlib import Path
from typing import Any

import structlog
from celery import Celery
from celery.beat import Scheduler
from celery.signals import (
    before_task_publish,
    celeryd_init,
    setup_logging,
    task_postrun,
    task_prerun,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recovery.settings")

from django.conf import settings

QUEUES = ("urgent", "default", "bulk")
# In-memory beat: short intervals only; anything daily is claimed in the database by a sweep.
SCHEDULE = {
    "recovery.events.tasks.pump": (2.0, "urgent"),
    "recovery.messages.tasks.deliver": (3.0, "default"),
    "recovery.messages.tasks.call": (3.0, "default"),
    "recovery.escalation.tasks.sweep": (5.0, "urgent"),
    "recovery.coordination.tasks.keep_house": (60.0, "default"),
    "recovery.coordination.tasks.recompute_clocks": (3.0, "bulk"),
    "recovery.coordination.tasks.work_lists": (3.0, "bulk"),
    "cases.tasks.reach_out": (3.0, "bulk"),
    "recovery.insight.tasks.fold": (5.0, "bulk"),
}


class Beat(Scheduler):
    """The in-memory scheduler; touches a file at each tick for whoever asks if it is alive."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if settings.BEAT_PULSE:
            Path(settings.BEAT_PULSE).touch()
        return float(super().tick(*args, **kwargs))


def broker_url(url: str) -> str:
    """REDIS_URL as Celery spells it: a socket is redis+socket:// with virtual_host."""
    if not url.startswith("unix://"):
        return url
    return url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")


def beat_entry(task: str, seconds: float, queue: str) -> dict[str, Any]:
    """A tick nobody took before the next one is due is worthless, so it expires."""
    return {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": seconds}}


# Meant for pickled messages, which we do not take; an evaluation may well run as root.
warnings.filterwarnings("ignore", message="You're running the worker with superuser")

# A worker takes what is urgent first, in the order in which its queues are named.
IN_ORDER = {"queue_order_strategy": "priority"}

app = Celery("recovery")
app.conf.update(
    broker_url=broker_url(settings.REDIS_URL),
    broker_connection_retry_on_startup=True,
    # A publisher must not wait for a broker that is gone.
    broker_transport_options=IN_ORDER | {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    redis_socket_timeout=0.2,
    task_publish_retry=False,
    task_ignore_result=True,
    accept_content=["json"],
    task_default_queue="default",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=300,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    timezone="UTC",
    beat_scheduler="recovery.celery:Beat",
    beat_max_loop_interval=1,
    beat_schedule={
        task: beat_entry(task, seconds, queue) for task, (seconds, queue) in SCHEDULE.items()
    },
)
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Connected so that Celery leaves logging as settings.LOGGING made it."""


@celeryd_init.connect
def be_patient(conf: Any, **_: Any) -> None:
    """A worker waits for its broker; only publishers inside requests must not."""
    patience = {"socket_timeout": 10, "socket_connect_timeout": 5}
    conf.broker_transport_options = IN_ORDER | patience
    conf.redis_socket_timeout = 10


@before_task_publish.connect
def send_request_id(headers: dict[str, Any], **_: Any) -> None:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        headers["recovery_request_id"] = request_id


@task_prerun.connect
def bind_request_id(task_id: str, task: Any, **_: Any) -> None:
    headers = getattr(task.request, "headers", None) or {}
    given = getattr(task.request, "recovery_request_id", None)
    request_id = given or headers.get("recovery_request_id") or task_id
    structlog.contextvars.bind_contextvars(request_id=request_id)


@task_postrun.connect
def forget_request_id(**_: Any) -> None:
    structlog.contextvars.unbind_contextvars("request_id")
