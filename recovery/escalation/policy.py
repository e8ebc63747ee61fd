"""Which rungs of a ladder a clock has reached, and when it must be looked at again. Plain."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from recovery.kernel.hours import Schedule

type Circle = Callable[[], Sequence[int]]

WHOLE = 100
# A clock is over later than its due time, not at it.
JUST_AFTER = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class RungCard:
    """One step of a ladder: reached when `percent` of the clock's time is used."""

    id: int
    percent: int
    tells: str
    level: int


@dataclass(frozen=True, slots=True)
class LadderCard:
    """The rungs in force for clocks of `kind` started from `since` until `until`, in order."""

    kind: str
    since: datetime | None
    until: datetime | None
    rungs: tuple[RungCard, ...]

    def holds_at(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (
            self.until is None or at < self.until
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write about one clock: rungs reached, is it over, when to look again (None: never)."""

    rungs: tuple[RungCard, ...]
    is_over: bool
    next_check_at: datetime | None


def ladder_for(
    ladders: Iterable[LadderCard], kind: str, started_at: datetime
) -> tuple[RungCard, ...]:
    """The rungs that hold for a clock for its whole life: those in force when it started."""
    found = (card for card in ladders if card.kind == kind and card.holds_at(started_at))
    return next((card.rungs for card in found), ())


def decide(
    rungs: Sequence[RungCard],
    schedule: Schedule,
    *,
    target: timedelta,
    due_at: datetime,
    now: datetime,
) -> Decision:
    """Judge a running clock by its due time, which already holds all pauses.

    Rungs reached earlier are named again: what has fired once cannot fire twice.
    """
    times = [
        (rung, _reached_at(rung.percent, schedule, target=target, due_at=due_at))
        for rung in rungs
    ]
    over_at = due_at + JUST_AFTER
    later = [when for when in (over_at, *(at for _, at in times)) if when > now]
    return Decision(
        rungs=tuple(rung for rung, at in times if at <= now),
        is_over=over_at <= now,
        next_check_at=min(later, default=None),
    )


def _reached_at(
    percent: int, schedule: Schedule, *, target: timedelta, due_at: datetime
) -> datetime:
    if percent == WHOLE:
        return due_at + JUST_AFTER
    if percent > WHOLE:
        return schedule.add(due_at, target * (percent - WHOLE) / WHOLE) + JUST_AFTER
    return schedule.subtract(due_at, target * (WHOLE - percent) / WHOLE)


def people_for(
    tells: str, circles: Sequence[tuple[str, Circle]], *, owner_id: int | None
) -> list[int]:
    """Whom a rung tells: the circle it names, else the next wider one that has anybody.

    Only the circles needed are asked. They go from the narrowest to the widest. Beyond the owner's own rung the owner does
    not count: a lead who owns the case is not told twice while nobody else hears of it.
    """
    names = [name for name, _ in circles]
    wider = circles[names.index(tells) if tells in names else 0 :]
    for name, people in wider:
        found = [key for key in people() if name == names[0] or key != owner_id]
        if found:
            return found
    return [] if owner_id is None else [owner_id]
