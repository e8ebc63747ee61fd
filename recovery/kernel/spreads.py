"""How amounts spread: the middle, the middle half, the ends, and what lies far outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FENCE: Final = 1.5  # Tukey: this many times the middle half beyond it is far outside


@dataclass(frozen=True, slots=True)
class Spread:
    """Of `n` amounts: least, most, median and the quartiles, by linear interpolation."""

    n: int
    least: float
    quarter: float
    median: float
    three_quarters: float
    most: float

    def is_far(self, amount: float) -> bool:
        """Whether an amount lies beyond Tukey's fences; where half of all are alike, off them."""
        reach = FENCE * (self.three_quarters - self.quarter)
        return not self.quarter - reach <= amount <= self.three_quarters + reach


def spread_of(amounts: Sequence[float]) -> Spread:
    """The spread of some amounts. Raises ValueError for none."""
    if not amounts:
        raise ValueError("no amounts")
    ordered = sorted(amounts)
    least, quarter, median, three, most = (
        _quantile(ordered, share) for share in (0, 0.25, 0.5, 0.75, 1)
    )
    return Spread(len(ordered), least, quarter, median, three, most)


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
