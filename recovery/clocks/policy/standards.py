"""Which standard of care holds, and when its time will have passed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from recovery.clocks.states import Basis, Begins, ClockKind, Counts, MetBy, Shift
from recovery.kernel.conditions import Condition, Facts, all_hold, unmet
from recovery.kernel.hours import NeverOpen, Schedule


@dataclass(frozen=True, slots=True)
class When:
    """The moments of a case: when we heard of it, and when it happened if that is known."""

    received: datetime
    occurred: datetime | None = None

    def by(self, basis: Basis) -> datetime:
        """The moment a standard of this basis looks at; unknown falls back on receipt."""
        return self.occurred or self.received if basis is Basis.OCCURRED else self.received


@dataclass(frozen=True, slots=True)
class StandardCard:
    """A version of a standard: `targets` in seconds by priority, in force from `since` on.

    `pause_cap_days` are the working days its pauses may take together; None is without limit.
    `days` and what follows it are a law's own way of counting.
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
    number: int = 1
    rank: int = 0
    basis: Basis = Basis.RECEIVED
    conditions: tuple[Condition, ...] = ()
    counts: Counts = Counts.EXACT
    days: int | None = None
    zone: str = ""
    shift: Shift = Shift.AS_IS
    country: str = ""
    begins: Begins | None = None
    met_by: MetBy | None = None
    is_draft: bool = False

    def holds_at(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (
            self.until is None or at < self.until
        )

    def names_time_for(self, priority: int) -> bool:
        """Whether it gives any time to what is of this priority."""
        return bool(self.days or self.targets.get(priority))

    @property
    def order(self) -> tuple[int, int, float, int]:
        """The place in which it is looked at: by rank, then the more specific, the younger."""
        since = self.since.timestamp() if self.since else float("-inf")
        return self.rank, -len(self.conditions), -since, -self.id


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
    instance: int = 1


class Passed(StrEnum):
    """Why a standard was passed over."""

    DRAFT = "draft"
    RETIRED = "retired"
    NOT_THEN = "not_then"
    CONDITIONS = "conditions"
    NO_TIME = "no_time"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A standard that was looked at: `passed` None means it is the one (or one of the laws)."""

    card: StandardCard
    passed: Passed | None
    unmet: tuple[Condition, ...] = ()


def applies(card: StandardCard, *, when: When, facts: Facts, priority: int) -> bool:
    """Whether a standard in use holds for a case and names a time for it."""
    return (
        card.holds_at(when.by(card.basis))
        and card.names_time_for(priority)
        and (not card.conditions or all_hold(card.conditions, facts))
    )


def standard_for(
    ordered: Iterable[StandardCard], *, when: When, facts: Facts, priority: int
) -> StandardCard | None:
    """The first that applies of the standards of a kind, given in their order."""
    for card in ordered:
        if applies(card, when=when, facts=facts, priority=priority):
            return card
    return None


def candidates(
    cards: Iterable[StandardCard], *, when: When, facts: Facts, priority: int
) -> list[Candidate]:
    """Every standard of a kind in the order they are looked at, and why each was passed over.

    Of a law each that applies is one: several hold beside each other.
    """
    found, is_taken = [], False
    for card in sorted(cards, key=lambda each: each.order):
        missing = unmet(card.conditions, facts)
        passed = _passed(card, when, priority, is_missing=bool(missing))
        if passed is None and is_taken and not card.legal:
            passed = Passed.LATER
        is_taken = is_taken or passed is None
        found.append(Candidate(card, passed, missing))
    return found


def _passed(
    card: StandardCard, when: When, priority: int, *, is_missing: bool
) -> Passed | None:
    if card.is_retired:
        return Passed.RETIRED
    if not card.holds_at(when.by(card.basis)):
        return Passed.NOT_THEN
    if is_missing:
        return Passed.CONDITIONS
    return None if card.names_time_for(priority) else Passed.NO_TIME


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
