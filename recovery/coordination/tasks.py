"""Rung for by beat. Nothing is lost when it is not."""

from celery import shared_task
from django.utils import timezone

from recovery.coordination import services


@shared_task
def keep_house(**_unknown: object) -> None:
    """Bring about what only time brings about."""
    services.keep_house(now=timezone.now())


@shared_task
def recompute_clocks(**_unknown: object) -> None:
    """Work out running clocks anew whose calendar has changed."""
    services.recompute_clocks(now=timezone.now())


@shared_task
def work_lists(**_unknown: object) -> None:
    """Give the people of lists that were started a case each."""
    services.work_lists(now=timezone.now())
