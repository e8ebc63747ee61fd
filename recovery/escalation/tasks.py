"""Rung for by beat every few seconds. Nothing is lost when it is not."""

from celery import shared_task
from django.utils import timezone

from recovery.escalation import services
from recovery.events import services as events


@shared_task
def sweep(**_unknown: object) -> None:
    """Fire what is due, then do what is done once a day; consumers are woken by the commits."""
    now = timezone.now()
    services.sweep(now)
    services.sweep_rules(now)
    services.let_go_of_rung_tasks(now)
    events.note_sweep(now)
    events.run_daily(now)
