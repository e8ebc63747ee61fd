"""What everybody sees of the employee track: the least that is true, and the open question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from recovery.failures.models import Track
from recovery.failures.selectors import item_reference, reference_of
from recovery.failures.states import TrackEnd, TrackKind, TrackState
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.selectors import can
from staff.models import EnablementAction
from staff.policy import ENABLE_FROM, is_ready
from staff.selectors import ReadinessRecord, own_cases, readiness_of, track_of
from staff.states import ReadinessArea


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An enablement action; `may_finish` for its owner and for whoever answers here."""

    id: int
    words: str
    owner: str
    due_on: date
    done: bool
    may_finish: bool


@dataclass(frozen=True, slots=True)
class ReadinessBox:
    """The open question. `said` is the answer in a sentence, empty while there is none."""

    url: str
    said: str
    words: str
    actions: Sequence[ActionLine]
    waits: str
    may_answer: bool
    asks_for_action: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """The employee panel of a failure page, for one viewer."""

    template: str
    care: str
    care_kind: str
    care_icon: str
    sentence: str
    readiness: ReadinessBox | None
    private_url: str
    ask_url: str


def panel(viewer: Person, failure_id: int, now: datetime) -> Panel | None:
    """The employee panel, or None for a failure without tracks.

    Only what all may know goes in, apart from the link to a page of the viewer's own.
    """
    track = track_of(failure_id)
    if track is None:
        return None
    required = track.state != TrackState.NOT_REQUIRED
    mine = own_cases(viewer, failure_id)
    asked = any(case.person_id == viewer.pk for case in mine)
    care, kind, icon, sentence = _care(track)
    return Panel(
        template="staff/_panel.html",
        care=care,
        care_kind=kind,
        care_icon=icon,
        sentence=sentence,
        readiness=readiness_box(viewer, track) if required else None,
        private_url=page_of(mine[0].pk) if mine else "",
        ask_url="" if asked else reverse("staff:ask", args=[reference_of(failure_id)]),
    )


def page_of(item_id: int) -> str:
    """The address of a support case's private page."""
    return reverse("staff:case", args=[item_reference(TrackKind.EMPLOYEE, item_id)])


def _care(track: Track) -> tuple[str, str, str, str]:
    if track.state == TrackState.NOT_REQUIRED:
        return _("Not required"), "", "info", _("Anyone may ask for support all the same.")
    if track.failure.care_offered_at is not None:
        return (
            _("Handled by the people who should"), "ok", "circle-check",
            _("This is all there is to see. It never counts in any review."),
        )  # fmt: skip
    if track.end == TrackEnd.WAIVED:
        return _("Waived"), "", "ban", _("Somebody else’s to do, or given up with a reason.")
    return (
        _("Waits for the offer"), "", "clock",
        _("A supporter outside the team sees to it. Whom it concerns stays with them."),
    )  # fmt: skip


def readiness_box(viewer: Person, track: Track) -> ReadinessBox:
    """The readiness question of a failure as `viewer` may see and answer it."""
    failure = track.failure
    record = readiness_of(failure.pk)
    may = can(viewer, Permission.READINESS_ANSWER, failure.owning_department_id)
    return ReadinessBox(
        url=reverse("staff:readiness", args=[reference_of(failure.pk)]),
        said=_said(record) if record else "",
        words=record.answer.words if record else "",
        actions=[
            _action_line(each, may=may or each.owner_id == viewer.pk)
            for each in (record.actions if record else ())
        ],
        waits=_waits(record, failure.severity) if record else "",
        may_answer=may,
        asks_for_action=bool(record and record.answer.made_worse),
    )


def _said(record: ReadinessRecord) -> str:
    if not record.answer.made_worse:
        return _("No: skill, authority, tools and staffing were enough.")
    return _("Yes: %(area)s.") % {"area": _(ReadinessArea(record.answer.area).word).lower()}


def _waits(record: ReadinessRecord, severity: int) -> str:
    if is_ready(record.view, severity=severity):
        return ""
    if record.actions:
        return _("Ends when this is done.")
    return _("Needs something done about it, with an owner and a day: severity is %(least)d or "
             "more.") % {"least": ENABLE_FROM}  # fmt: skip


def _action_line(action: EnablementAction, *, may: bool) -> ActionLine:
    return ActionLine(
        id=action.pk,
        words=action.words,
        owner=action.owner.name,
        due_on=action.due_on,
        done=action.done_at is not None,
        may_finish=may and action.done_at is None,
    )
