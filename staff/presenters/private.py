"""The private page and the private lists: what the two readers of a case see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from recovery.events.selectors import Entry
from recovery.failures.selectors import item_reference, reference_of
from recovery.failures.states import TrackKind
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from staff.models import EmployeeCase
from staff.presenters.outside import page_of
from staff.states import SUPPORT, EmployeeState, ScreenReason


@dataclass(frozen=True, slots=True)
class Deed:
    """A button of the private page that needs no more than a press."""

    verb: str
    label: str
    icon: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class CasePage:
    """A support case for one of its two readers."""

    reference: str
    failure_reference: str
    failure_title: str
    is_supporter: bool
    person: str
    supporter: str
    state: str
    sentence: str
    because: str
    stages: Sequence[tuple[str, str]]
    forms: frozenset[str]
    deeds: Sequence[Deed]
    follow_up_at: datetime | None
    story: Sequence[tuple[datetime, str, str]]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A support case in a reader's own list."""

    url: str
    name: str
    state: str
    follow_up_at: datetime | None
    ended: bool


# Which verbs of the lifecycle are whose, and how they are asked for.
_FORMS: Mapping[str, str] = {"name_person": "name", "offer": "offer"}
_SUPPORTERS = frozenset({"name_person", "none_affected", "offer", "follow_up", "refer"})
_DEEDS: Mapping[str, Deed] = {
    "none_affected": Deed("none-affected", gettext_noop("Nobody was hit"), "check"),
    "accept": Deed(
        "accept", gettext_noop("Yes, I would like that"), "hand-helping", primary=True
    ),
    "decline": Deed("decline", gettext_noop("No, thank you"), "x"),
    "follow_up": Deed(
        "follow-up",
        gettext_noop("I asked; nothing more is needed"),
        "circle-check",
        primary=True,
    ),
    "refer": Deed("refer", gettext_noop("It goes on with a professional"), "arrow-right"),
}
_SENTENCES: Mapping[tuple[str, bool], str] = {
    (EmployeeState.SCREENING, True): gettext_noop(
        "Find out who was hit by this failure, if anybody was. Ask quietly."
    ),
    (EmployeeState.NONE_AFFECTED, True): gettext_noop("You found that nobody was hit."),
    (EmployeeState.TO_OFFER, True): gettext_noop(
        "Offer support with your own voice by the end of the shift, at the latest in a day."
    ),
    (EmployeeState.TO_OFFER, False): gettext_noop("Your supporter will speak with you soon."),
    (EmployeeState.OFFERED, True): gettext_noop(
        "The offer is made. The answer is theirs alone, today or later."
    ),
    (EmployeeState.OFFERED, False): gettext_noop(
        "Support is offered to you. Yes and no look the same to everybody else, for ever."
    ),
    (EmployeeState.DECLINED, True): gettext_noop("They said no, thank you. That is all."),
    (EmployeeState.DECLINED, False): gettext_noop(
        "You said no. You can still say yes, whenever you like."
    ),
    (EmployeeState.IN_SUPPORT, True): gettext_noop("You are there for them. Ask again later."),
    (EmployeeState.IN_SUPPORT, False): gettext_noop("Your supporter is there for you."),
    (EmployeeState.FOLLOWED_UP, True): gettext_noop(
        "You asked how it is going. This has ended."
    ),
    (EmployeeState.FOLLOWED_UP, False): gettext_noop("This has ended. You can ask again."),
    (EmployeeState.REFERRED, True): gettext_noop("It goes on elsewhere, outside this system."),
    (EmployeeState.REFERRED, False): gettext_noop("It goes on elsewhere, outside this system."),
}
_STAGES = {
    EmployeeState.TO_OFFER: gettext_noop("Offer to be made"),
    EmployeeState.OFFERED: gettext_noop("Offered"),
    EmployeeState.IN_SUPPORT: gettext_noop("In support"),
    EmployeeState.FOLLOWED_UP: gettext_noop("Asked again"),
}
# Where a state off the main line stands on it.
_STANDS_AT = {
    EmployeeState.SCREENING: EmployeeState.TO_OFFER,
    EmployeeState.NONE_AFFECTED: EmployeeState.TO_OFFER,
    EmployeeState.DECLINED: EmployeeState.OFFERED,
    EmployeeState.REFERRED: EmployeeState.FOLLOWED_UP,
}
_STORY = {
    "support.screened": gettext_noop("Looked at by rule"),
    "support.asked": gettext_noop("Asked for"),
    "support.person_named": gettext_noop("Person named"),
    "support.none_affected": gettext_noop("Nobody was hit"),
    "support.offered": gettext_noop("Offered"),
    "support.accepted": gettext_noop("Yes said"),
    "support.declined": gettext_noop("No said"),
    "support.note_written": gettext_noop("Note written"),
    "support.notes_read": gettext_noop("Notes read"),
    "support.passed_on": gettext_noop("Passed to another supporter"),
    "support.followed_up": gettext_noop("Asked how it is going"),
    "support.referred": gettext_noop("Goes on with a professional"),
    "clock.breached": gettext_noop("The time for the offer ran out"),
    "escalation.fired": gettext_noop("Reminded of the time for the offer"),
}


