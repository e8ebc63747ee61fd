"""What only time makes due: silence."""

from datetime import datetime, timedelta

from django.db.models import Max, Q

from cases.models import CustomerCase
from cases.policy import SILENT_DAYS, silent_until
from cases.states import CaseState
from recovery.org.selectors import (
    calendar_of,
    schedule_of,
)


def silent_cases(now: datetime, *, after: int = 0, limit: int = 500) -> tuple[list[int], int]:
    """Cases whose customers have been silent long enough, and where to read on (0: no more).

    Two queries for `limit` cases; nothing is locked, so the verb looks again.
    """
    found = (
        CustomerCase.objects.filter(
            pk__gt=after,
            ended_at__isnull=True,
            remedied_at__lte=now - timedelta(days=SILENT_DAYS),
            item__state__in=[CaseState.REMEDIED, CaseState.CONFIRMING],
        )
        .annotate(
            last_word=Max(
                "contacts__at", filter=Q(contacts__automatic=False, contacts__delivered=True)
            )
        )
        .order_by("pk")
        .values_list("pk", "remedied_at", "last_word", "item__department_id")[:limit]
    )
    rows = list(found)
    due = [
        pk
        for pk, remedied_at, last_word, desk in rows
        if silent_until(
            max(filter(None, (remedied_at, last_word))),
            schedule=schedule_of(calendar_of(desk)),
        )
        <= now
    ]
    return due, rows[-1][0] if len(rows) == limit else 0
