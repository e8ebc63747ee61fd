"""Letting the log flow, rung for at each commit and by beat."""

from celery import shared_task
from django.utils import timezone

from recovery.events import services


@shared_task
def pump(**_unknown: object) -> None:
    """Number new events and serve the consumers."""
    services.pump(timezone.now())
