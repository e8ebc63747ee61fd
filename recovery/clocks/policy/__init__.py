"""Rules of time, plain: which standard holds, what a history amounts to, why it is due then."""

from recovery.clocks.policy.course import (
    Course,
    Moment,
    Spent,
    Story,
    course_of,
    pause_left,
    round_of,
    running_until,
    spent,
    story_of,
)
from recovery.clocks.policy.standards import (
    Candidate,
    ClockPlan,
    Passed,
    StandardCard,
    When,
    applies,
    candidates,
    due_after,
    standard_for,
)

__all__ = [
    "Candidate",
    "ClockPlan",
    "Course",
    "Moment",
    "Passed",
    "Spent",
    "StandardCard",
    "Story",
    "When",
    "applies",
    "candidates",
    "course_of",
    "due_after",
    "pause_left",
    "round_of",
    "running_until",
    "spent",
    "standard_for",
    "story_of",
]
