"""A case as its customer reads it: plain words, no codes, nothing of colleagues or processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Contact, Remedy
from cases.policy import Ask, asks_of, has_open_right
from cases.presenters.status_words import OUTSIDE, SAID, stages_of
from cases.selectors import CaseFile
from cases.states import CaseState, ContactDirection, LineKind, RemedyKind, RemedyState
from recovery.clocks.selectors import Promised
from recovery.failures.selectors import item_reference
from recovery.failures.states import Channel
from recovery.messages.services import UNDO
from recovery.web.words import money

R = RemedyState
# What is not here the customer does not see: what waits for a colleague, or was never offered.
HIDDEN: Final = frozenset({R.AWAITING_APPROVAL, R.REFUSED})
_GIFT: Final[Mapping[str, Promise]] = {
    R.OFFERED: gettext_lazy("Waits for your answer"),
    R.ACCEPTED: gettext_lazy("You took it. It is on its way."),
    R.DECLINED: gettext_lazy("You turned it down"),
    R.DELIVERED: gettext_lazy("Given"),
    R.REVERSED: gettext_lazy("Given, then taken back"),
}
_RIGHT: Final[Mapping[str, Promise]] = {
    R.OFFERED: gettext_lazy("Owed to you, not yet paid"),
    R.ACCEPTED: gettext_lazy("Owed to you, not yet paid"),
    R.REFUSAL_ASKED: gettext_lazy("We are checking it"),
    R.DELIVERED: gettext_lazy("Paid"),
    R.LAWFULLY_REFUSED: gettext_lazy("Not paid, with reasons"),
    R.REVERSED: gettext_lazy("Paid, then taken back"),
}
del R
_PROMISES: Final[Mapping[str, tuple[Promise, str, str]]] = {
    "open": (gettext_lazy("Promised"), "", ""),
    "overdue": (gettext_lazy("We are late"), "bad", "octagon-alert"),
    "kept": (gettext_lazy("Done"), "ok", "check"),
    "late": (gettext_lazy("Not done in time"), "warn", "triangle-alert"),
    "released": (gettext_lazy("No longer needed"), "", ""),
}


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise: what, by when, first by when if that was moved, and what became of it."""

    words: str
    due_at: datetime
    first_due_at: datetime | None
    state: str
    kind: str
    icon: str


@dataclass(frozen=True, slots=True)
class GiftLine:
    """Something the customer gets: what, worth, state, the reason for a no, whether it asks."""

    id: int
    what: str
    worth: str
    state: str
    kind: str
    reason: str
    asks: bool


@dataclass(frozen=True, slots=True)
class WordLine:
    """Words that passed: when, by what way, from whom; "" while they are not to be read."""

    id: int
    at: datetime
    way: str
    words: str
    is_ours: bool
    can_deny: bool


@dataclass(frozen=True, slots=True)
class StatusModel:
    """The page of a case for its customer. `asks` are the buttons it has."""

    reference: str
    about: str
    heading: str
    next: str
    stages: Sequence[tuple[str, str]]
    who: str
    desk: str
    promises: Sequence[PromiseLine]
    gifts: Sequence[GiftLine]
    owes: bool
    outside: str
    reasons: str
    words: Sequence[WordLine]
    wished: str
    asks: frozenset[Ask]
    disagreed_at: datetime | None
    is_named: bool
    has_surname: bool
    is_ended: bool
    is_asked: bool

    @property
    def asks_first(self) -> bool:
        """Whether it is the customer's word that counts now, before all there is to read."""
        return self.is_ended or self.is_asked or Ask.SOLVED in self.asks


