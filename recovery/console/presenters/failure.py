"""The failure's own part of its page, and its row in lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from recovery.failures.models import Failure, Track, Waiver
from recovery.failures.policy import PriorityReason
from recovery.failures.selectors import reference_of
from recovery.failures.states import (
    SEVERITIES,
    Channel,
    Detection,
    TrackEnd,
    TrackKind,
    TrackState,
    WaiverReason,
    Whole,
)
from recovery.kernel.text import gettext_noop

_ARCS = {
    TrackEnd.OK: "done",
    TrackEnd.POOLED: "done",
    TrackEnd.OK_UNCONFIRMED: "unconfirmed",
    TrackEnd.WAIVED: "waived",
    TrackEnd.FAILED: "failed",
    TrackEnd.PARTLY: "failed",
}
_STATES = {
    TrackState.WAITING: "waiting",
    TrackState.ACTIVE: "active",
    TrackState.NOT_REQUIRED: "none",
}
_KINDS = {
    Whole.RECOVERED: "ok",
    Whole.REOPENED: "warn",
    Whole.CLOSED_UNRECOVERED: "bad",
    Whole.CLOSED_PARTLY: "warn",
}
_SEVERITY_NAMES = {
    "experience": gettext_noop("Experience"),
    "trust": gettext_noop("Trust"),
    "safety": gettext_noop("Safety"),
    "quality": gettext_noop("Quality"),
    "money": gettext_noop("Money"),
    "legal": gettext_noop("Legal"),
}
_REASONS: Mapping[str, str] = {
    "complaint": gettext_noop("somebody complained"),
    "customers_affected": gettext_noop("customers are affected"),
    "no_reach": gettext_noop("it reached no customer"),
    "nobody_known": gettext_noop("no affected customer is known"),
    "low_severity": gettext_noop("small by itself, kept with others of its kind"),
    "at_risk_now": gettext_noop("somebody was at risk"),
    "rule": gettext_noop("by rule"),
    "hostile_contact": gettext_noop("the contact was hostile"),
    "vulnerable_person": gettext_noop("a vulnerable person is affected"),
    "promise_broken": gettext_noop("we broke a promise"),
    "public_attention": gettext_noop("the public is watching"),
    "grade_2": gettext_noop("a severity of 2"),
    "grade_3": gettext_noop("a severity of 3"),
    "grade_4": gettext_noop("a severity of 4"),
}


@dataclass(frozen=True, slots=True)
class TrackLine:
    """One track in the "why" box: its arc state, and in words how far it is and why it is there."""

    kind: str
    arc: str
    words: str
    done: bool
    reasons: str


@dataclass(frozen=True, slots=True)
class SeverityLine:
    """One of the six grades; `worst` marks those that set the priority."""

    name: str
    grade: int
    worst: bool


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A failure in a list."""

    reference: str
    title: str
    priority: str
    ring: Sequence[tuple[str, str]]
    status: str
    status_kind: str
    department: str
    category: str
    people: str
    detected_at: datetime


def arc_of(track: Track) -> str:
    """The drawing of a track in the ring."""
    if track.state == TrackState.ENDED:
        return _ARCS[TrackEnd(track.end)]
    return _STATES[TrackState(track.state)]


def ring_of(tracks: Sequence[Track]) -> list[tuple[str, str]]:
    """The ring of a failure in the fixed order."""
    arcs = {track.kind: arc_of(track) for track in tracks}
    return [(kind.value, arcs.get(kind.value, "none")) for kind in TrackKind]


def people_words(failure: Failure) -> str:
    """Who is affected and how far they are, in words."""
    if not failure.affected_count:
        return _("nobody known affected")
    if failure.affected_count == 1:
        return _("1 person, whole again") if failure.made_whole_count else _("1 person")
    return _("%(whole)d of %(all)d people whole again") % {
        "whole": failure.made_whole_count,
        "all": failure.affected_count,
    }


