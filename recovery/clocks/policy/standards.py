"""Which standard of care holds, and when its time will have passed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from recovery.clocks.states import ClockKind
from recovery.kernel.hours import NeverOpen, Schedule


@dataclass(frozen=True, slots=True)
class StandardCard:
    """A version of a standard: `targets` in seconds by priority, in force from `since` on.

    `pause_cap_days` are the working days its pauses may take together; None is without limit.
    """

    id: int
    kind: ClockKind
    since: datetime | None
    until: datetime | None
    targets: Mapping[int, int]
    around_clock: frozenset[int]
    legal: bool = False
    standard_id: int = 0
    name: str = ""
    law: str = ""
    authority: str = ""
    pause_cap_days: int | None = None
    is_retired: bool = False

    def holds_at(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (
            self.until is None or at < self.until
        )


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """A clock before it is written. `calendar_id` None means around the clock.

    `standard_id` None: somebody named the time.
    """

    kind: ClockKind
    target_seconds: int
    due_at: datetime
    calendar_id: int | None
    standard_id: int | None
    priority: int | None = None


def standard_for(
    cards: Iterable[StandardCard], kind: ClockKind, at: datetime
) -> StandardCard | None:
    """The house standard of a kind in force at `at`, the youngest if there are several."""
    found = [
        card for card in cards if card.kind is kind and not card.legal and card.holds_at(at)
    ]
    return max(
        found,
        key=lambda card: (card.since is not None, card.since or at, card.id),
        default=None,
    )


def due_after(
    schedule: Schedule, always: Schedule, *, start: datetime, target: timedelta
) -> tuple[datetime, bool]:
    """When `target` has passed, and whether the desk's own hours could be used.

    A desk that never opens would never be late, so its time counts around the clock.
    """
    try:
        return schedule.add(start, target), True
    except NeverOpen:
        return always.add(start, target), False
