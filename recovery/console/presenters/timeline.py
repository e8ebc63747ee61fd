"""The log as sentences: one template sentence per verb, filled from codes, never from free text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recovery.clocks.states import ClockKind
from recovery.events.selectors import Entry
from recovery.failures.selectors import reference_of
from recovery.failures.states import TrackEnd, TrackKind, TrackState, Whole
from recovery.org.selectors import departments

# Bold beginning of each sentence; %(...)s come from `_facts`.
SENTENCES: Mapping[str, Promise] = {
    "failure.reported": gettext_lazy("Reported"),
    "failure.edited": gettext_lazy("Facts corrected"),
    "failure.priority_raised": gettext_lazy("Made more urgent, now P%(priority)s"),
    "failure.status_changed": gettext_lazy("%(to)s"),
    "failure.merged": gettext_lazy("Merged into %(into)s"),
    "failure.unmerged": gettext_lazy("Merge taken apart"),
    "failure.voided": gettext_lazy("Set aside as a mistake"),
    "track.changed": gettext_lazy("%(track)s: %(state)s"),
    "waiver.requested": gettext_lazy("Waiver asked for: %(track)s"),
    "waiver.approved": gettext_lazy("Waiver approved: %(track)s"),
    "waiver.refused": gettext_lazy("Waiver refused: %(track)s"),
    "waiver.expired": gettext_lazy("Waiver ended: %(track)s waits again"),
    "case.opened": gettext_lazy("Customer case opened"),
    "case.acknowledged": gettext_lazy("Customer told what we know"),
    "case.assessed": gettext_lazy("Effect on the customer looked at"),
    "case.investigating": gettext_lazy("Investigation begun"),
    "case.handed_over": gettext_lazy("Handed over from %(from)s to %(to)s"),
    "case.assigned": gettext_lazy("Given to a person"),
    "case.contacted": gettext_lazy("Contact with the customer"),
    "case.remedied": gettext_lazy("Remedy delivered"),
    "case.recovered": gettext_lazy("Customer says it is solved"),
    "case.reopened": gettext_lazy("Reopened"),
    "complaint.received": gettext_lazy("Complaint received"),
    "complaint.attached": gettext_lazy("Complaint attached"),
    "note.added": gettext_lazy("Note written"),
    "remedy.offered": gettext_lazy("Offer made"),
    "remedy.accepted": gettext_lazy("Offer accepted"),
    "remedy.declined": gettext_lazy("Offer turned down"),
    "remedy.delivered": gettext_lazy("Delivered"),
    "remedy.approval_asked": gettext_lazy("Approval asked for, above the limit"),
    "remedy.approved": gettext_lazy("Approved above the limit"),
    "remedy.refused": gettext_lazy("Approval refused"),
    "clock.breached": gettext_lazy("Time ran out: %(kind)s"),
    "clock.met": gettext_lazy("In time: %(kind)s"),
    "escalation.fired": gettext_lazy("Escalated: %(kind)s"),
    "process.proposed": gettext_lazy("Put forward for learning"),
    "process.opened": gettext_lazy("Process case opened"),
    "process.linked": gettext_lazy("Linked as the same cause"),
    "process.pooled": gettext_lazy("Pooled with others of its kind"),
    "readiness.answered": gettext_lazy("Readiness question answered"),
}
_ICONS = (
    ("clock.", "clock"), ("escalation.", "flag"), ("remedy.", "wallet"), ("note.", "pencil"),
    ("complaint.", "message-square"), ("case.handed", "share-2"), ("waiver.", "ban"),
    ("failure.reported", "eye"), ("failure.merged", "link"), ("failure.", "layers"),
)  # fmt: skip
_TRACKS = {"case.": "customer", "process.": "process", "readiness.": "employee"}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "status": {each.value: each.word for each in Whole},
    "track": {each.value: each.word for each in TrackKind},
    "state": {each.value: each.word for each in (*TrackState, *TrackEnd)},
    "clock": {each.value: each.word for each in ClockKind},
}


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line of the story: when, what, who."""

    at: datetime
    sentence: str
    who: str
    icon: str
    track: str


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """The rows of one day in the reader's zone, newest first."""

    day: date
    rows: Sequence[TimelineRow]


def days_of(entries: Sequence[Entry], names: Mapping[int, str]) -> list[TimelineDay]:
    """Group entries by day; `names` maps actors onto their names."""
    days: dict[date, list[TimelineRow]] = {}
    for entry in entries:
        row = TimelineRow(
            at=entry.at,
            sentence=sentence_of(entry),
            who=names.get(entry.actor_id, ""),
            icon=next((icon for start, icon in _ICONS if entry.verb.startswith(start)), "info"),
            track=track_of(entry),
        )
        days.setdefault(timezone.localdate(entry.at), []).append(row)
    return [TimelineDay(day, rows) for day, rows in days.items()]


def track_of(entry: Entry) -> str:
    """The track an entry belongs to, or nothing; decides its mark."""
    if entry.verb == "track.changed":
        return str(entry.facts.get("track", ""))
    return next((kind for start, kind in _TRACKS.items() if entry.verb.startswith(start)), "")


def sentence_of(entry: Entry) -> str:
    """Say an event; an unknown verb is shown as it is rather than hidden."""
    sentence = SENTENCES.get(entry.verb)
    if sentence is None:
        return entry.verb.replace(".", " ").replace("_", " ").capitalize()
    return str(sentence) % _facts(entry)


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _facts(entry: Entry) -> Mapping[str, str]:
    facts = _Blank({name: str(value) for name, value in entry.facts.items()})
    if entry.verb == "failure.status_changed":
        facts["to"] = _(_WORDS["status"].get(facts["to"], facts["to"]))
    elif entry.verb == "failure.merged":
        facts["into"] = reference_of(int(entry.facts["into"]))
    elif entry.verb == "case.handed_over":
        facts["from"] = _department(entry.facts.get("from"))
        facts["to"] = _department(entry.facts.get("to"))
    facts["track"] = _(_WORDS["track"].get(facts["track"], facts["track"]))
    if entry.verb == "track.changed":
        said = facts["end"] or facts["state"]
        facts["state"] = _(_WORDS["state"].get(said, said))
    facts["kind"] = _(_WORDS["clock"].get(facts["kind"], facts["kind"]))
    return facts


def _department(key: Any) -> str:
    card = departments().get(key) if isinstance(key, int) else None
    return card.name if card else _("another desk")
