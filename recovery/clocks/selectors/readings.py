"""Reading clocks: what is due, in words. Constant queries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from recovery.clocks.models import Clock
from recovery.clocks.policy import running_until, spent
from recovery.clocks.selectors.standards import WORKING_DAY, card_of
from recovery.clocks.states import ClockKind, ClockState
from recovery.kernel.hours import Schedule
from recovery.org.selectors import schedule_of
from recovery.web.components import level_of
from recovery.web.words import duration

LIVE = (ClockState.RUNNING, ClockState.PAUSED)


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock in words. `level` is 0, 50, 75 or 100; `percent` the share of its time used."""

    level: int
    percent: float
    words: str
    detail: str
    paused: bool
    kind: ClockKind
    due_at: datetime
    id: int
    law: str = ""
    authority: str = ""

    @property
    def name(self) -> str:
        """What the clock is about: "Acknowledge"."""
        return _(self.kind.word)


def live_clocks(item_ids: Collection[int]) -> dict[int, list[Clock]]:
    """Running and paused clocks of each item, the soonest due first; one query."""
    found: dict[int, list[Clock]] = {}
    clocks = Clock.objects.filter(item_id__in=list(item_ids), state__in=LIVE)
    for clock in clocks.order_by("due_at", "id"):
        found.setdefault(clock.item_id, []).append(clock)
    return found


def clocks_of(item_id: int) -> list[Clock]:
    """Every clock an item ever had, in the order they were started; one query."""
    return list(Clock.objects.filter(item_id=item_id).order_by("started_at", "id"))


def readings_for(item_ids: Collection[int], now: datetime) -> dict[int, Reading]:
    """The most urgent live clock of each item, running before paused; one query."""
    return {
        item_id: reading(min(clocks, key=_is_paused), now)
        for item_id, clocks in live_clocks(item_ids).items()
    }


def all_readings(item_id: int, now: datetime) -> list[Reading]:
    """Every live clock of one item, running before paused, the soonest first; one query."""
    clocks = live_clocks([item_id]).get(item_id, [])
    return [reading(clock, now) for clock in sorted(clocks, key=_is_paused)]


def _is_paused(clock: Clock) -> bool:
    return clock.state == ClockState.PAUSED


def reading(clock: Clock, now: datetime) -> Reading:
    """What a clock says now, or said when it was met or cancelled. No query."""
    schedule = schedule_of(clock.calendar_id)
    target = timedelta(seconds=clock.target_seconds)
    seen = running_until(clock.paused_at, clock.due_at, clock.met_at or now)
    state = spent(schedule, target=target, due_at=clock.due_at, looked_at=seen)
    unit = _unit(schedule)
    card = card_of(clock.standard_id) if clock.kind == ClockKind.REGULATORY else None
    percent = round(state.share * 100, 1)
    return Reading(
        level=_level(clock, percent, is_over=state.is_over),
        percent=percent,
        words=_words(clock, target - state.left, unit, is_closed=not schedule.is_open(seen)),
        detail=_detail(clock.target_seconds, unit),
        paused=_is_paused(clock),
        kind=ClockKind(clock.kind),
        due_at=clock.due_at,
        id=clock.pk,
        law=card.law if card else "",
        authority=card.authority if card else "",
    )


def _level(clock: Clock, percent: float, *, is_over: bool) -> int:
    if clock.state == ClockState.CANCELLED:
        return 0
    return 100 if is_over else min(75, level_of(percent))


def _unit(schedule: Schedule) -> int | None:
    """Seconds of a working day; None where the clock runs at all hours."""
    return None if schedule == Schedule.always(schedule.zone) else WORKING_DAY


def _words(clock: Clock, used: timedelta, unit: int | None, *, is_closed: bool) -> str:
    left = clock.target_seconds - used.total_seconds()
    if clock.state == ClockState.MET:
        return _met_words(clock, left, unit)
    if clock.state == ClockState.CANCELLED:
        return _("No longer needed")
    if clock.state == ClockState.PAUSED:
        return _("Paused, %(duration)s used") % {
            "duration": _length(used.total_seconds(), unit)
        }
    if left == 0 and is_closed:
        return _("Over, desk closed")
    sentence = _("%(duration)s over") if left < 0 else _("%(duration)s left")
    return sentence % {"duration": _length(left, unit)}


def _met_words(clock: Clock, left: float, unit: int | None) -> str:
    if clock.met_at is not None and clock.met_at > clock.due_at:
        return _("%(duration)s late") % {"duration": _length(-left, unit)}
    return _("Kept") if clock.breached_at is None else _("Kept after more time was given")


def _length(seconds: float, unit: int | None) -> str:
    """A length of time; working time is told in days of eight hours."""
    if unit and abs(seconds) >= 2 * unit:
        return _("%(count)d d") % {"count": abs(seconds) // unit}
    return duration(seconds)


def _detail(seconds: int, unit: int | None) -> str:
    if unit is None:
        return _("of %(duration)s") % {"duration": duration(seconds)}
    if seconds >= 2 * unit:
        return _("of %(count)d working days") % {"count": seconds // unit}
    return _("of %(duration)s working time") % {"duration": duration(seconds)}
