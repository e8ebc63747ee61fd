"""Which rungs of a ladder a clock has reached, and when it must be looked at again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from recovery.kernel.conditions import Condition
from recovery.kernel.hours import Schedule

WHOLE = 100
# A clock is over later than its due time, not at it.
JUST_AFTER = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class RungCard:
    """One step of a ladder: reached when `percent` of the clock's time is used, or, if that is
    None, `minutes` after the due time (before it if negative), in the clock's working time or
    `in_real_time`.

    With `in_hours` a firing that would fall into closed time waits for the opening. It fires
    `most` times, every `every` minutes (working time with `in_hours`, else real time). It acts
    only if the conditions `when` hold of the case then; what else it does is as a RuleCard's.
    """

    id: int
    percent: int | None
    tells: str
    level: int
    minutes: int = 0
    in_real_time: bool = False
    in_hours: bool = False
    every: int = 0
    most: int = 1
    when: tuple[Condition, ...] = ()
    assigns: bool = False
    task_kind: str = ""
    task_words: str = ""
    task_days: int = 0


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


type Reached = tuple[RungCard, int]


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write about one clock: rungs reached with their occurrence (1 and up), whether it
    is over, when to look again (None: never)."""

    reached: tuple[Reached, ...]
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
    reached: list[Reached] = []
    over_at = due_at + JUST_AFTER
    next_at = over_at if over_at > now else None
    for rung in rungs:
        times = times_of(rung, schedule, target=target, due_at=due_at)
        for occurrence, at in enumerate(times, start=1):
            if at <= now:
                reached.append((rung, occurrence))
                continue
            next_at = at if next_at is None else min(next_at, at)
            break  # the later ones of a rung come later still
    return Decision(tuple(reached), over_at <= now, next_at)


def times_of(
    rung: RungCard, schedule: Schedule, *, target: timedelta, due_at: datetime
) -> Iterable[datetime]:
    """When a rung fires, each time later than the one before."""
    first = _reached_at(rung, schedule, target=target, due_at=due_at)
    if rung.in_hours:
        first = schedule.next_opening(first)
    return (first,) if rung.most == 1 else _repeats(rung, schedule, first)


def _repeats(rung: RungCard, schedule: Schedule, first: datetime) -> Iterator[datetime]:
    yield first
    for occurrence in range(1, rung.most):
        later = timedelta(minutes=rung.every * occurrence)
        if rung.in_hours:  # what ends at closing waits for the opening too
            yield schedule.next_opening(schedule.add(first, later))
        else:
            yield first + later


def _reached_at(
    rung: RungCard, schedule: Schedule, *, target: timedelta, due_at: datetime
) -> datetime:
    if rung.percent == WHOLE:
        return due_at + JUST_AFTER
    if rung.percent is not None:
        at = schedule.add(due_at, target * (rung.percent - WHOLE) / WHOLE)
        return at if rung.percent < WHOLE else at + JUST_AFTER
    away = timedelta(minutes=rung.minutes)
    at = due_at + away if rung.in_real_time or not away else schedule.add(due_at, away)
    return at if rung.minutes < 0 else at + JUST_AFTER
