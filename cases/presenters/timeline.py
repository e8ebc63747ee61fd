"""The history of a case as sentences, filled from codes and amounts, never from free text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.services.by_customer import VIA
from cases.states import ContactDirection, PartyRole, RemedyKind
from recovery.clocks.states import ClockKind
from recovery.escalation.selectors import rules
from recovery.escalation.states import LowerReason, RaiseReason, TaskKind
from recovery.events.selectors import Entry
from recovery.failures.selectors import item_reference
from recovery.failures.states import Channel, TrackKind
from recovery.org.selectors import departments
from recovery.web.words import moment, money

SENTENCES: Mapping[str, Promise] = {
    "case.opened": gettext_lazy("Customer case opened"),
    "case.acknowledged": gettext_lazy("Customer told what we know"),
    "case.contacted": gettext_lazy("Spoke to the customer: %(channel)s"),
    "case.contact_bounced": gettext_lazy("What we sent came back"),
    "survey.asked": gettext_lazy("Asked how we did"),
    "survey.rated": gettext_lazy("Customer rated the recovery: %(rating)s of 5"),
    "survey.answered": gettext_lazy("Customer answered the survey: %(rating)s of 5"),
    "survey.guessed": gettext_lazy("A colleague guessed how the customer will rate"),
    "case.letter_taken_back": gettext_lazy("Letter taken back before it left"),
    "case.assessed": gettext_lazy("Effect on the customer looked at"),
    "case.investigating": gettext_lazy("Investigation begun"),
    "case.awaiting_customer": gettext_lazy("Asked, and waiting for the customer"),
    "case.customer_answered": gettext_lazy("Customer answered"),
    "case.double_deviation": gettext_lazy("The recovery failed as well: up a level"),
    "case.remedied": gettext_lazy("Put right"),
    "case.asked_if_solved": gettext_lazy("Asked whether it is solved"),
    "case.recovered": gettext_lazy("Customer says it is solved"),
    "case.not_solved": gettext_lazy("Customer says it is not solved"),
    "case.ended_unconfirmed": gettext_lazy("Silent for ten working days: ended unconfirmed"),
    "case.final_response_given": gettext_lazy("Final response given"),
    "case.unreachable": gettext_lazy("Could not be reached"),
    "case.lost": gettext_lazy("Customer lost"),
    "case.taken_outside": gettext_lazy("Taken up by an outside body"),
    "case.ruled_for_customer": gettext_lazy("Ruled for the customer, and carried out"),
    "case.ruled_against_customer": gettext_lazy("Ruled: no more is owed"),
    "case.disagreed": gettext_lazy("The customer disagrees with the final answer"),
    "case.link_replaced": gettext_lazy(
        "New address for the customer’s page, the old one ended"
    ),
    "case.link_extended": gettext_lazy("More time for the customer’s page"),
    "case.reopened": gettext_lazy("Reopened"),
    "case.party_added": gettext_lazy("Somebody is on the case now: %(role)s"),
    "case.party_ended": gettext_lazy("Somebody is off the case: %(role)s"),
    "case.customer_named": gettext_lazy("It is known who the customer is"),
    "case.customer_merged": gettext_lazy("Two records of the customer were made one"),
    "case.customer_parted": gettext_lazy("The records of two customers were taken apart"),
    "case.handed_over": gettext_lazy("Handed over from %(from)s to %(to)s"),
    "case.assigned": gettext_lazy("Given to a person"),
    "complaint.received": gettext_lazy("Complaint received"),
    "complaint.attached": gettext_lazy("Complaint added: %(channel)s"),
    "note.added": gettext_lazy("Note written"),
    "remedy.owed": gettext_lazy("Owed by law: %(what)s"),
    "remedy.offered": gettext_lazy("Offered: %(what)s"),
    "remedy.approval_asked": gettext_lazy("Approval asked for, above the limit: %(what)s"),
    "remedy.approved": gettext_lazy("Approved and offered: %(what)s"),
    "remedy.refused": gettext_lazy("Not approved: %(what)s"),
    "remedy.accepted": gettext_lazy("Offer accepted: %(what)s"),
    "remedy.declined": gettext_lazy("Offer turned down: %(what)s"),
    "remedy.delivered": gettext_lazy("Given: %(what)s"),
    "remedy.taken_back": gettext_lazy("Given, then taken back: %(what)s"),
    "remedy.bounced": gettext_lazy("The payment came back: %(what)s"),
    "case.fell_back": gettext_lazy("Back to work: what was given came back"),
    "remedy.withdrawn": gettext_lazy("Offer taken back: %(what)s"),
    "remedy.refusal_asked": gettext_lazy("Refusal of a right asked for: %(what)s"),
    "remedy.lawfully_refused": gettext_lazy("Right refused with reasons: %(what)s"),
    "remedy.right_stands": gettext_lazy("The right stands: %(what)s"),
    "clock.breached": gettext_lazy("Time ran out: %(clock)s"),
    "clock.ran_on": gettext_lazy("Waited as long as we may, the time runs on: %(clock)s"),
    "clock.told": gettext_lazy("The authority was told: %(clock)s"),
    "clock.extended": gettext_lazy("More time given by hand: %(clock)s"),
    "clock.changed": gettext_lazy("Another priority, another time: %(clock)s"),
    "rule.acted": gettext_lazy("By rule: %(rule)s"),
    "task.planned": gettext_lazy("Planned: %(task)s"),
    "task.opened": gettext_lazy("To do: %(task)s"),
    "task.done": gettext_lazy("Done: %(task)s"),
    "task.cancelled": gettext_lazy("Not needed any more: %(task)s"),
    "promise.made": gettext_lazy("Promised for %(due)s"),
    "promise.kept": gettext_lazy("Promise kept"),
    "promise.kept_late": gettext_lazy("Promise kept, but late"),
    "promise.broken": gettext_lazy("A promise was not kept in time"),
    "promise.renegotiated": gettext_lazy("Agreed with the customer on a later time: %(due)s"),
    "promise.released": gettext_lazy("A promise is no longer needed"),
    "handover.asked": gettext_lazy("Handed to a colleague, who must accept it"),
    "handover.accepted": gettext_lazy("Handover accepted"),
    "handover.lapsed": gettext_lazy("Nobody accepted it: it went to the lead"),
    "promise.passed": gettext_lazy("A promise has gone into other hands"),
    "escalation.fired": gettext_lazy("Escalated: %(clock)s"),
    "escalation.held_back": gettext_lazy(
        "Nobody was called (%(clock)s): the rung’s condition did not hold"
    ),
    "escalation.raised": gettext_lazy("Raised by hand to tier %(tier)s: %(reason)s"),
    "escalation.stepped_down": gettext_lazy("Stepped down to tier %(tier)s: %(reason)s"),
}
# What customers did themselves, on their own page.
BY_CUSTOMER: Mapping[str, Promise] = {
    "case.contacted": gettext_lazy("The customer wrote on their page"),
    "case.contact_bounced": gettext_lazy("The customer says they were not told this"),
    "case.recovered": gettext_lazy("The customer says on their page that it is solved"),
    "case.not_solved": gettext_lazy("The customer says on their page that it is not solved"),
    "complaint.attached": gettext_lazy("The customer complained once more, on their page"),
    "remedy.accepted": gettext_lazy("The customer took the offer on their page: %(what)s"),
    "remedy.declined": gettext_lazy(
        "The customer turned the offer down on their page: %(what)s"
    ),
}
_ICONS = (
    ("promise.", "timer"), ("handover.", "share-2"), ("clock.", "clock"), ("task.", "list-checks"), ("rule.", "repeat-2"),
    ("escalation.", "flag"), ("remedy.", "wallet"), ("note.", "pencil"),
    ("complaint.", "message-square"), ("case.handed", "share-2"), ("case.contact", "phone"),
)  # fmt: skip
_KINDS = {each.value: each.word for each in RemedyKind}
_ROLES = {each.value: each.word for each in PartyRole}
_CHANNELS = {each.value: each.word for each in Channel}
_REASONS = {each.value: each.word for each in (*RaiseReason, *LowerReason)}
_TASKS = {each.value: each.word for each in TaskKind}
_CLOCKS = {each.value: each.word for each in ClockKind}


@dataclass(frozen=True, slots=True)
class Row:
    """One line: when, what, who, and the icon (none: the customer's mark)."""

    at: datetime
    sentence: str
    who: str
    icon: str


@dataclass(frozen=True, slots=True)
class Day:
    """The rows of one day in the reader's zone, newest first."""

    day: date
    rows: Sequence[Row]


def days_of(entries: Sequence[Entry], names: Mapping[int, str]) -> list[Day]:
    """Group entries by day; `names` maps actors onto their names."""
    days: dict[date, list[Row]] = {}
    for entry in entries:
        row = Row(
            at=entry.at,
            sentence=sentence_of(entry),
            who=who_of(entry, names),
            icon=next((icon for start, icon in _ICONS if entry.verb.startswith(start)), ""),
        )
        days.setdefault(timezone.localdate(entry.at), []).append(row)
    return [Day(day, rows) for day, rows in days.items()]


def who_of(entry: Entry, names: Mapping[int, str]) -> str:
    """Who did it; on their own page customers act themselves, by nobody's hand."""
    if entry.facts.get("via") == VIA:
        return _("the customer, on their page")
    return names.get(entry.actor_id, "")


def sentence_of(entry: Entry) -> str:
    """Say an event; an unknown verb is shown as it is rather than hidden."""
    sentence = SENTENCES.get(entry.verb)
    if entry.facts.get("via") == VIA and entry.verb in BY_CUSTOMER:
        sentence = BY_CUSTOMER[entry.verb]
    elif entry.verb == "case.contacted":
        sentence = _contact(entry.facts)
    elif entry.verb == "clock.breached" and entry.facts.get("kind") == ClockKind.PROMISE:
        sentence = SENTENCES["promise.broken"]
    elif entry.verb == "case.double_deviation" and entry.facts.get("earlier"):
        sentence = gettext_lazy("The same failure again, first in %(earlier)s: up a level")
    elif entry.verb == "promise.kept" and entry.facts.get("late"):
        sentence = SENTENCES["promise.kept_late"]
    if sentence is None:
        return entry.verb.replace(".", " ").replace("_", " ").capitalize()
    facts = entry.facts
    return str(sentence) % {
        "channel": _(_CHANNELS.get(str(facts.get("channel", "")), "")),
        "clock": _(_CLOCKS.get(str(facts.get("kind", "")), "")),
        "role": _(_ROLES.get(str(facts.get("role", "")), "")),
        "earlier": _case(facts.get("earlier")),
        "due": _time(facts.get("due_at"), entry.at),
        "from": _department(facts.get("from")),
        "to": _department(facts.get("to")),
        "task": _(_TASKS.get(str(facts.get("kind", "")), "")),
        "rule": _rule(facts.get("version")),
        "tier": facts.get("to", ""),
        "rating": facts.get("rating", ""),
        "reason": _(_REASONS.get(str(facts.get("reason", "")), "")),
        "what": _remedy(facts) if entry.verb.startswith("remedy.") else "",
    }


def _contact(facts: Mapping[str, object]) -> Promise:
    if facts.get("direction") == ContactDirection.INCOMING:
        return gettext_lazy("Words from the customer: %(channel)s")
    if not facts.get("delivered", True):
        return gettext_lazy("Tried in vain: %(channel)s")
    if facts.get("automatic"):
        return gettext_lazy("Automatic message: %(channel)s")
    return SENTENCES["case.contacted"]


def _time(said: object, at: datetime) -> str:
    """A time as it was recorded, seen from when it was said."""
    return moment(datetime.fromisoformat(said), now=at) if isinstance(said, str) else ""


def _case(key: object) -> str:
    return item_reference(TrackKind.CUSTOMER, key) if isinstance(key, int) else ""


def _remedy(facts: Mapping[str, object]) -> str:
    kind = _(_KINDS.get(str(facts.get("kind", "")), ""))
    amount = facts.get("amount_minor")
    if not isinstance(amount, int) or not amount:
        return kind
    return f"{kind}, {money(amount, str(facts.get('currency', '')))}"


def _department(key: object) -> str:
    card = departments().get(key) if isinstance(key, int) else None
    return card.name if card else _("another desk")


def _rule(version: object) -> str:
    card = rules().get(version) if isinstance(version, int) else None
    return _(card.name) if card else _("one that is gone")
