"""Geometry of charts. Drawn here rather than by a script, so that they need none, print, and a
strict content policy has nothing to refuse; the table twin comes from the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from recovery.insight.policy import Share
from recovery.kernel.statistics import Rating

WIDE, NARROW = 620, 340
ROW: Final = 30
TOP: Final = 10
FOOT: Final = 26
MARK: Final = 5


@dataclass(frozen=True, slots=True)
class Tick:
    """A grid line and its label."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One share: its point and interval in pixels, or only the words where n is too small."""

    label: str
    y: float
    text: str
    track: str = ""
    point: float | None = None
    low: float = 0
    high: float = 0
    bold: bool = False

    @property
    def baseline(self) -> float:
        return self.y + 4


@dataclass(frozen=True, slots=True)
class BarRow:
    """One count: the length of its bar and of the hatched part of it."""

    label: str
    y: float
    length: float
    hatched: float
    text: str
    strong: bool = True

    @property
    def baseline(self) -> float:
        return self.y + 13


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart at one width: `left` is where the scale begins."""

    width: int
    height: int
    left: float
    right: float
    ticks: Sequence[Tick]
    rows: Sequence[IntervalRow] | Sequence[BarRow]
    standard: float | None = None

    @property
    def floor(self) -> float:
        return self.height - FOOT + 4

    @property
    def tick_y(self) -> float:
        return self.height - 6

    @property
    def side(self) -> float:
        """Where words at the end of a row begin."""
        return self.right + 12


@dataclass(frozen=True, slots=True)
class Labelled:
    """A share with its name, the words beside it and, on track charts, its track."""

    label: str
    share: Share
    text: str
    track: str = ""


def intervals(
    rows: Sequence[Labelled], *, width: int, standard: float | None = None
) -> Drawing:
    """Draw shares from 0 to 100 % as points with their intervals."""
    left, right = (140, width - 168) if width == WIDE else (112, width - 112)
    height = TOP + ROW * len(rows) + FOOT + (14 if standard is not None else 0)
    top = TOP + (14 if standard is not None else 0)

    def x(share: float) -> float:
        return round(left + share * (right - left), 1)

    drawn = []
    for place, row in enumerate(rows):
        found = row.share.estimate
        drawn.append(
            IntervalRow(
                label=row.label,
                y=top + ROW * place + ROW / 2,
                text=row.text,
                track=row.track,
                point=x(found.value) if found else None,
                low=x(found.low) if found else 0,
                high=x(found.high) if found else 0,
                bold=row.share.rating >= Rating.EMPHASISED,
            )
        )
    steps = (0, 25, 50, 75, 100) if width == WIDE else (0, 50, 100)
    return Drawing(
        width=width,
        height=height,
        left=left,
        right=right,
        ticks=[
            Tick(x(step / 100), f"{step} %" if step == 100 else str(step)) for step in steps
        ],
        rows=drawn,
        standard=x(standard) if standard is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """A count with its name, how much of it is hatched, and the words behind the bar."""

    label: str
    count: int
    text: str
    hatched: int = 0
    strong: bool = True


def bars(rows: Sequence[Counted], *, width: int) -> Drawing:
    """Draw counts as bars from zero; the longest takes the width that its words leave."""
    left, right = (224, width - 90) if width == WIDE else (122, width - 84)
    most = max((row.count for row in rows), default=0) or 1

    def length(count: int) -> float:
        return round(count / most * (right - left), 1)

    drawn = [
        BarRow(
            label=row.label,
            y=TOP + ROW * place,
            length=length(row.count),
            hatched=length(row.hatched),
            text=row.text,
            strong=row.strong,
        )
        for place, row in enumerate(rows)
    ]
    return Drawing(
        width=width,
        height=TOP + ROW * len(rows) + 6,
        left=left,
        right=right,
        ticks=(),
        rows=drawn,
    )
