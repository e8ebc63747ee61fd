"""What a clock says: pure arithmetic over when it started, paused and stopped.

Nothing counts up. A reading is computed from events whenever somebody looks, so a clock cannot
drift, and a pause that was entered late corrects it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from recovery.kernel.hours import Schedule, Span

type Pause = tuple[datetime, datetime | None]

FULLEST: Final = 1.2  # a bar is drawn to 120 % and no further

_ZERO: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Timing:
    """The facts of one clock.

    `target` is working time in `schedule`, above zero. A pause whose end is None still lasts;
    pauses may overlap. `pause_cap` is the working time that all pauses may take together:
    beyond it the clock runs whether paused or not.
    """

    start: datetime
    target: timedelta
    schedule: Schedule
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None
    pause_cap: timedelta | None = None

    def __post_init__(self) -> None:
        if self.target <= _ZERO:
            message = f"a clock needs a target above zero, not {self.target}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock says at one moment.

    `due_at` is when the target is reached, None while a pause without end holds it back; for a
    stopped clock it is when it would have been. `elapsed` is working time. Over means later
    than due: at the due time itself it is still kept.
    """

    target: timedelta
    due_at: datetime | None
    elapsed: timedelta
    is_paused: bool
    is_stopped: bool
    is_over: bool

    @property
    def left(self) -> timedelta:
        """Working time left; negative when over."""
        return self.target - self.elapsed

    @property
    def share(self) -> float:
        """The part of the target used, 0 to 1.2."""
        return min(FULLEST, self.elapsed / self.target)

    @property
    def next_due_at(self) -> datetime | None:
        """When the clock will next need somebody: None once it is stopped."""
        return None if self.is_stopped else self.due_at


def read(timing: Timing, *, at: datetime) -> Reading:
    """Return what the clock says at `at`, or said when it stopped if that was before."""
    # Within one zone Python compares wall-clock times, wrong in the hour that comes twice.
    now, start, stop = (
        at.astimezone(UTC),
        timing.start.astimezone(UTC),
        _earliest(timing.stopped_at),
    )
    moment = now if stop is None else min(now, stop)
    has_stopped = stop is not None and stop <= now
    stretches = list(_running(timing))
    due_at = _due(timing, stretches, timing.target)
    return Reading(
        target=timing.target,
        due_at=due_at,
        elapsed=sum(
            (
                timing.schedule.between(begins, moment if ends is None else min(ends, moment))
                for begins, ends in stretches
            ),
            _ZERO,
        ),
        is_paused=not (has_stopped or moment < start or _runs(stretches, moment)),
        is_stopped=has_stopped,
        is_over=due_at is not None and moment > due_at,
    )


def due(timing: Timing, *, share: float = 1.0) -> datetime | None:
    """Return when `share` of the target is used; None while a pause without end prevents it.

    A stopped clock answers as if it had run on from there.
    """
    return _due(timing, _running(timing), timing.target * share)


def counted(timing: Timing) -> Iterator[Span]:
    """Yield the working spans that add up to the target, in order; the last ends at `due`.

    A pause without end breaks off: then they add up to what is used before it.
    """
    left = timing.target
    for begins, ends in _running(timing):
        for opens, closes in timing.schedule.intervals(begins):
            if ends is not None and opens >= ends:
                break
            stops = opens + min(left, (closes if ends is None else min(closes, ends)) - opens)
            if stops > opens:
                yield opens, stops
            left -= stops - opens
            if not left:
                return


def _due(timing: Timing, stretches: Iterable[Pause], working: timedelta) -> datetime | None:
    for begins, ends in stretches:
        if ends is None:
            return timing.schedule.add(begins, working)
        within = timing.schedule.between(begins, ends)
        if working <= within:
            return timing.schedule.add(begins, working)
        working -= within
    return None


def _runs(stretches: Iterable[Pause], moment: datetime) -> bool:
    return any(b <= moment and (e is None or moment < e) for b, e in stretches)


def _running(timing: Timing) -> Iterator[Pause]:
    """Yield the stretches in which the clock runs; an end of None is for ever."""
    begins = timing.start.astimezone(UTC)
    for paused, resumed in _capped(timing):
        if paused > begins:
            yield begins, paused
        if resumed is None:
            return
        begins = resumed
    yield begins, None


def _capped(timing: Timing) -> Iterator[Pause]:
    """Yield the pauses in order, apart, within the clock's life and its cap."""
    left = timing.pause_cap
    for begins, ends in _apart(timing):
        if left is None:
            yield begins, ends
            continue
        latest = timing.schedule.add(begins, left)
        resumes = latest if ends is None else min(ends, latest)
        left -= timing.schedule.between(begins, resumes)
        yield begins, resumes


def _apart(timing: Timing) -> Iterator[Pause]:
    """Yield the pauses joined where they overlap, cut to between start and stop."""
    last = timing.start.astimezone(UTC)
    for paused, resumed in sorted(timing.pauses, key=lambda pause: pause[0].astimezone(UTC)):
        begins = max(last, paused.astimezone(UTC))
        ends = _earliest(resumed, timing.stopped_at)
        if ends is None:
            yield begins, None
            return
        if ends > begins:
            yield begins, ends
            last = ends


def _earliest(*moments: datetime | None) -> datetime | None:
    known = [moment.astimezone(UTC) for moment in moments if moment is not None]
    return min(known, default=None)
