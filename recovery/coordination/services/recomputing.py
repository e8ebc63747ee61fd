"""Working out running clocks anew after a change of their calendar, in chunks, each for good.

A row in org says which calendar, how far it is and what came of it, so that a killed worker
loses at most the chunk it was at, and the page can say how far it is.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet

from recovery.clocks.models import Clock
from recovery.clocks.selectors import LIVE
from recovery.clocks.services import recompute
from recovery.clocks.states import SINGLE
from recovery.events.services import record
from recovery.kernel.snapshots import FRESH_SECONDS
from recovery.org.models import Recomputation
from recovery.org.selectors import forget_snapshots

log = structlog.get_logger(__name__)

AT_ONCE: Final = 500
CHUNKS: Final = 20  # so that a task stays short: the next ring takes the rest
# By then every process has noticed the change, and starts clocks by the new hours.
SETTLES_AFTER: Final = timedelta(seconds=FRESH_SECONDS + 1)


def recompute_clocks(*, now: datetime, chunks: int = CHUNKS) -> int:
    """Work on what was asked for; returns how many clocks were looked at.

    Several at once are harmless: each works on another calendar. What a law set does not move.
    """
    looked_at = 0
    for _ in range(chunks):
        done = _chunk(now)
        if done is None:
            break
        looked_at += done
    return looked_at


@transaction.atomic
def _chunk(now: datetime) -> int | None:
    """Work out the next clocks of one recomputation; None when nothing waits."""
    run = (
        Recomputation.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(finished_at__isnull=True, wanted_at__lte=now - SETTLES_AFTER)
        .order_by("wanted_at", "pk")
        .first()
    )
    if run is None:
        return None
    forget_snapshots()
    clocks = _that_follow(run.calendar_id)
    if run.total is None:
        run.total = clocks.count()
    keys = list(
        clocks.filter(pk__gt=run.last_clock)
        .order_by("pk")
        .values_list("pk", flat=True)[:AT_ONCE]
    )
    moved, failed = _work_out(keys, now=now, actor_id=run.wanted_by_id)
    run.done += len(keys)
    run.moved += moved
    run.failed += failed
    run.last_clock = keys[-1] if keys else run.last_clock
    run.total = max(run.total, run.done)
    if len(keys) < AT_ONCE:
        _finish(run, now=now)
    run.save()
    return len(keys)


def _that_follow(calendar_id: int) -> QuerySet[Clock]:
    """The live clocks that run by a calendar and move with it."""
    found = Clock.objects.filter(calendar_id=calendar_id, state__in=LIVE)
    return found.exclude(Q(standard__standard__legal=True) | Q(kind__in=SINGLE))


def _work_out(keys: Sequence[int], *, now: datetime, actor_id: int) -> tuple[int, int]:
    """How many moved, and how many could not be worked out; those stay as they are."""
    if not keys:
        return 0, 0
    try:
        with transaction.atomic():
            return recompute(clock_ids=keys, at=now, actor_id=actor_id), 0
    except OperationalError:
        raise  # the database is busy or away: no row's fault, and the next ring tries again
    except Exception:
        if len(keys) == 1:
            log.exception("clock not recomputed", clock_id=keys[0])
            return 0, 1
        log.warning("clocks recomputed one by one", clocks=len(keys))
    each = [_work_out([key], now=now, actor_id=actor_id) for key in keys]
    return sum(moved for moved, _ in each), sum(failed for _, failed in each)


def _finish(run: Recomputation, *, now: datetime) -> None:
    run.finished_at, run.total = now, run.done
    record(
        stream=f"calendar:{run.calendar_id}",
        verb="calendar.recomputed",
        actor_id=run.wanted_by_id,
        at=now,
        public={"looked_at": run.done, "moved": run.moved, "failed": run.failed},
    )
