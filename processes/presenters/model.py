"""The case page and the panel of the failure page: the same facts, made ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from processes.models import Action, Cause, ProcessCase, ProcessLink
from processes.presenters.actions import Actions, Button, actions_of, button_of, may_work
from processes.presenters.proof import Proof, proof_of
from processes.presenters.stages import end_words, next_words, step_words, strip_of
from processes.selectors import CaseFile
from processes.states import (
    PROCESS,
    ActionKind,
    ActionStrength,
    Because,
    CauseKind,
    LinkState,
    ProcessState,
)
from recovery.clocks.selectors import Reading, all_readings
from recovery.failures.models import Note
from recovery.failures.selectors import item_reference, reference_of
from recovery.org.models import Person
from recovery.org.roles import Permission


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One action: what, what kind and how strong, who by when, or done with its evidence."""

    words: str
    about: str
    why_weak: str
    who: str
    state: str
    kind: str
    icon: str
    evidence: str
    button: Button | None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One failure of the case, with what may be said about it."""

    url: str
    reference: str
    title: str
    at: datetime
    note: str
    answer_by: datetime | None
    buttons: Sequence[Button]


@dataclass(frozen=True, slots=True)
class CaseModel:
    """A process case as its page and its panel show it to one viewer; no query is left in it."""

    case: ProcessCase
    reference: str
    url: str
    state: str
    step: str
    stages: Sequence[tuple[str, str]]
    end: str
    because: str
    counts: str
    next_action: str
    actions: Actions
    readings: Sequence[Reading]
    whys: Sequence[Cause]
    escapes: Sequence[Cause]
    rows: Sequence[ActionRow]
    proof: Proof | None
    candidates: int
    risk: str
    notes: Sequence[Note] = ()
    linked: Sequence[LinkRow] = ()
    open_candidates: Sequence[LinkRow] = ()
    is_ended: bool = False
    is_mine: bool = False
    may_work: bool = False

    @property
    def priority(self) -> str:
        return f"P{self.case.item.priority}"

    @property
    def reading(self) -> Reading | None:
        """The most urgent clock, if one runs."""
        return self.readings[0] if self.readings else None


def model_of(
    file: CaseFile,
    viewer: Person,
    now: datetime,
    *,
    linked: Sequence[ProcessLink] = (),
    candidates: Sequence[ProcessLink] = (),
    notes: Sequence[Note] = (),
) -> CaseModel:
    """Make one case ready for `viewer`; one query (its clocks)."""
    case = file.case
    reference = item_reference("process", case.pk)
    works = may_work(viewer, case, Permission.PROCESS_WORK)
    return CaseModel(
        case=case,
        reference=reference,
        url=reverse("processes:case", args=[reference]),
        state=_(ProcessState(file.state).word),
        step=step_words(file.state),
        stages=strip_of(file.state),
        end=end_words(file.state),
        because=because_words(case.proposed_because),
        counts=counts_words(file),
        next_action=_next(file),
        actions=actions_of(file, viewer, now),
        readings=all_readings(case.pk, now),
        whys=[each for each in file.causes if each.kind == CauseKind.OCCURRENCE],
        escapes=[each for each in file.causes if each.kind == CauseKind.ESCAPE],
        rows=[_action_row(each, file, works=works) for each in file.actions],
        proof=proof_of(file),
        candidates=file.candidates,
        risk=_risk_words(case),
        notes=notes,
        linked=[link_row(each, case, works=works) for each in linked],
        open_candidates=[link_row(each, case, works=works) for each in candidates],
        is_ended=PROCESS.is_end(file.state),
        is_mine=case.item.owner_id == viewer.pk,
        may_work=works,
    )


def because_words(code: str) -> str:
    """Say why a case was proposed; nothing for a code no longer known."""
    return next((_(each.word) for each in Because if each == code), "")


def counts_words(file: CaseFile) -> str:
    """Say how many failures are known, and how many nobody complained of."""
    said = ngettext("%(count)d failure", "%(count)d failures", file.linked) % {
        "count": file.linked
    }
    if not file.silent:
        return said
    silent = ngettext(
        "%(count)d of them never complained of",
        "%(count)d of them never complained of",
        file.silent,
    ) % {"count": file.silent}
    return f"{said}, {silent}"


def _next(file: CaseFile) -> str:
    if file.candidates:
        return ngettext(
            "Say whether %(count)d new failure has the same cause",
            "Say whether %(count)d new failures have the same cause",
            file.candidates,
        ) % {"count": file.candidates}
    if file.state == ProcessState.ACTION_CHOSEN and file.plan is not None:
        if not file.plan.approved_at:
            return _("Wait until somebody else approves the plan")
        return _("Finish the actions and say since when the change is in place")
    return next_words(file.state)


def _action_row(action: Action, file: CaseFile, *, works: bool) -> ActionRow:
    kind, icon, state = "", "clock", _("by %(day)s") % {"day": _day(action.due_on)}
    if action.done_at:
        kind, icon, state = "ok", "circle-check", _("done")
    elif action.due_on < timezone.localdate():
        kind, icon = "warn", "triangle-alert"
    open_ = works and not action.done_at and not PROCESS.is_end(file.state)
    return ActionRow(
        words=action.words,
        about=_about(action),
        why_weak=action.justification,
        who=action.owner.name,
        state=state,
        kind=kind,
        icon=icon,
        evidence=action.evidence,
        button=button_of("done", file.case.pk, field="action", value=action.pk)
        if open_
        else None,
    )


def _about(action: Action) -> str:
    if action.kind in {ActionKind.CONTAINMENT, ActionKind.CORRECTION}:
        return _(ActionKind(action.kind).word)
    return f"{_(ActionKind(action.kind).word)} · {_(ActionStrength(action.strength).word)}"


def link_row(link: ProcessLink, case: ProcessCase, *, works: bool) -> LinkRow:
    """A failure of a case in one line; with the buttons to judge it where the viewer may."""
    reference = reference_of(link.failure_id)
    verbs = ["same", "other"] if link.state == LinkState.CANDIDATE else ["unlink"]
    if not works or (link.state == LinkState.LINKED and PROCESS.is_end(case.item.state)):
        verbs = []
    return LinkRow(
        url=reverse("console:failure", args=[reference]),
        reference=reference,
        title=link.failure.title,
        at=link.failure.detected_at,
        note=_note(link),
        answer_by=link.answer_by if link.state == LinkState.CANDIDATE else None,
        buttons=[
            button_of(verb, case.pk, field="failure", value=link.failure_id) for verb in verbs
        ],
    )


def _note(link: ProcessLink) -> str:
    if link.reason == "no_answer":
        return _("counted as the same cause: nobody answered in five working days")
    return link.reason


def _risk_words(case: ProcessCase) -> str:
    if case.risk_accepted_by is None or case.risk_accepted_at is None:
        return ""
    return _("%(who)s on %(day)s: %(words)s") % {
        "who": case.risk_accepted_by.name,
        "day": _day(timezone.localdate(case.risk_accepted_at)),
        "words": case.risk_words,
    }


def _day(day: date) -> str:
    return formats.date_format(day, "j M Y")
