"""The simulation itself: one heap of what happens next, and the real sweeps in between."""

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Protocol

from recovery.demo.world import World
from recovery.kernel.refusals import Refusal

type Act = Callable[[datetime], object]
TICK = timedelta(hours=12)
NIGHTS, QUIET = 3, 6
OPENS, CLOSES = 8, 19


class Daily(Protocol):
    """Somebody who looks at their work once a day."""

    def __call__(self, stage: "Stage", now: datetime, /) -> None: ...


class Stage:
    """Runs acts in order of time. A refused act is counted and left out, as in life.

    `sweep(now)` is what beat rings for through the day, `nightly(now)` the rest of worker and
    beat; `daily` are those who look at their work once a day.
    """

    def __init__(
        self,
        world: World,
        *,
        seed: int,
        end: datetime,
        sweep: Callable[[datetime], object],
        nightly: Callable[[datetime], object],
        daily: Sequence[Daily],
    ) -> None:
        self.world, self.end, self.daily = world, end, daily
        self.sweep, self.nightly = sweep, nightly
        self.dice = Random(seed)  # noqa: S311  (a story, not a secret)
        self.acted = self.refused = self._acted_before = 0
        self.answered: set[int] = set()
        self.named: set[int] = set()
        # What the tales are told of, so that nobody moves it on by chance.
        self.told_failures: set[int] = set()
        self.told_items: set[int] = set()
        self.numbers = count()
        self.reasons: Counter[str] = Counter()
        self._order = count()
        self._heap: list[tuple[datetime, int, Act]] = []

    def at(self, when: datetime, act: Act) -> None:
        """Plan an act; what would lie in the future of the last day does not happen."""
        if when < self.end:
            heapq.heappush(self._heap, (when, next(self._order), act))

    def at_work(self, when: datetime, act: Act) -> None:
        """Plan an act for working hours: at night it waits until morning."""
        if not OPENS <= when.hour < CLOSES:
            day = when if when.hour < OPENS else when + timedelta(days=1)
            when = day.replace(hour=OPENS, minute=self.dice.randrange(5, 55))
        self.at(when, act)

    def run(self, start: datetime, progress: Callable[[timedelta], object]) -> None:
        """Play from `start` to the end; `progress` hears how much time each tick covered."""
        tick = start
        while tick < self.end:
            upto = min(tick + TICK, self.end)
            while self._heap and self._heap[0][0] < upto:
                when, _order, act = heapq.heappop(self._heap)
                self._act(when, act)
            self.sweep(upto)
            if upto.date() != tick.date() or upto == self.end:
                self._rest(upto)
                for look in self.daily:
                    self._act(upto, partial(look, self))
            progress(upto - tick)
            tick = upto

    def _rest(self, now: datetime) -> None:
        """Every third night will do for a play, and where nothing happens one in a week."""
        day = now.toordinal()
        happened = self.acted - self._acted_before > len(self.daily) * NIGHTS
        if now == self.end or day % QUIET == 0 or (happened and day % NIGHTS == 0):
            self._acted_before = self.acted
            self.nightly(now)

    def _act(self, when: datetime, act: Act) -> None:
        try:
            act(when)
            self.acted += 1
        except Refusal as refusal:
            self.refused += 1
            self.reasons[refusal.code] += 1
