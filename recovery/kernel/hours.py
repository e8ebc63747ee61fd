"""Working time: when a desk is open, how much of a span is open, and when so much has passed.

A schedule is immutable and knows nothing of storage. Hours are wall-clock times in its zone;
all sums are real elapsed time, so a shift that loses an hour to summer time is an hour shorter.
Instants come in with any zone and go out in UTC.

House rules where authors differ: a sum that ends exactly at closing stays at closing; an end
before its start measures zero; counting business days from a closed day first rolls on to the
next open day (backwards: back to the one before). A wall-clock time that does not exist is read
an hour later, one that exists twice is the first of the two.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, pairwise
from typing import Final, Self
from zoneinfo import ZoneInfo

type Hours = tuple[tuple[time, time], ...]
type Week = Mapping[int, Hours]
type Span = tuple[datetime, datetime]

ALL_DAY: Final[Hours] = ((time.min, time.min),)

_ZERO: Final = timedelta(0)
_DAY: Final = timedelta(days=1)
_KEPT_DAYS: Final = 5000
_LONGEST_CLOSURE: Final = 1500  # days, before we say that it never opens again


class NeverOpen(ValueError):  # noqa: N818  (reads as the fact it states)
    """No opening within four years: the schedule has no hours worth waiting for."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Opening hours by weekday (Monday 0), replaced on the dates in `exceptions`.

    `changes` are the weeks that hold from a date on, in order of their dates: time worked
    before a change counts by the hours of then.

    Each pair is (opens, closes); one that closes at or before its opening runs over midnight
    and belongs wholly to the date it opens on; (00:00, 00:00) is the whole day. Spans that
    overlap count once. An exception with no pairs is a closed day.
    """

    zone: ZoneInfo
    week: Week
    exceptions: Mapping[date, Hours] = field(default_factory=dict)
    changes: tuple[tuple[date, Week], ...] = ()
    _days: dict[int, tuple[Span, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _never_closes: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        weeks = [self.week, *(week for _, week in self.changes)]
        if not set(chain(*weeks)) <= set(range(7)):
            message = f"weekdays are 0 (Monday) to 6, not {sorted(set(chain(*weeks)))}"
            raise ValueError(message)
        if any(later[0] <= former[0] for former, later in pairwise(self.changes)):
            message = "changes come in the order of their dates, one a date"
            raise ValueError(message)
        pairs = chain(*(chain(*week.values()) for week in weeks), *self.exceptions.values())
        if any(clock.tzinfo is not None for pair in pairs for clock in pair):
            message = "opening hours are wall-clock times: their zone is the schedule's"
            raise ValueError(message)
        whole = all(self.week.get(weekday) == ALL_DAY for weekday in range(7))
        object.__setattr__(
            self, "_never_closes", whole and not self.exceptions and not self.changes
        )

    @classmethod
    def always(cls, zone: ZoneInfo) -> Self:
        """Return the schedule that never closes; its days are those of `zone`."""
        return cls(zone, dict.fromkeys(range(7), ALL_DAY))

    # Instants and spans of time

    def add(self, start: datetime, working: timedelta) -> datetime:
        """Return when `working` has passed after `start`; back in time if it is negative.

        Nothing added in closed time gives the next opening.
        """
        if working < _ZERO:
            return self.subtract(start, -working)
        at = start.astimezone(UTC)
        if self._never_closes:
            return at + working
        for opens, closes in self._forward(at):
            begins = max(opens, at)
            if working <= closes - begins:
                return begins + working
            working -= closes - begins
        raise NeverOpen

    def subtract(self, end: datetime, working: timedelta) -> datetime:
        """Return the latest start from which `working` has passed at `end`.

        Nothing subtracted in closed time gives the closing before.
        """
        if working < _ZERO:
            return self.add(end, -working)
        at = end.astimezone(UTC)
        if self._never_closes:
            return at - working
        for opens, closes in self._backward(at):
            ends = min(closes, at)
            if working <= ends - opens:
                return ends - working
            working -= ends - opens
        raise NeverOpen

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from `start` to `end`; zero if `end` is not later."""
        begins, ends = start.astimezone(UTC), end.astimezone(UTC)
        if ends <= begins:
            return _ZERO
        if self._never_closes:
            return ends - begins
        total = _ZERO
        for day in range(self._date(begins) - 1, self._date(ends) + 1):
            for opens, closes in self._spans(day):
                if opens < ends and closes > begins:
                    total += min(closes, ends) - max(opens, begins)
        return total

    def is_open(self, at: datetime) -> bool:
        """Say whether `at` is in working time; the instant of closing is not."""
        moment = at.astimezone(UTC)
        today = self._date(moment)
        spans = chain(self._spans(today - 1), self._spans(today))
        return any(opens <= moment < closes for opens, closes in spans)

    def next_opening(self, at: datetime) -> datetime:
        """Return `at` itself in working time, else when the desk next opens."""
        moment = at.astimezone(UTC)
        for opens, closes in self._forward(moment):
            if closes > moment:
                return max(opens, moment)
        raise NeverOpen

    def previous_closing(self, at: datetime) -> datetime:
        """Return `at` itself in working time, else when the desk last closed."""
        moment = at.astimezone(UTC)
        for opens, closes in self._backward(moment):
            if opens < moment:
                return min(closes, moment)
        raise NeverOpen

    def intervals(self, start: datetime) -> Iterator[Span]:
        """Yield the open spans from `start` on, the first cut to it, in order, without end."""
        moment = start.astimezone(UTC)
        for opens, closes in self._forward(moment):
            if closes > moment:
                yield max(opens, moment), closes

    def open_intervals(self, day: date) -> tuple[Span, ...]:
        """Return the spans that open on `day`, less what a night shift before already covers."""
        return self._spans(day.toordinal())

    # Business days

    def hours_on(self, day: date) -> Hours:
        """Return the hours declared for `day`."""
        found = self.exceptions.get(day)
        return self.week_on(day).get(day.weekday(), ()) if found is None else found

    def week_on(self, day: date) -> Week:
        """Return the week in force on `day`."""
        for since, week in reversed(self.changes):
            if since <= day:
                return week
        return self.week

    def is_business_day(self, day: date) -> bool:
        """Say whether the desk opens on `day` at all."""
        return bool(self.hours_on(day))

    def roll_forward(self, day: date) -> date:
        """Return `day` if it is a business day, else the next one."""
        return self._roll(day, _DAY)

    def roll_backward(self, day: date) -> date:
        """Return `day` if it is a business day, else the one before."""
        return self._roll(day, -_DAY)

    def add_business_days(self, day: date, count: int) -> date:
        """Return the business day `count` after `day`, or before it if `count` is negative."""
        step = _DAY if count >= 0 else -_DAY
        day = self._roll(day, step)
        for _ in range(abs(count)):
            day = self._roll(day + step, step)
        return day

    def business_days_between(self, start: date, end: date) -> int:
        """Count the business days from `start` up to, not including, `end`."""
        days = map(date.fromordinal, range(start.toordinal(), end.toordinal()))
        return sum(map(self.is_business_day, days))

    def add_days(self, start: datetime, count: int) -> datetime:
        """Return the same time of day `count` business days later (earlier if negative).

        A closed day counts as its next opening (backwards: the closing before). If the time
        found is not in working time it moves to the next opening (backwards: closing).
        """
        local = start.astimezone(self.zone)
        if not self.is_business_day(local.date()):
            moved = self.next_opening(local) if count >= 0 else self.previous_closing(local)
            local = moved.astimezone(self.zone)
        day = self.add_business_days(local.date(), count)
        found = datetime.combine(day, local.time(), self.zone)
        return self.next_opening(found) if count >= 0 else self.previous_closing(found)

    def _roll(self, day: date, step: timedelta) -> date:
        for _ in range(_LONGEST_CLOSURE):
            if self.is_business_day(day):
                return day
            day += step
        raise NeverOpen

    # Open spans by the date they open on

    def _date(self, moment: datetime) -> int:
        return moment.astimezone(self.zone).toordinal()

    def _forward(self, at: datetime) -> Iterator[Span]:
        """Yield the spans that close at `at` or later."""
        day = self._date(at) - 1
        closed = 0
        while closed < _LONGEST_CLOSURE:
            spans = self._spans(day)
            closed = 0 if spans else closed + 1
            for span in spans:
                if span[1] >= at:
                    yield span
            day += 1

    def _backward(self, at: datetime) -> Iterator[Span]:
        """Yield the spans that open at `at` or earlier, the latest first."""
        day = self._date(at)
        closed = 0
        while closed < _LONGEST_CLOSURE:
            spans = self._spans(day)
            closed = 0 if spans else closed + 1
            for span in reversed(spans):
                if span[0] <= at:
                    yield span
            day -= 1

    def _spans(self, day: int) -> tuple[Span, ...]:
        known = self._days.get(day)
        if known is None:
            if len(self._days) >= _KEPT_DAYS:
                self._days.clear()
            known = self._days[day] = self._opened(date.fromordinal(day))
        return known

    def _opened(self, day: date) -> tuple[Span, ...]:
        # A span is 24 hours at most, so only the day before can reach into this one.
        covered = max(
            (closes for _, closes in self._declared(day - _DAY)),
            default=datetime.min.replace(tzinfo=UTC),
        )
        found: list[Span] = []
        for opens, closes in sorted(self._declared(day)):
            begins = max(opens, covered)
            if begins < closes:
                found.append((begins, closes))
                covered = closes
        return tuple(found)

    def _declared(self, day: date) -> Iterator[Span]:
        for opens, closes in self.hours_on(day):
            last = day if closes > opens else day + _DAY
            yield (
                datetime.combine(day, opens, self.zone).astimezone(UTC),
                datetime.combine(last, closes, self.zone).astimezone(UTC),
            )
