"""Which tracks a failure requires, and what they together say of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from recovery.failures.states import (
    TrackEnd,
    TrackKind,
    TrackState,
    Whole,
    Worded,
)
from recovery.kernel.text import gettext_noop

POOLED_UP_TO = 1
CARE_FROM = 3


class Flag(Worded):
    """What the person who reports may tick beside the severity."""

    HOSTILE_CONTACT = "hostile_contact", gettext_noop("The contact was hostile")
    STAFF_AFFECTED = "staff_affected", gettext_noop("A colleague or a team is affected")
    VULNERABLE_PERSON = "vulnerable_person", gettext_noop("A vulnerable person is affected")
    PROMISE_BROKEN = "promise_broken", gettext_noop("We broke a promise to this customer")
    PUBLIC_ATTENTION = "public_attention", gettext_noop("Press or social media are watching")


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