def status_of(
    file: CaseFile, promises: Sequence[Promised], now: datetime, *, is_named: bool
) -> StatusModel:
    """Make a case ready for its customer; `is_named`: who reads has typed the surname."""
    case, item = file.case, file.case.item
    heading, after = SAID[item.state]
    asks = asks_of(item.state, file.lines, disagreed=case.disagreed_at is not None)
    outside = case.outside_body if item.state in OUTSIDE else ""
    is_final = item.state == CaseState.FINAL_RESPONSE
    return StatusModel(
        reference=item_reference("customer", case.pk),
        about=case.failure.service_reference,
        heading=str(heading),
        next=str(after),
        stages=stages_of(item.state),
        who=first_name(item.owner.name) if item.owner and not case.ended_at else "",
        desk=item.department.name if item.department else "",
        promises=[promise_line(each, now) for each in promises],
        gifts=gift_lines(file.remedies, asks, is_named=is_named),
        owes=has_open_right(file.lines),
        outside=outside,
        reasons=case.end_words if is_named and is_final else "",
        words=word_lines(file, asks, now, is_named=is_named),
        wished=case.wished_outcome if is_named else "",
        asks=asks,
        disagreed_at=case.disagreed_at if is_final else None,
        is_named=is_named,
        has_surname=bool(case.customer and case.customer.name.strip()),
        is_ended=case.ended_at is not None,
        is_asked=item.state == CaseState.AWAITING_CUSTOMER,
    )


def first_name(name: str) -> str:
    """What a colleague is called towards customers."""
    return next(iter(name.split()), "")


def promise_line(promise: Promised, now: datetime) -> PromiseLine:
    """One promise in words; one that is open past its time is said to be late."""
    is_late = promise.state == "open" and now > promise.due_at
    state, kind, icon = _PROMISES["overdue" if is_late else promise.state]
    moved = promise.first_due_at != promise.due_at
    first = promise.first_due_at if moved else None
    return PromiseLine(promise.words, promise.due_at, first, str(state), kind, icon)


def gift_lines(
    remedies: Sequence[Remedy], asks: frozenset[Ask], *, is_named: bool
) -> list[GiftLine]:
    """What was offered, is owed and was given; in our words only for who is named."""
    found = []
    for each in remedies:
        is_right = each.line == LineKind.ENTITLEMENT
        state = (_RIGHT if is_right else _GIFT).get(each.state)
        if state is None and each.state == RemedyState.WITHDRAWN and each.answered_at:
            state = gettext_lazy("We took it back")
        if state is None:
            continue
        kind = capfirst(_(RemedyKind(each.kind).word))
        found.append(
            GiftLine(
                id=each.pk,
                what=each.words if is_named and each.words else kind,
                worth=money(each.amount_minor, each.currency) if each.amount_minor else "",
                state=str(state),
                kind="ok" if each.state == RemedyState.DELIVERED else "",
                reason=each.refusal if is_named else "",
                asks=not is_right and each.state == RemedyState.OFFERED and Ask.ANSWER in asks,
            )
        )
    return found


def word_lines(
    file: CaseFile, asks: frozenset[Ask], now: datetime, *, is_named: bool
) -> list[WordLine]:
    """What passed between us, newest first: that it did for everybody, the words for who is named.

    What never arrived, what was sent by itself and a letter that can still be taken back is no
    word of anybody.
    """
    found = [
        _word(each, asks, is_named=is_named)
        for each in file.contacts
        if each.delivered and not each.automatic and not _may_be_taken_back(each, now)
    ]
    found += [
        WordLine(0, each.received_at, _way(each.channel), each.words if is_named else "",
                 is_ours=False, can_deny=False)
        for each in file.complaints
    ]  # fmt: skip
    return sorted(found, key=lambda line: line.at, reverse=True)


def _may_be_taken_back(contact: Contact, now: datetime) -> bool:
    return (
        contact.letter_id is not None
        and contact.channel == Channel.EMAIL
        and now < contact.at + UNDO
    )


def _word(contact: Contact, asks: frozenset[Ask], *, is_named: bool) -> WordLine:
    is_ours = contact.direction == ContactDirection.OUTGOING
    return WordLine(
        id=contact.pk,
        at=contact.at,
        way=_way(contact.channel),
        words=contact.words if is_named else "",
        is_ours=is_ours,
        can_deny=is_ours and Ask.NOT_TOLD in asks,
    )


def _way(channel: str) -> str:
    return _(Channel(channel).word)
