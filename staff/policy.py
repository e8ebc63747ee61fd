"""Rules of the employee track as plain functions: what it reports, who may support whom."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from recovery.failures.states import TrackEnd, TrackState
from staff.states import EmployeeState

# From this severity on the answer "yes" is not enough: something must have been done about it.
ENABLE_FROM = 3
FOLLOW_UP_AFTER = timedelta(days=30)
# Neither case nor failure shows in a list of private tasks, so they all weigh the same there.
TASK_PRIORITY = 3
MOST_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class CareView:
    """What the track reads of one support case."""

    state: str
    offered_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReadinessView:
    """What the track reads of the readiness answer; `done` and `open` count its actions."""

    made_worse: bool
    done: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person stands: own departments, those led with all below, manager."""

    departments: frozenset[int]
    led: frozenset[int] = frozenset()
    manager_id: int | None = None


def care_given_at(cases: Collection[CareView]) -> datetime | None:
    """When the last offer was made; None while one is still to be made or nobody has looked.

    Nobody affected counts from when that was found, so that it looks the same from outside.
    """
    moments = [_care_moment(case) for case in cases]
    if not moments or None in moments:
        return None
    return max(moment for moment in moments if moment is not None)


def _care_moment(case: CareView) -> datetime | None:
    return case.ended_at if case.state == EmployeeState.NONE_AFFECTED else case.offered_at


def is_ready(readiness: ReadinessView | None, *, severity: int) -> bool:
    """Say whether the readiness question has been answered as far as `severity` (0-4) asks."""
    if readiness is None:
        return False
    if not readiness.made_worse or severity < ENABLE_FROM:
        return True
    return readiness.done > 0 and readiness.open == 0


def employee_track(
    *, cared: bool, readiness: ReadinessView | None, severity: int
) -> tuple[TrackState, TrackEnd | None]:
    """Compute the track from what all may know: offers made and readiness, never an answer."""
    if cared and is_ready(readiness, severity=severity):
        return TrackState.ENDED, TrackEnd.OK
    if cared or readiness is not None:
        return TrackState.ACTIVE, None
    return TrackState.WAITING, None


def is_outside(supporter_id: int, supporter: Place, *, person_id: int, person: Place) -> bool:
    """Say whether a supporter stands outside the person's team and line in both directions."""
    if person.departments & (supporter.departments | supporter.led):
        return False
    if supporter.departments & person.led:
        return False
    return supporter_id != person.manager_id and person_id != supporter.manager_id


def least_loaded(supporters: Iterable[int], load: Mapping[int, int]) -> list[int]:
    """Order supporters by how many open cases they hold, then by key so that it is repeatable."""
    return sorted(supporters, key=lambda each: (load.get(each, 0), each))
