"""Rules of customer recovery as plain functions: the track, rights, limits, reach, silence."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cases.states import CASE, CaseState, ContactDirection, LineKind, RemedyState
from recovery.failures.states import TrackEnd, TrackState
from recovery.kernel.hours import Schedule

SILENT_DAYS: Final = 10  # working days without a word before a case ends unconfirmed
TRIES: Final = 3
TRY_CHANNELS: Final = 2
TRY_DAYS: Final = 10  # working days from the first try
DOUBLE_FROM: Final = 2  # rejections that make it a double deviation
LOOK_BACK_DAYS: Final = 365
MOST_MINOR: Final = 100_000_000
DOUBLE_PRIORITY: Final = 2
AT_RISK_PRIORITY: Final = 1

_NOT_REACHED = frozenset({CaseState.DETECTED, CaseState.RECEIVED})
ANSWERED_FOR_GOOD = frozenset(
    {
        RemedyState.REFUSED,
        RemedyState.DECLINED,
        RemedyState.WITHDRAWN,
        RemedyState.LAWFULLY_REFUSED,
        RemedyState.REVERSED,
    }
)
# What a gift is charged to; care and what the law owes are nobody's generosity.
CHARGED_LINES: Final = frozenset({LineKind.GOODWILL, LineKind.EXPENSE})


@dataclass(frozen=True, slots=True)
class Line:
    """One remedy as rules read it."""

    line: str
    state: str
    amount_minor: int = 0


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact as rules read it."""

    at: datetime
    direction: str
    channel: str
    automatic: bool = False
    delivered: bool = True


@dataclass(frozen=True, slots=True)
class Reach:
    """How hard it was tried to reach somebody who has not been reached since `since`."""

    tries: int = 0
    channels: int = 0
    since: datetime | None = None
    days: int = 0

    @property
    def is_enough(self) -> bool:
        """Say whether a person counts as unreachable."""
        return self.tries >= TRIES and self.channels >= TRY_CHANNELS and self.days >= TRY_DAYS


def track_of(
    cases: Mapping[str, int], *, reopened: bool = False
) -> tuple[TrackState, TrackEnd | None] | None:
    """Say what `cases` (how many in each state) make of the customer track.

    One open case keeps it open; it waits while nobody has been answered and none of them had
    ended before. Merged cases count for nothing; None when there is no other.
    """
    counted = {state for state, count in cases.items() if count and state != CaseState.MERGED}
    if not counted:
        return None
    if counted <= _NOT_REACHED and not reopened:
        return TrackState.WAITING, None
    if any(not CASE.is_end(state) for state in counted):
        return TrackState.ACTIVE, None
    ends = {CASE.end_of(state) for state in counted}
    if TrackEnd.FAILED in ends:
        end = TrackEnd.FAILED if ends == {TrackEnd.FAILED} else TrackEnd.PARTLY
    else:
        end = TrackEnd.OK if ends == {TrackEnd.OK} else TrackEnd.OK_UNCONFIRMED
    return TrackState.ENDED, end


def counts_as(state: str) -> str:
    """Name what a case in `state` is to its track: states of one name are alike to track_of."""
    if CASE.is_end(state):
        return str(CASE.end_of(state))
    return "waiting" if state in _NOT_REACHED else "active"


def is_charged(line: str, amount_minor: int) -> bool:
    """Say whether a remedy counts against personal limits."""
    return line in CHARGED_LINES and amount_minor > 0


def committed(remedies: Iterable[Line]) -> int:
    """Sum what has been given or offered on a case within limits, by whomever: no splitting."""
    return sum(
        each.amount_minor
        for each in remedies
        if is_charged(each.line, each.amount_minor)
        and each.state not in ANSWERED_FOR_GOOD
        and each.state != RemedyState.AWAITING_APPROVAL
    )


def owed(remedies: Iterable[Line]) -> int:
    """Sum the rights of the customer that are neither paid nor lawfully refused."""
    return sum(each.amount_minor for each in remedies if is_owed(each))


def is_owed(remedy: Line) -> bool:
    """Say whether a line is a right neither paid nor lawfully refused."""
    return remedy.line == LineKind.ENTITLEMENT and remedy.state in {
        RemedyState.OFFERED,
        RemedyState.ACCEPTED,
        RemedyState.REFUSAL_ASKED,
    }


def has_open_right(remedies: Iterable[Line]) -> bool:
    """Say whether any right is unpaid, whatever its amount."""
    return any(is_owed(each) for each in remedies)


def has_open_offer(remedies: Iterable[Line]) -> bool:
    """Say whether a gift of money waits for an answer or an approval."""
    return any(
        is_charged(each.line, each.amount_minor)
        and each.state in {RemedyState.OFFERED, RemedyState.AWAITING_APPROVAL}
        for each in remedies
    )


def is_put_right(remedies: Collection[Line]) -> bool:
    """Say whether something was given and nothing offered, promised or owed is left."""
    states = {each.state for each in remedies}
    return RemedyState.DELIVERED in states and states <= ANSWERED_FOR_GOOD | {
        RemedyState.DELIVERED
    }


def reach_of(contacts: Iterable[Touch], *, now: datetime, schedule: Schedule) -> Reach:
    """Count the tries since the customer was last reached or wrote; what bounced is a try."""
    tries: list[Touch] = []
    for each in sorted(contacts, key=lambda touch: touch.at):
        if each.direction == ContactDirection.INCOMING:
            tries = []
        elif not each.automatic:
            tries = [] if each.delivered else [*tries, each]
    if not tries:
        return Reach()
    first = tries[0].at
    days = schedule.business_days_between(
        first.astimezone(schedule.zone).date(), now.astimezone(schedule.zone).date()
    )
    return Reach(len(tries), len({each.channel for each in tries}), first, days)


def quiet_since(remedied_at: datetime, contacts: Iterable[Touch]) -> datetime:
    """Say when the last word was passed after it was put right; what is automatic is none."""
    words = [each.at for each in contacts if not each.automatic and each.delivered]
    return max([remedied_at, *words])


def silent_until(since: datetime, *, schedule: Schedule) -> datetime:
    """Say when a case ends unconfirmed if nobody says a word: each word starts it anew."""
    return schedule.add_days(since, SILENT_DAYS)
