"""Where a case stands: the stage strip, one sentence about the step, one about what is next."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import CustomerCase
from cases.policy import has_open_right, is_put_right
from cases.selectors import CaseFile
from cases.states import CASE, CaseState, LineKind, RemedyState
from recovery.failures.states import TrackEnd

STAGES: Final = (
    (CaseState.RECEIVED, CaseState.DETECTED),
    (CaseState.ACKNOWLEDGED,),
    (CaseState.ASSESSED,),
    (CaseState.INVESTIGATING, CaseState.AWAITING_CUSTOMER, CaseState.REJECTED),
    (CaseState.OFFERED, CaseState.ACCEPTED),
    (CaseState.REMEDIED, CaseState.REMEDIED_UNCONFIRMED),
    (CaseState.CONFIRMING,),
)
NAMES: Final[tuple[Promise, ...]] = (
    gettext_lazy("Known"),
    gettext_lazy("Answered"),
    gettext_lazy("Looked at"),
    gettext_lazy("Found out"),
    gettext_lazy("Offer made"),
    gettext_lazy("Put right"),
    gettext_lazy("Confirmed"),
)
NEXT: Final[Mapping[str, tuple[Promise, Promise]]] = {
    CaseState.DETECTED: (
        gettext_lazy("Reach the customer before they have to ask"),
        gettext_lazy("Reach %(name)s before they have to ask"),
    ),
    CaseState.RECEIVED: (
        gettext_lazy("Tell the customer what you know and what happens next"),
        gettext_lazy("Tell %(name)s what you know and what happens next"),
    ),
    CaseState.ACKNOWLEDGED: (
        gettext_lazy("Look at what it did to the customer"),
        gettext_lazy("Look at what it did to %(name)s"),
    ),
    CaseState.ASSESSED: (
        gettext_lazy("Find out what happened, then make an offer"),
        gettext_lazy("Find out what happened, then make %(name)s an offer"),
    ),
    CaseState.INVESTIGATING: (
        gettext_lazy("Make an offer that fits what was asked for"),
        gettext_lazy("Make %(name)s an offer that fits what was asked for"),
    ),
    CaseState.AWAITING_CUSTOMER: (
        gettext_lazy("Wait for the customer’s answer"),
        gettext_lazy("Wait for the answer of %(name)s"),
    ),
    CaseState.OFFERED: (
        gettext_lazy("Hear whether the customer takes the offer"),
        gettext_lazy("Hear whether %(name)s takes the offer"),
    ),
    CaseState.ACCEPTED: (
        gettext_lazy("Give what was accepted, and keep the proof"),
        gettext_lazy("Give %(name)s what was accepted, and keep the proof"),
    ),
    CaseState.REJECTED: (
        gettext_lazy("Look again: what we did was not enough"),
        gettext_lazy("Look again: what we did was not enough for %(name)s"),
    ),
    CaseState.REMEDIED: (
        gettext_lazy("Ask the customer whether it is solved"),
        gettext_lazy("Ask %(name)s whether it is solved"),
    ),
    CaseState.CONFIRMING: (
        gettext_lazy("Wait for the customer’s yes or no"),
        gettext_lazy("Wait for the yes or no of %(name)s"),
    ),
    CaseState.ESCALATED_EXTERNAL: (
        gettext_lazy("Answer the outside body, and do what it rules"),
        gettext_lazy("Answer the outside body, and do what it rules"),
    ),
}
ENDS: Final[Mapping[str, Promise]] = {
    CaseState.RECOVERED: gettext_lazy("The customer says that it is solved."),
    CaseState.RULED_RECOVERED: gettext_lazy(
        "Put right because an outside body ruled so; counted apart from our own recoveries."
    ),
    CaseState.REMEDIED_UNCONFIRMED: gettext_lazy(
        "Put right, but the customer never said a word. Not counted as recovered."
    ),
    CaseState.FINAL_RESPONSE: gettext_lazy(
        "We said a final no with reasons. Counted as not recovered."
    ),
    CaseState.UNREACHABLE: gettext_lazy(
        "The customer could not be reached. Counted as not recovered; what is owed stays owed."
    ),
    CaseState.LOST: gettext_lazy("The customer has left us. Counted as not recovered."),
    CaseState.MERGED: gettext_lazy("Part of another case now, and in no count."),
}


def _place(state: str) -> int | None:
    return next((n for n, states in enumerate(STAGES) if state in states), None)


def strip_of(case: CustomerCase) -> list[tuple[str, str]]:
    """The stages as (label, done | now | todo); empty where the line was left."""
    state = case.item.state
    if CASE.end_of(state) == TrackEnd.OK:
        return [(str(name), "done") for name in NAMES]
    place = _place(state)
    if place is None:
        return []
    words = [
        "done" if n < place else "now" if n == place else "todo" for n in range(len(NAMES))
    ]
    if state == CaseState.REMEDIED_UNCONFIRMED:
        words[place] = "done"
    return [(str(name), word) for name, word in zip(NAMES, words, strict=True)]


def step_words(case: CustomerCase) -> str:
    """Say the step in words: "step 5 of 7, then Put right"; nothing off the main line."""
    place = _place(case.item.state)
    if place is None or case.ended_at:
        return ""
    if place + 1 == len(NAMES):
        return _("the last step")
    return _("step %(step)d of %(of)d, then %(next)s") % {
        "step": place + 1,
        "of": len(NAMES),
        "next": NAMES[place + 1],
    }


def end_words(case: CustomerCase) -> str:
    """Say what the end means; nothing while the case is open."""
    return str(ENDS.get(case.item.state, ""))


def next_words(file: CaseFile, *, name: str) -> str:
    """Say in one sentence what comes next; nothing once the case has ended."""
    state, lines = file.case.item.state, file.lines
    states = {each.state for each in lines}
    if state not in NEXT:
        return ""
    if RemedyState.AWAITING_APPROVAL in states or RemedyState.REFUSAL_ASKED in states:
        return _("Wait for a second person’s decision")
    gift_accepted = any(
        each.state == RemedyState.ACCEPTED and each.line != LineKind.ENTITLEMENT
        for each in lines
    )
    if state == CaseState.ACCEPTED and not gift_accepted:
        if has_open_right(lines):
            return _("Pay what the law owes, or refuse it with reasons")
        if is_put_right(lines):
            return _("Say that all is given, then ask whether it is solved")
    plain, named = NEXT[state]
    return str(named) % {"name": name} if name else str(plain)
