"""Rules of escalation, plain: rungs in time, people, what will happen, what a ladder may be."""

from recovery.escalation.policy.drafts import RungDraft, faults_of
from recovery.escalation.policy.people import Roster, Seat, people_for
from recovery.escalation.policy.preview import Call, ClockCard, Fired, preview, trial
from recovery.escalation.policy.rungs import (
    JUST_AFTER,
    Decision,
    LadderCard,
    RungCard,
    decide,
    ladder_for,
    times_of,
)

__all__ = [
    "JUST_AFTER",
    "Call",
    "ClockCard",
    "Decision",
    "Fired",
    "LadderCard",
    "Roster",
    "RungCard",
    "RungDraft",
    "Seat",
    "decide",
    "faults_of",
    "ladder_for",
    "people_for",
    "preview",
    "times_of",
    "trial",
]