def case_page(
    case: EmployeeCase, viewer: Person, *, story: Sequence[Entry], names: Mapping[int, str]
) -> CasePage:
    """A case, loaded with failure, person and supporter, for one of its readers."""
    is_supporter = viewer.pk == case.supporter_id
    moves = [
        move.verb
        for move in SUPPORT.available(case.state)
        if (move.verb in _SUPPORTERS) == is_supporter
    ]
    return CasePage(
        reference=item_reference(TrackKind.EMPLOYEE, case.pk),
        failure_reference=reference_of(case.failure_id),
        failure_title=case.failure.title,
        is_supporter=is_supporter,
        person=case.person.name if case.person else "",
        supporter=case.supporter.name,
        state=_(EmployeeState(case.state).word),
        sentence=_(_SENTENCES[EmployeeState(case.state), is_supporter]),
        because=_(ScreenReason(case.because).word),
        stages=_stages(EmployeeState(case.state)),
        forms=frozenset(_FORMS[verb] for verb in moves if verb in _FORMS),
        deeds=[_deed(_DEEDS[verb]) for verb in moves if verb in _DEEDS]
        + ([] if SUPPORT.is_end(case.state) else [_pass_on(is_supporter=is_supporter)]),
        follow_up_at=case.follow_up_at if case.ended_at is None else None,
        story=[
            (entry.at, _(_STORY.get(entry.verb, entry.verb)), names.get(entry.actor_id, ""))
            for entry in story
        ],
    )


def _deed(deed: Deed) -> Deed:
    return Deed(deed.verb, _(deed.label), deed.icon, deed.primary)


def _pass_on(*, is_supporter: bool) -> Deed:
    label = (
        _("Pass to another supporter") if is_supporter else _("I would rather talk to another")
    )
    return Deed("pass-on", label, "share-2")


def _stages(state: EmployeeState) -> list[tuple[str, str]]:
    places = list(_STAGES)
    here = places.index(_STANDS_AT.get(state, state))
    over = SUPPORT.is_end(state)
    return [
        (_(word), "done" if place < here or (over and place == here) else
         "now" if place == here else "todo")
        for place, word in enumerate(_STAGES.values())
    ]  # fmt: skip


def case_row(case: EmployeeCase, *, name: str) -> CaseRow:
    """A case in a list of the viewer's own; `name` is the other one of the two."""
    return CaseRow(
        url=page_of(case.pk),
        name=name,
        state=_(EmployeeState(case.state).word),
        follow_up_at=case.follow_up_at if case.ended_at is None else None,
        ended=case.ended_at is not None,
    )
