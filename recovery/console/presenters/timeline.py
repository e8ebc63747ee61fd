"""The log as sentences: one template sentence per verb, filled from codes, never from free text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import cases.presenters.timeline as customer
import processes.presenters.timeline as process
from recovery.events.selectors import Entry
from recovery.failures.models import Failure
from recovery.failures.selectors import item_reference, reference_of
from recovery.failures.states import TrackEnd, TrackKind, TrackState, Whole

# Bold beginning of each sentence; %(...)s come from `_facts`.
SENTENCES: Mapping[str, Promise] = {
    "failure.reported": gettext_lazy("Reported"),
    "failure.edited": gettext_lazy("Facts corrected"),
    "failure.priority_raised": gettext_lazy("Made more urgent, now P%(priority)s"),
    "failure.status_changed": gettext_lazy("%(to)s"),
    "failure.merged": gettext_lazy("Merged into %(into)s"),
    "failure.unmerged": gettext_lazy("Merge taken apart"),
    "failure.voided": gettext_lazy("Set aside as a mistake"),
    "failure.people_added": gettext_lazy("%(added)s people added from a list of %(total)s"),
    "failure.outreach_waits": gettext_lazy("A message to %(total)s people waits for approval"),
    "failure.outreach_begun": gettext_lazy("Telling %(total)s people began"),
    "failure.outreach_stopped": gettext_lazy(
        "Telling people stopped: %(told)s of %(total)s told"
    ),
    "failure.outreach_refused": gettext_lazy("A message to %(total)s people was not approved"),
    "failure.outreach_ended": gettext_lazy("%(told)s of %(total)s people told"),
    "failure.list_stopped": gettext_lazy("Adding a list stopped at %(done)s of %(total)s"),
    "failure.pooled": gettext_lazy("Left to wait in the pool"),
    "track.changed": gettext_lazy("%(track)s: %(state)s"),
    "waiver.requested": gettext_lazy("Waiver asked for: %(track)s"),
    "waiver.approved": gettext_lazy("Waiver approved: %(track)s"),
    "waiver.refused": gettext_lazy("Waiver refused: %(track)s"),
    "waiver.lifted": gettext_lazy("Waiver lifted, safety was at stake: %(track)s waits again"),
    "waiver.expired": gettext_lazy("Waiver ended: %(track)s waits again"),
    "readiness.answered": gettext_lazy("Readiness question answered"),
}
_ICONS = (
    ("clock.", "clock"), ("task.", "list-checks"), ("rule.", "repeat-2"), ("escalation.", "flag"), ("remedy.", "wallet"), ("note.", "pencil"),
    ("complaint.", "message-square"), ("case.handed", "share-2"), ("waiver.", "ban"),
    ("failure.reported", "eye"), ("failure.merged", "link"), ("failure.", "layers"),
)  # fmt: skip
_TRACK_SAYS: Mapping[str, Callable[[Entry], str]] = {
    "customer": customer.sentence_of,
    "process": process.sentence_of,
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "status": {each.value: each.word for each in Whole},
    "track": {each.value: each.word for each in TrackKind},
    "state": {each.value: each.word for each in (*TrackState, *TrackEnd)},
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


# On the failure's own page it goes without saying which failure; the case does not.
_TIES: Mapping[str, Promise] = {
    "process.linked": gettext_lazy("Linked to %(case)s"),
    "process.candidate_found": gettext_lazy("Same cause as %(case)s?"),
    "process.unlinked": gettext_lazy("Another cause than %(case)s"),
}


def belongs_here(entry: Entry, failure: Failure) -> bool:
    """Leave out counting, links of other failures to the same process case, and what that case
    went through before this failure was known."""
    if entry.verb in process.SILENT:
        return False
    if entry.failure_id == failure.pk:
        return True
    return entry.verb not in _TIES and entry.at >= failure.detected_at


def days_of(entries: Sequence[Entry], names: Mapping[int, str]) -> list[TimelineDay]:
    """Group entries by day; `names` maps actors onto their names."""
    days: dict[date, list[TimelineRow]] = {}
    for entry in sorted(entries, key=lambda each: (each.at, each.id), reverse=True):
        row = TimelineRow(
            at=entry.at,
            sentence=sentence_of(entry),
            who=customer.who_of(entry, names),
            icon=next((icon for start, icon in _ICONS if entry.verb.startswith(start)), "info"),
            track=track_of(entry),
        )
        days.setdefault(timezone.localdate(entry.at), []).append(row)
    return [TimelineDay(day, rows) for day, rows in days.items()]


def track_of(entry: Entry) -> str:
    """The track an entry belongs to, or nothing; decides its mark."""
    if entry.verb == "track.changed":
        return str(entry.facts.get("track", ""))
    stream = entry.stream.partition(":")[0]
    return stream if stream in _TRACK_SAYS else ""


def sentence_of(entry: Entry) -> str:
    """Say an event in the words of the track whose stream it stands in, or of the spine."""
    if entry.verb in _TIES and entry.item_id is not None:
        return str(_TIES[entry.verb]) % {"case": item_reference("process", entry.item_id)}
    say = _TRACK_SAYS.get(entry.stream.partition(":")[0])
    if say is not None:
        return say(entry)
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
    facts["track"] = _(_WORDS["track"].get(facts["track"], facts["track"]))
    if entry.verb == "track.changed":
        said = facts["end"] or facts["state"]
        facts["state"] = _(_WORDS["state"].get(said, said))
    return facts
