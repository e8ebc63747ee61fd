"""Rung for by beat. Nothing is lost when it is not."""

from celery import shared_task
from django.utils import timezone

from cases import services


@shared_task
def reach_out(**_unknown: object) -> None:
    """Tell the next people of the outreaches under way."""
    services.reach_out(now=timezone.now())
