"""Sending mail and webhooks, rung for by beat."""

import time
from typing import Final

from celery import shared_task
from django.utils import timezone

from recovery.messages import services

AT_MOST: Final = 5.0  # seconds; what is urgent must not wait for a heap of mail


@shared_task
def deliver(**_unknown: object) -> None:
    """Send what is due, a batch at a time, and leave the rest to the next ring."""
    end = time.monotonic() + AT_MOST
    while services.deliver(timezone.now()) and time.monotonic() < end:
        pass


@shared_task
def call(**_unknown: object) -> None:
    """Send webhooks to whoever takes them, a round at a time."""
    end = time.monotonic() + AT_MOST
    while services.call_endpoints(timezone.now()) and time.monotonic() < end:
        pass
