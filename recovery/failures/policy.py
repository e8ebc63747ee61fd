"""Rules of the spine as plain functions: whole status, priority, which tracks, neutral titles."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from recovery.failures.states import (
    Channel,
    TrackEnd,
    TrackKind,
    TrackState,
    Whole,
    Worded,
)
from recovery.kernel.text import gettext_noop

POOLED_UP_TO = 1
CARE_FROM = 3
LEGAL_URGENT_FROM = 0.75
TITLE_LENGTH = 160


class Flag(Worded):
    """What the person who reports may tick beside the severity."""

    HOSTILE_CONTACT = "hostile_contact", gettext_noop("The contact was hostile")
    STAFF_AFFECTED = "staff_affected", gettext_noop("A colleague or a team is affected")
    VULNERABLE_PERSON = "vulnerable_person", gettext_noop("A vulnerable person is affected")
    PROMISE_BROKEN = "promise_broken", gettext_noop("We broke a promise to this customer")
    PUBLIC_ATTENTION = "public_attention", gettext_noop("Press or social media are watching")


class PriorityReason(Worded):
    """Why a failure has its priority; always shown beside it."""

    AT_RISK_NOW = "at_risk_now", gettext_noop("somebody is at risk now")
    LEGAL_CLOCK = "legal_clock", gettext_noop("a legal time limit is three quarters gone")
    GRADE_4 = "grade_4", gettext_noop("one kind of harm is at its worst")
    DOUBLE_DEVIATION = "double_deviation", gettext_noop("the recovery failed as well")
    GRADE_3 = "grade_3", gettext_noop("serious in one respect")
    REST = "rest", gettext_noop("no rule makes it more urgent")


# What a colleague goes through says nothing about the process.
_CARE_FLAGS = frozenset({Flag.HOSTILE_CONTACT, Flag.STAFF_AFFECTED})
_OPEN = frozenset({TrackState.WAITING, TrackState.ACTIVE})
# The first end found among the tracks names the whole; no such end is recovered.
_WHOLE_BY_END = (
    (TrackEnd.PARTLY, Whole.CLOSED_PARTLY),
    (TrackEnd.FAILED, Whole.CLOSED_UNRECOVERED),
    (TrackEnd.WAIVED, Whole.CLOSED_WAIVED),
    (TrackEnd.OK_UNCONFIRMED, Whole.RECOVERED_UNCONFIRMED),
)


@dataclass(frozen=True, slots=True)
class TrackView:
    """What the whole status reads of one track; `ended_before` once it has ended and reopened."""

    state: str
    end: str = ""
    ended_before: bool = False


@dataclass(frozen=True, slots=True)
class TrackPlan:
    """How a track begins: state, end and the codes that say why."""

    state: TrackState
    end: str = ""
    reasons: tuple[str, ...] = ()


def whole_status(tracks: Mapping[TrackKind, TrackView], *, had_ended: bool = False) -> Whole:
    """Compute what the tracks together say; first rule that fits wins.

    `had_ended`: all required tracks had ended before, though perhaps not the one open now (a
    customer found to be affected after all). A pool entry made by rule is not a start.
    """
    required = [track for track in tracks.values() if track.state != TrackState.NOT_REQUIRED]
    if not required:
        return Whole.NOTED
    still_open = [track for track in required if track.state in _OPEN]
    if still_open:
        return _open_status(required, still_open, had_ended=had_ended)
    ends = {track.end for track in required}
    return next((whole for end, whole in _WHOLE_BY_END if end in ends), Whole.RECOVERED)


def _open_status(
    required: Collection[TrackView], still_open: Collection[TrackView], *, had_ended: bool
) -> Whole:
    if had_ended or any(track.ended_before for track in still_open):
        return Whole.REOPENED
    started = any(
        track.state != TrackState.WAITING and track.end != TrackEnd.POOLED for track in required
    )
    return Whole.RECOVERING if started else Whole.OPEN


def priority_of(
    severity: Mapping[str, int],
    *,
    at_risk_now: bool = False,
    double_deviation: bool = False,
    legal_share: float = 0.0,
) -> tuple[int, PriorityReason]:
    """Return (1 to 4, why). `severity` has grades 0 to 4; `legal_share` is time used, 0 to 1."""
    worst = max(severity.values(), default=0)
    if at_risk_now:
        return 1, PriorityReason.AT_RISK_NOW
    if legal_share >= LEGAL_URGENT_FROM:
        return 1, PriorityReason.LEGAL_CLOCK
    if worst >= 4:
        return 2, PriorityReason.GRADE_4
    if double_deviation:
        return 2, PriorityReason.DOUBLE_DEVIATION
    if worst == 3:
        return 3, PriorityReason.GRADE_3
    return 4, PriorityReason.REST


def required_tracks(
    severity: Mapping[str, int],
    *,
    affected: int,
    complained: bool,
    no_reach: bool = False,
    flags: Collection[str] = (),
    at_risk_now: bool = False,
) -> dict[TrackKind, TrackPlan]:
    """Say for each track whether it is required and why, so that small things open no forms.

    The employee track gives one reason only, whatever made it required.
    """
    worst = max(severity.values(), default=0)
    return {
        TrackKind.CUSTOMER: _customer_track(
            affected=affected, complained=complained, no_reach=no_reach
        ),
        TrackKind.PROCESS: _process_track(worst, flags, at_risk_now=at_risk_now),
        TrackKind.EMPLOYEE: _employee_track(worst, flags),
    }


def _customer_track(*, affected: int, complained: bool, no_reach: bool) -> TrackPlan:
    if complained:
        return TrackPlan(TrackState.WAITING, reasons=("complaint",))
    if affected:
        return TrackPlan(TrackState.WAITING, reasons=("customers_affected",))
    return TrackPlan(
        TrackState.NOT_REQUIRED, reasons=("no_reach" if no_reach else "nobody_known",)
    )


def _process_track(worst: int, flags: Collection[str], *, at_risk_now: bool) -> TrackPlan:
    reasons = [f"grade_{worst}"] if worst > POOLED_UP_TO else []
    reasons += sorted(set(flags) - _CARE_FLAGS)
    if at_risk_now:
        reasons.append("at_risk_now")
    if reasons:
        return TrackPlan(TrackState.WAITING, reasons=tuple(reasons))
    return TrackPlan(TrackState.ENDED, end=TrackEnd.POOLED, reasons=("low_severity",))


def _employee_track(worst: int, flags: Collection[str]) -> TrackPlan:
    if worst >= CARE_FROM or _CARE_FLAGS.intersection(flags):
        return TrackPlan(TrackState.WAITING, reasons=("rule",))
    return TrackPlan(TrackState.NOT_REQUIRED)


# Beginnings of words that should make the form ask "is anyone at risk right now?" with yes.
_RISK = re.compile(
    r"\b(?:medic(?:ine|ation|al help)|insulin|inhaler|epi-?pen|oxygen|diabet|allerg|anaphyla"
    r"|wheelchair|unaccompanied|lost child|child(?:ren)? (?:is |was |are )?alone|baby|pregnan"
    r"|hurt|injur|bleed|burn(?:ed|t)\b|faint|unconscious|chest pain|collapsed|ambulance"
    r"|suicid|assault|threaten|attacked|unsafe|smoke|fire\b|poison)\w*",
    re.IGNORECASE,
)


def risk_words(words: str) -> tuple[str, ...]:
    """Return the words that suggest somebody is at risk now, each once, in order, lower case."""
    return tuple(dict.fromkeys(found.group().lower() for found in _RISK.finditer(words)))


_BY_CHANNEL: Mapping[str, str] = {
    Channel.PHONE: "Complaint by phone",
    Channel.EMAIL: "Complaint by e-mail",
    Channel.WEB: "Complaint from the web",
    Channel.SOCIAL: "Complaint on social media",
    Channel.IN_PERSON: "Complaint in person",
    Channel.LETTER: "Complaint by letter",
    Channel.API: "Complaint from another system",
    Channel.INTERNAL: "Failure noticed inside the house",
}


def title_of(
    *, mode: str = "", category: str = "", channel: str = "", service_reference: str = ""
) -> str:
    """Return a neutral title that names nobody: how it failed, then what it was about.

    The words people wrote never enter a title.
    """
    title = mode or category or _BY_CHANNEL.get(channel, "Failure")
    if service_reference:
        title = f"{title}, {service_reference}"
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…"
