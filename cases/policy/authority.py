"""What one person may give, and how a budget stands, as plain sums."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.states import BudgetPeriod

_QUARTER: Final = 3


@dataclass(frozen=True, slots=True)
class Allotment:
    """One limit and how much of it is used, in minor units.

    `days` and `together` are of a limit per customer: how long a gift counts, and whether
    everybody's of the desk does.
    """

    limit: int
    used: int = 0
    days: int | None = None
    together: bool = False

    @property
    def left(self) -> int:
        """Minor units left, never negative."""
        return max(self.limit - self.used, 0)


@dataclass(frozen=True, slots=True)
class Authority:
    """What one person may still give on one case without asking; None is without that limit."""

    case: Allotment | None = Allotment(0)
    week: Allotment | None = None
    customer: Allotment | None = None

    @property
    def parts(self) -> Iterator[tuple[str, Allotment]]:
        """Each limit there is, by its scope."""
        for scope in ("case", "customer", "week"):
            allotment: Allotment | None = getattr(self, scope)
            if allotment is not None:
                yield scope, allotment

    @property
    def left(self) -> int | None:
        """Minor units left under the tightest limit; None without any."""
        return min((each.left for _scope, each in self.parts), default=None)

    def covers(self, amount_minor: int) -> bool:
        """Say whether the amount is within what is left; nothing is always within it."""
        return amount_minor == 0 or self.left is None or amount_minor <= self.left


def period_start(on: date, period: str) -> date:
    """The first day of the month or quarter a day lies in."""
    if period == BudgetPeriod.MONTH:
        return on.replace(day=1)
    return date(on.year, on.month - (on.month - 1) % _QUARTER, 1)


def next_period(start: date, period: str) -> date:
    """The first day of the period after the one that begins at `start`."""
    months = start.year * 12 + start.month - 1
    months += 1 if period == BudgetPeriod.MONTH else _QUARTER
    return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a budget stands in one period, in minor units."""

    limit: int
    spent: int = 0
    promised: int = 0
    released: int = 0
    warn_percent: int = 80

    @property
    def used(self) -> int:
        """What was given and what was promised."""
        return self.spent + self.promised

    @property
    def left(self) -> int:
        """What may still be promised without the owner's word, never negative."""
        return max(self.limit - self.used, 0)

    @property
    def percent(self) -> float:
        """The used share of the limit; a budget of nothing is used up."""
        return 100 * self.used / self.limit if self.limit else 100.0

    @property
    def is_short(self) -> bool:
        """Whether it is time to warn."""
        return self.percent >= self.warn_percent
