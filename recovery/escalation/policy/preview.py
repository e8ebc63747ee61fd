"""If nothing happens: who hears what, and when. The same rules as the sweep's, looked ahead."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from recovery.escalation.policy.people import Roster, people_for
from recovery.escalation.policy.rungs import RungCard, times_of
from recovery.kernel.conditions import Condition, Facts, unmet
from recovery.kernel.hours import Schedule


@dataclass(frozen=True, slots=True)
class ClockCard:
    """A clock with its hours. `is_live` is running or paused; `ended_at` when it was met."""

    id: int
    kind: str
    schedule: Schedule
    target: timedelta
    due_at: datetime
    is_live: bool = True
    is_paused: bool = False
    ended_at: datetime | None = None
    round: int = 0


@dataclass(frozen=True, slots=True)
class Fired:
    """A rung that was reached at `at`; `told` is None while nobody has been told yet."""

    rung: RungCard
    clock_id: int
    occurrence: int
    at: datetime
    told: Sequence[int] | None
    round: int = 0
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One time people hear of a clock. `at` is None while it cannot be known: it is paused.

    Of a `done` one `people` are those who were told, and it is `earlier` if that was before the
    clock was given its present time. A `spared` one was never reached, because the clock was met
    before. One `held_back` was reached while a condition of the rung did not hold; `unmet` are
    those that do not hold now.
    """

    clock: ClockCard
    rung: RungCard
    occurrence: int
    at: datetime | None
    people: Sequence[int]
    done: bool = False
    spared: bool = False
    earlier: bool = False
    held_back: bool = False
    unmet: Sequence[Condition] = ()


def preview(
    clocks: Iterable[ClockCard],
    ladders: Mapping[int, Sequence[RungCard]],
    *,
    roster: Roster,
    fired: Iterable[Fired],
    now: datetime,
    rosters: Mapping[int, Roster] = MappingProxyType({}),
    facts: Facts = MappingProxyType({}),
) -> list[Call]:
    """Every call of a case: done ones first, then those to come, last what is paused.

    `ladders` holds the rungs in force of each clock, by its id, `rosters` those of clocks that
    are not everybody's on the case, `facts` what conditions ask about. What is due and not yet
    fired is given for now: the next sweep does it.
    """
    known = {each.id: each for each in clocks}
    past = [
        Call(
            known[each.clock_id],
            each.rung,
            each.occurrence,
            each.at,
            each.told or (),
            done=True,
            earlier=each.round < known[each.clock_id].round,
            held_back=each.held_back,
        )
        for each in fired
        if each.clock_id in known
    ]  # fmt: skip
    done = {(call.clock.id, call.rung.id, call.occurrence) for call in past if not call.earlier}
    coming = [
        Call(
            clock,
            rung,
            number,
            None if at is None else max(at, now),
            _told(rung, rosters.get(clock.id, roster)),
            unmet=unmet(rung.when, facts),
        )
        for clock in known.values()
        if clock.is_live
        for rung, number, at in _calls(clock, ladders.get(clock.id, ()))
        if (clock.id, rung.id, number) not in done
    ]
    return sorted(past, key=_when) + sorted(coming, key=_when)


def trial(
    clock: ClockCard,
    rungs: Sequence[RungCard],
    *,
    roster: Roster,
    facts: Facts = MappingProxyType({}),
) -> list[Call]:
    """What a ladder would have done with a clock, whatever its own ladder did."""
    calls = [
        Call(
            clock, rung, number, at, _told(rung, roster),
            spared=clock.ended_at is not None and at is not None and at > clock.ended_at,
            unmet=unmet(rung.when, facts),
        )
        for rung, number, at in _calls(clock, rungs)
    ]  # fmt: skip
    return sorted(calls, key=_when)


def _calls(
    clock: ClockCard, rungs: Sequence[RungCard]
) -> Iterator[tuple[RungCard, int, datetime | None]]:
    for rung in rungs:
        times = times_of(rung, clock.schedule, target=clock.target, due_at=clock.due_at)
        for number, at in enumerate(times, start=1):
            yield rung, number, None if clock.is_paused else at


def _told(rung: RungCard, roster: Roster) -> list[int]:
    return people_for(rung.tells, roster)


def _when(call: Call) -> tuple[bool, float, int, int]:
    stamp = call.at.timestamp() if call.at else 0.0
    return call.at is None, stamp, call.clock.id, call.rung.level
