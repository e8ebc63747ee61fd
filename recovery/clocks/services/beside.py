"""A promise beside the house standard, so that nobody promises late what is due soon."""

from dataclasses import dataclass
from datetime import datetime

from recovery.clocks.models import Clock
from recovery.clocks.selectors import LIVE, card_of
from recovery.clocks.services.starting import plan_for
from recovery.clocks.states import ClockKind
from recovery.failures.models import WorkItem


@dataclass(frozen=True, slots=True)
class Beside:
    """The house standard a promise is seen against: its name, and when it would be due."""

    name: str
    due_at: datetime


def standard_beside(item: WorkItem, now: datetime) -> Beside | None:
    """By when the standard would have this case put right; two queries at most.

    The running clock says it where there is one, else one that would start now. None for a case
    that has ended or where no standard names a time.
    """
    if item.closed_at is not None:
        return None
    running = Clock.objects.filter(item=item, kind=ClockKind.RESOLVE, state__in=LIVE).first()
    if running is not None:
        return _beside(running.standard_id, running.due_at)
    planned = plan_for(item.pk, ClockKind.RESOLVE, at=now)
    return _beside(planned.standard_id, planned.due_at) if planned else None


def _beside(version_id: int | None, due_at: datetime) -> Beside | None:
    card = card_of(version_id)
    return Beside(card.name, due_at) if card else None
