"""The process panel of the failure page: the case it belongs to, the pool, or the decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from processes.models import PoolEntry, ProcessLink
from processes.policy.triage import Choice, advise
from processes.presenters.actions import Button, button_of, may_work
from processes.presenters.model import CaseModel, because_words, model_of
from processes.selectors import (
    case_file,
    pool_entry,
    ties_of_failure,
    track_of_failure,
    triage_facts,
)
from processes.states import Because, LinkState, ProcessState
from recovery.failures.selectors import item_reference, reference_of
from recovery.failures.states import TrackEnd, TrackState
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can

TEMPLATE = "processes/_panel.html"


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of triage, and whether the rule proposes it."""

    label: str
    url: str
    icon: str
    proposed: bool


@dataclass(frozen=True, slots=True)
class Triage:
    """Link, open or pool: what the rule proposes and why, and what the viewer may choose."""

    proposal: str
    reason: str
    ways: Sequence[Way]


@dataclass(frozen=True, slots=True)
class PoolNote:
    """The pool entry in words: why, until when, and which case looks after it."""

    reason: str
    review_at: datetime
    adopted: str
    adopted_url: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another case the failure is tied to."""

    url: str
    reference: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What the failure page shows of learning; `sentence` where there is no case to show."""

    template: str
    sentence: str
    model: CaseModel | None = None
    asks_same: Sequence[Button] = ()
    triage: Triage | None = None
    pooled: PoolNote | None = None
    others: Sequence[Other] = ()


def panel(viewer: Person, failure_id: int, now: datetime) -> Panel | None:
    """The process track of a failure for `viewer`; None when it is not theirs to see.

    Seen by those who read processes in its department, and by those who may see a case it is tied
    to. About twelve queries with a case, six without.
    """
    track, department_id = track_of_failure(failure_id)
    ties = ties_of_failure(viewer, failure_id)
    if not ties and not can(viewer, Permission.PROCESS_READ, department_id):
        return None
    entry = pool_entry(failure_id)
    first = ties[0] if ties else None
    in_triage = first is None or first.process.item.state == ProcessState.TRIAGE
    works = can(viewer, Permission.PROCESS_WORK, department_id) or (
        first is not None and may_work(viewer, first.process, Permission.PROCESS_WORK)
    )
    waits = track.state == TrackState.WAITING and in_triage
    open_ = entry is None and track.state in {TrackState.WAITING, TrackState.ACTIVE}
    return Panel(
        template=TEMPLATE,
        sentence=_sentence(track.state, track.end, tied=first is not None),
        model=model_of(case_file(viewer, first.process_id), viewer, now) if first else None,
        asks_same=_asks(first, viewer) if first else (),
        triage=_triage(failure_id, now, works=works)
        if waits or (open_ and in_triage)
        else None,
        pooled=_pool_note(entry) if entry else None,
        others=[_other(link) for link in ties[1:]],
    )


def _sentence(state: str, end: str, *, tied: bool) -> str:
    if state == TrackState.NOT_REQUIRED:
        return _("Nothing here asks for learning beyond this one failure.")
    if end == TrackEnd.WAIVED and not tied:
        return _("Given up with a reason and somebody else’s approval.")
    if tied:
        return ""
    if state == TrackState.ACTIVE:
        return _("A case of another department works on this.")
    return _("No case works on this yet.") if not end else ""


def _asks(link: ProcessLink, viewer: Person) -> list[Button]:
    if link.state != LinkState.CANDIDATE:
        return []
    if not may_work(viewer, link.process, Permission.PROCESS_WORK):
        return []
    return [
        button_of(verb, link.process_id, field="failure", value=link.failure_id)
        for verb in ("same", "other")
    ]


def _triage(failure_id: int, now: datetime, *, works: bool) -> Triage | None:
    facts = triage_facts(failure_id, now)
    if facts is None:
        return None
    advice = advise(facts)
    reference = reference_of(failure_id)
    ways = [
        Way(
            label=label,
            url=reverse("processes:failure_verb", args=[reference, choice.value]),
            icon=icon,
            proposed=choice is advice.choice,
        )
        for choice, label, icon in (
            (Choice.LINK, _("Link to a case"), "link"),
            (Choice.OPEN, _("Open a case"), "layers"),
            (Choice.POOL, _("Let it wait"), "inbox"),
        )
    ]
    return Triage(
        proposal=_PROPOSALS[advice.choice](),
        reason=because_words(advice.because),
        ways=ways if works else (),
    )


_PROPOSALS = {
    Choice.LINK: lambda: _("The rule proposes: link it to the open case of its kind"),
    Choice.OPEN: lambda: _("The rule proposes: open a case"),
    Choice.POOL: lambda: _("The rule proposes: let it wait in the pool"),
}


def _pool_note(entry: PoolEntry) -> PoolNote:
    case = entry.adopted_by
    reference = item_reference("process", case.pk) if case else ""
    by_rule = entry.reason == Because.LOW_SEVERITY
    return PoolNote(
        reason=because_words(entry.reason) if by_rule else entry.reason,
        review_at=entry.review_at,
        adopted=reference,
        adopted_url=reverse("processes:case", args=[reference]) if reference else "",
    )


def _other(link: ProcessLink) -> Other:
    reference = item_reference("process", link.process_id)
    return Other(
        url=reverse("processes:case", args=[reference]),
        reference=reference,
        title=link.process.title,
        state=_(ProcessState(link.process.item.state).word),
    )
