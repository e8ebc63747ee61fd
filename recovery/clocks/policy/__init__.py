"""Rules of time, plain: which standard holds, what a history amounts to, why it is due then."""

from recovery.clocks.policy.course import (
    Course,
    Moment,
    Spent,
    Story,
    course_of,
    pause_left,
    running_until,
    spent,
    story_of,
)
from recovery.clocks.policy.standards import ClockPlan, StandardCard, due_after, standard_for

__all__ = [
    "ClockPlan",
    "Course",
    "Moment",
    "Spent",
    "StandardCard",
    "Story",
    "course_of",
    "due_after",
    "pause_left",
    "running_until",
    "spent",
    "standard_for",
    "story_of",
]
