"""What is done once a day, by whichever sweep comes first."""

from datetime import UTC, datetime

import structlog
from django.db import connection, transaction

from recovery.events.models import LATEST, SWEEP, JobRun
from recovery.events.registry import JOBS
from recovery.kernel import rows

log = structlog.get_logger(__name__)


def note_sweep(now: datetime) -> None:
    """Leave word that a sweep came by, for whoever asks when the last one did."""
    with connection.cursor() as cursor:
        rows.insert(
            cursor, JobRun, [{"name": SWEEP, "period": LATEST, "claimed_at": now}],
            on_conflict="(name, period) DO UPDATE SET claimed_at = excluded.claimed_at",
        )  # fmt: skip


def run_daily(now: datetime) -> int:
    """Run the daily jobs not yet run on this day; return how many did their work."""
    period = now.astimezone(UTC).date().isoformat()
    ran = set(
        JobRun.objects.filter(period=period, name__in=JOBS).values_list("name", flat=True)
    )
    return sum(_claim(name, period, now) for name in JOBS if name not in ran)


def _claim(name: str, period: str, now: datetime) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # A second sweep waits here for the first, and then finds the row.
            claimed = rows.insert(
                cursor, JobRun, [{"name": name, "period": period}],
                on_conflict="DO NOTHING", returning=["id"],
            )  # fmt: skip
            if claimed:
                JOBS[name](now)
            return bool(claimed)
    except Exception:
        log.exception("daily job failed", job=name)
        return False
