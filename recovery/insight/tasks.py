"""Rung for by beat. Nothing is lost when it is not."""

from celery import shared_task
from django.utils import timezone

from recovery.insight import services


@shared_task
def fold(**_unknown: object) -> None:
    """Bring the roll-ups up to date."""
    services.fold(timezone.now())
    services.fold_clocks()
