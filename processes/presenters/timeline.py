"""The history of a process case as sentences, filled from codes, never from free text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes.states import Result
from recovery.escalation.selectors import rules
from recovery.escalation.states import LowerReason, RaiseReason, TaskKind
from recovery.events.selectors import Entry
from recovery.failures.selectors import reference_of

SENTENCES: Mapping[str, Promise] = {
    "process.proposed": gettext_lazy("Put forward for learning"),
    "process.opened": gettext_lazy("Opened"),
    "process.pooled": gettext_lazy("Left to wait in the pool"),
    "process.linked": gettext_lazy("Linked: %(ref)s"),
    "process.candidate_found": gettext_lazy("Same cause? %(ref)s"),
    "process.unlinked": gettext_lazy("Other cause: %(ref)s"),
    "process.contained": gettext_lazy("Spread stopped"),
    "process.cause_added": gettext_lazy("A why added"),
    "process.cause_found": gettext_lazy("Cause found"),
    "process.action_added": gettext_lazy("An action added"),
    "process.action_done": gettext_lazy("An action done"),
    "process.action_chosen": gettext_lazy("Actions chosen"),
    "process.plan_written": gettext_lazy("Plan of the proof written"),
    "process.plan_approved": gettext_lazy("Plan of the proof approved"),
    "process.implemented": gettext_lazy("Change in place"),
    "process.watched": gettext_lazy("Watch begun"),
    "process.look_taken": gettext_lazy("Look %(number)s: %(result)s"),
    "process.proven": gettext_lazy("Proven to target"),
    "process.improved": gettext_lazy("Ended as improved"),
    "process.effect_not_shown": gettext_lazy("Effect not shown"),
    "process.worsened": gettext_lazy("The fix failed: back to the cause"),
    "process.rethought": gettext_lazy("Thought again: back to the cause"),
    "process.risk_accepted": gettext_lazy("Remaining risk accepted"),
    "process.reopened": gettext_lazy("The cause returned: reopened"),
    "case.assigned": gettext_lazy("Given to a person"),
    "case.handed_over": gettext_lazy("Handed over to another desk"),
    "note.added": gettext_lazy("Note written"),
    "clock.breached": gettext_lazy("Time to decide ran out"),
    "clock.met": gettext_lazy("Decided in time"),
    "clock.ran_on": gettext_lazy("Waited as long as we may: the time runs on"),
    "clock.told": gettext_lazy("The authority was told"),
    "clock.extended": gettext_lazy("More time given by hand"),
    "clock.changed": gettext_lazy("Another priority, another time"),
    "rule.acted": gettext_lazy("By rule: %(rule)s"),
    "task.planned": gettext_lazy("Planned: %(task)s"),
    "task.opened": gettext_lazy("To do: %(task)s"),
    "task.done": gettext_lazy("Done: %(task)s"),
    "task.cancelled": gettext_lazy("Not needed any more: %(task)s"),
    "escalation.fired": gettext_lazy("Escalated: time to decide"),
    "escalation.held_back": gettext_lazy(
        "Nobody was called: the rung’s condition did not hold"
    ),
    "escalation.raised": gettext_lazy("Raised by hand to tier %(tier)s: %(reason)s"),
    "escalation.stepped_down": gettext_lazy("Stepped down to tier %(tier)s: %(reason)s"),
}
_REASONS = {each.value: each.word for each in (*RaiseReason, *LowerReason)}
_TASKS = {each.value: each.word for each in TaskKind}
_RESULTS = {each.value: each.word for each in Result}

# Housekeeping of the log, no news to a reader of any page.
SILENT = frozenset({"process.refresh_continues"})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the story."""

    at: datetime
    sentence: str
    who: str


@dataclass(frozen=True, slots=True)
class Day:
    """The rows of one day in the reader's zone, newest first."""

    day: date
    rows: Sequence[Row]


def days_of(entries: Sequence[Entry], names: Mapping[int, str]) -> list[Day]:
    """Group entries by day; `names` maps actors onto their names."""
    days: dict[date, list[Row]] = {}
    for entry in entries:
        row = Row(entry.at, sentence_of(entry), names.get(entry.actor_id, ""))
        days.setdefault(timezone.localdate(entry.at), []).append(row)
    return [Day(day, rows) for day, rows in days.items()]


def sentence_of(entry: Entry) -> str:
    """Say an event; an unknown verb is shown as it is rather than hidden."""
    sentence = SENTENCES.get(entry.verb)
    if sentence is None:
        return entry.verb.replace(".", " ").replace("_", " ").capitalize()
    facts = entry.facts
    result = str(facts.get("result", ""))
    return str(sentence) % {
        "ref": reference_of(facts["failure"]) if "failure" in facts else "",
        "task": _(_TASKS.get(str(facts.get("kind", "")), "")),
        "rule": _rule(facts.get("version")),
        "tier": facts.get("to", ""),
        "reason": _(_REASONS.get(str(facts.get("reason", "")), "")),
        "number": facts.get("number", ""),
        "result": _(_RESULTS.get(result, result)),
    }


def _rule(version: object) -> str:
    card = rules().get(version) if isinstance(version, int) else None
    return _(card.name) if card else _("one that is gone")
