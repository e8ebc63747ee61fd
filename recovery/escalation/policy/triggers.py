"""Which entries of the log set rules off, what undoes them, and when a rule's time has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from recovery.escalation.states import Trigger
from recovery.failures.states import TrackKind
from recovery.kernel.conditions import Condition
from recovery.kernel.hours import NeverOpen, Schedule

_ENDS: Final = frozenset(
    {
        "case.recovered", "case.ended_unconfirmed", "case.final_response_given", "case.lost",
        "case.ruled_for_customer", "case.ruled_against_customer",
    }
)  # fmt: skip
_DECIDED: Final = frozenset({"remedy.approved", "remedy.refused", "remedy.withdrawn"})
# After these a case may have ended, or be open again: what rules have planned is looked at anew.
TURNS: Final = _ENDS | {
    "case.unreachable", "case.reopened", "process.proven", "process.improved",
    "process.risk_accepted", "process.pooled", "process.reopened", "process.effect_not_shown",
    "process.worsened", "failure.merged",
}  # fmt: skip
# After these a case is watched for its age and for inactivity.
BEGINS: Final = frozenset(
    {"case.opened", "case.reopened", "process.proposed", "process.opened", "process.reopened"}
)


@dataclass(frozen=True, slots=True)
class TriggerCard:
    """`verbs` of the log that set it off, of which `fact` must be true or equal `value` if named.

    `undone_by` makes what waits pointless. `once`: once in a case's life. `after_end`: for cases
    that have ended, else for open ones. `until` names the fact that says when it has happened.
    """

    verbs: frozenset[str] = frozenset()
    undone_by: frozenset[str] = frozenset()
    tracks: frozenset[TrackKind] = frozenset({TrackKind.CUSTOMER, TrackKind.PROCESS})
    fact: str = ""
    value: object = True
    once: bool = False
    after_end: bool = False
    until: str = ""


_CUSTOMER: Final = frozenset({TrackKind.CUSTOMER})
_PROCESS: Final = frozenset({TrackKind.PROCESS})


def _of(*verbs: str, **facts: Any) -> TriggerCard:
    return TriggerCard(frozenset(verbs), **({"tracks": _CUSTOMER} | facts))


TRIGGERS: Final[Mapping[Trigger, TriggerCard]] = {
    Trigger.CASE_OPENED: TriggerCard(
        frozenset({"case.opened", "process.proposed", "process.opened"}), once=True
    ),
    Trigger.AT_RISK: _of("failure.reported", "case.assessed", fact="at_risk", once=True),
    Trigger.COMPLAINED_AGAIN: _of("complaint.attached"),
    Trigger.REPEAT: _of("case.assessed", fact="repeat", once=True),
    Trigger.DOUBLE_DEVIATION: _of("case.double_deviation"),
    Trigger.ABOVE_LIMIT: _of("remedy.approval_asked", undone_by=_DECIDED),
    Trigger.ASKS_ABOVE: _of(
        "escalation.raised",
        fact="reason",
        value="customer_asks",
        undone_by=frozenset({"escalation.stepped_down"}),
    ),
    Trigger.REMEDY_DELIVERED: _of(
        "remedy.delivered", undone_by=frozenset({"case.asked_if_solved", "case.not_solved"})
    ),
    Trigger.NOT_SOLVED: _of("case.not_solved"),
    Trigger.CASE_ENDED: TriggerCard(
        _ENDS, frozenset({"case.reopened"}), _CUSTOMER, after_end=True
    ),
    Trigger.REOPENED: TriggerCard(frozenset({"case.reopened", "process.reopened"})),
    Trigger.WITH_OUTSIDE_BODY: _of("case.taken_outside"),
    Trigger.HANDED_OVER: TriggerCard(frozenset({"case.handed_over"})),
    Trigger.IMPLEMENTED: _of("process.implemented", tracks=_PROCESS),
    Trigger.WATCH_OVER: _of(
        "process.watched",
        tracks=_PROCESS,
        until="until",
        undone_by=frozenset({"process.worsened", "process.effect_not_shown"}),
    ),
    Trigger.AGE: TriggerCard(),
    Trigger.INACTIVE: TriggerCard(),
}
# Somebody else's turn, or a watch: whoever waits for that does not lie still.
ELSEWHERE: Final = frozenset({"customer", "proof"})
BY_TIME: Final = frozenset({Trigger.AGE, Trigger.INACTIVE})
SET_OFF: Final = frozenset().union(*(card.verbs for card in TRIGGERS.values()))
LET_GO: Final = TURNS.union(*(card.undone_by for card in TRIGGERS.values()))


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A version of a rule in force from `since` until `until`; see RuleVersion."""

    id: int
    rule_id: int
    name: str
    trigger: Trigger
    since: datetime | None
    until: datetime | None
    wait: timedelta
    in_hours: bool
    when: tuple[Condition, ...] = field(default=())
    every: timedelta = timedelta(0)
    most: int = 1
    tells: str = ""
    level: int = 0
    assigns: bool = False
    task_kind: str = ""
    task_words: str = ""
    task_days: int = 0

    def holds_at(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (
            self.until is None or at < self.until
        )

    @property
    def card(self) -> TriggerCard:
        return TRIGGERS[self.trigger]

    def is_set_off_by(self, verb: str, facts: Mapping[str, Any], at: datetime) -> bool:
        """Whether this entry of the log sets this version off."""
        card = self.card
        if verb not in card.verbs or not self.holds_at(at):
            return False
        return not card.fact or facts.get(card.fact) == card.value

    def begins(self, facts: Mapping[str, Any], at: datetime) -> datetime:
        """From when its wait counts: the entry's time, or the one the entry names."""
        named = facts.get(self.card.until) if self.card.until else None
        return datetime.fromisoformat(named) if isinstance(named, str) else at

    def times(self, begun: datetime, schedule: Schedule) -> list[datetime]:
        """When it fires, the first time and again; in a desk's hours if it says so."""
        first = after(begun, self.wait, schedule) if self.in_hours else begun + self.wait
        if self.in_hours:
            return [after(first, self.every * count, schedule) for count in range(self.most)]
        return [first + self.every * count for count in range(self.most)]


def after(start: datetime, wait: timedelta, schedule: Schedule) -> datetime:
    """When `wait` of working time has passed; around the clock for a desk that never opens."""
    if not wait:
        return start
    try:
        return schedule.add(start, wait)
    except NeverOpen:
        return start + wait