def row_of(failure: Failure) -> FailureRow:
    """Turn a failure with its tracks loaded into a row."""
    status = Whole(failure.status)
    return FailureRow(
        reference=reference_of(failure.pk),
        title=failure.title,
        priority=f"P{failure.priority}",
        ring=ring_of(list(failure.tracks.all())),
        status=_(status.word),
        status_kind=_KINDS.get(status, ""),
        department=failure.owning_department.name,
        category=failure.category.name if failure.category else "",
        people=people_words(failure),
        detected_at=failure.detected_at,
    )


def track_lines(tracks: Sequence[Track]) -> list[TrackLine]:
    """The three tracks in words; the employee track says its state only."""
    by_kind = {track.kind: track for track in tracks}
    return [_line(by_kind[kind.value]) for kind in TrackKind if kind.value in by_kind]


def _line(track: Track) -> TrackLine:
    ended = track.state == TrackState.ENDED
    word = TrackEnd(track.end).word if ended else TrackState(track.state).word
    reasons = [] if track.kind == TrackKind.EMPLOYEE else track.reasons
    return TrackLine(
        kind=track.kind,
        arc=arc_of(track),
        words=_(word),
        done=ended and track.end in {TrackEnd.OK, TrackEnd.POOLED},
        reasons=", ".join(_(_REASONS.get(code, code.replace("_", " "))) for code in reasons),
    )


def status_sentence(status: Whole, tracks: Sequence[Track]) -> str:
    """Say in one sentence how far the whole is."""
    required = [track for track in tracks if track.state != TrackState.NOT_REQUIRED]
    if not required:
        return _("No track is required; it is on record.")
    ended = sum(track.state == TrackState.ENDED for track in required)
    if ended < len(required):
        return _(
            "%(ended)d of %(all)d required tracks have ended. Recovered when all have, well."
        ) % {"ended": ended, "all": len(required)}
    if status is Whole.RECOVERED:
        return _("Every required track has ended well.")
    return _("All required tracks have ended, not all of them well.")


def severity_lines(failure: Failure) -> list[SeverityLine]:
    """The six grades."""
    return [
        SeverityLine(
            name=_(_SEVERITY_NAMES[name]),
            grade=getattr(failure, name),
            worst=bool(failure.severity) and getattr(failure, name) == failure.severity,
        )
        for name in SEVERITIES
    ]


def priority_words(failure: Failure) -> str:
    """Why the failure is as urgent as it is."""
    reason = failure.priority_reason
    if reason == "raised":
        said = failure.raises.order_by("-at").values_list("reason", flat=True).first() or ""
        return _("P%(grade)d, raised by hand: %(reason)s") % {
            "grade": failure.priority,
            "reason": said,
        }
    known = {each.value: each.word for each in PriorityReason}
    return _("P%(grade)d because %(reason)s") % {
        "grade": failure.priority,
        "reason": _(known.get(reason, reason)),
    }


def path_of(failure: Failure) -> list[tuple[str, str]]:
    """Where it was first seen, found and who owns it; nobody is blamed before the cause is known."""
    places = (
        (_("First seen at"), failure.first_seen_department),
        (_("Found at"), failure.found_department),
        (_("Owned by"), failure.owning_department),
    )
    return [(label, place.name) for label, place in places if place]


def facts_of(failure: Failure) -> list[tuple[str, str]]:
    """What else is on record, as label and words."""
    lines = [
        (_("Noticed by"), _(Detection(failure.detection).word)),
        (_("Came in by"), _(Channel(failure.channel).word)),
        (_("Kind"), " · ".join(str(each) for each in (failure.category, failure.mode) if each)),
        (_("Service"), failure.service_reference),
        (_("Step of the service"), str(failure.step or "")),
        (_("Promise broken"), str(failure.promise or "")),
        (_("No customer reached because"), failure.no_reach),
    ]
    return [(label, words) for label, words in lines if words]


def waiver_words(waiver: Waiver) -> str:
    """A waiver as a sentence without its free text."""
    return _("%(track)s track: %(reason)s") % {
        "track": _(TrackKind(waiver.kind).word),
        "reason": _(WaiverReason(waiver.reason).word),
    }
