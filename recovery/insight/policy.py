"""What the figures of the boards mean: horizons, names, small-sample rules. No tables here."""

from dataclasses import dataclass
from datetime import date, timedelta

from recovery.kernel.statistics import Estimate, Rating, wilson
from recovery.kernel.text import gettext_noop


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated step of a failure, judged at its own horizon on those old enough to be judged."""

    key: str
    track: str
    name: str
    horizon: timedelta
    words: str
    definition: str


# Horizons of practice.md item 2; house defaults, not research.
MILESTONES = (
    Milestone(
        "customer", "customer", gettext_noop("Customer whole"), timedelta(days=30),
        gettext_noop("within 30 days"),
        gettext_noop(
            "Of failures whose customer track is required and which are 30 days old or older: "
            "the track had ended well within 30 days of being noticed. Waived is not counted."
        ),
    ),
    Milestone(
        "learning", "process", gettext_noop("Learning placed"), timedelta(days=30),
        gettext_noop("within 30 days"),
        gettext_noop(
            "Of failures whose process track is required and which are 30 days old or older: "
            "within 30 days pooled with a review date, or in a contained process case."
        ),
    ),
    Milestone(
        "proof", "process", gettext_noop("Fix proven"), timedelta(days=365),
        gettext_noop("within 365 days"),
        gettext_noop(
            "Of failures linked to a process case and a year old or older: a fix proven to target, "
            "or improved, within 365 days. Proof takes long; younger failures are not judged."
        ),
    ),
    Milestone(
        "care", "employee", gettext_noop("Care offered"), timedelta(hours=72),
        gettext_noop("within 72 hours"),
        gettext_noop(
            "Of failures whose employee track is required and which are 4 days old or older: an "
            "offer was made to everyone hit within 72 hours. Never who, never what they said."
        ),
    ),
)  # fmt: skip
STANDARD_SHARE = 0.9  # house default: nine of ten clocks met
GROUP_PRIVACY = 7
# What a promise counts as once the customer agreed to another time: shown apart.
PROMISE_MOVED = "promise_moved"


@dataclass(frozen=True, slots=True)
class Share:
    """x of n with what may be shown of it; `estimate` is None below ten."""

    met: int
    due: int
    rating: Rating
    estimate: Estimate | None


def share_of(met: int, due: int, *, least: int = 0) -> Share:
    """Judge a proportion by the house rules; below `least` nothing of it is shown at all."""
    rating = Rating.of(due) if due >= least else Rating.HIDDEN
    estimate = wilson(met, due) if rating >= Rating.INTERVAL else None
    return Share(met, due, rating, estimate)


def matured_before(today: date, milestone: Milestone) -> date:
    """The first day too young to be judged: a cohort counts when its whole horizon has passed."""
    return today - timedelta(days=-(-milestone.horizon // timedelta(days=1)))


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` up to, not including, `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def before(self) -> "Period":
        """The period of the same length just before this one."""
        return Period(self.start - timedelta(days=self.days), self.start)
