"""The customer's own page: its address, a new one that ends the old, more time, when seen."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from cases.models import StatusLink
from cases.policy import LINK_DAYS
from cases.selectors.links import Opened, status_token
from cases.services.holding import hold, keep, say
from recovery.org.models import Person

# One write an hour says as well when the page was looked at as one for every look.
SEEN_EVERY: Final = timedelta(hours=1)


def status_url(case_id: int) -> str:
    """The whole address of the customer's page of a case. One query, nothing is written.

    It is a secret: for the customer, never for a log, an event or a message to colleagues.
    """
    path = reverse("cases:status", args=[status_token(case_id)])
    return f"{settings.PUBLIC_URL}{path}"


@transaction.atomic
def replace_link(
    *, case_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> str:
    """End every address given out for a case and return the new one."""
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    link, _new = StatusLink.objects.get_or_create(case=held.case)
    link.generation += 1
    link.valid_until = now + timedelta(days=LINK_DAYS)
    link.last_seen_at = None
    link.save(update_fields=["generation", "valid_until", "last_seen_at"])
    say(held, "case.link_replaced")
    keep(held)
    return status_url(case_id)


@transaction.atomic
def extend_link(
    *, case_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> datetime:
    """Let the page of a case open for another half year, under the same address."""
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    until = now + timedelta(days=LINK_DAYS)
    StatusLink.objects.update_or_create(case=held.case, defaults={"valid_until": until})
    say(held, "case.link_extended", until=until.isoformat())
    keep(held)
    return until


def note_seen(*, opened: Opened, now: datetime) -> None:
    """Keep when the customer last looked, to the hour; a look soon after writes nothing."""
    if opened.seen_at is not None and now - opened.seen_at < SEEN_EVERY:
        return
    StatusLink.objects.bulk_create(
        [StatusLink(case_id=opened.given, generation=opened.generation, last_seen_at=now)],
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=["last_seen_at"],
    )
