"""Rules of the spine, plain: which tracks, how urgent, neutral words, facts to ask about."""

from recovery.failures.policy.facts import FACTS, Fact, facts_from
from recovery.failures.policy.priority import PriorityReason, priority_of
from recovery.failures.policy.tracks import (
    Flag,
    TrackPlan,
    TrackView,
    required_tracks,
    whole_status,
)
from recovery.failures.policy.words import risk_words, title_of

__all__ = [
    "FACTS",
    "Fact",
    "Flag",
    "PriorityReason",
    "TrackPlan",
    "TrackView",
    "facts_from",
    "priority_of",
    "required_tracks",
    "risk_words",
    "title_of",
    "whole_status",
]
