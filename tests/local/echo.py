"""A task that only logs, for a real worker to run (see test_request_id.py)."""

import structlog
from celery import shared_task

log = structlog.get_logger(__name__)


@shared_task(name="tests.echo")
def echo() -> None:
    log.info("heard")
