"""Sending mail, rung for by beat."""

from celery import shared_task
from django.utils import timezone

from recovery.messages import services

BATCHES = 20


@shared_task
def deliver(**_unknown: object) -> None:
    """Send what is due, a batch at a time, and leave the rest to the next ring."""
    for _ in range(BATCHES):
        if services.deliver(timezone.now()) == 0:
            break
