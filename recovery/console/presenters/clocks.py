"""Why a clock is due when it is, step by step; every number is the clock's own history's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from recovery.clocks.policy.explaining import Explanation, explain
from recovery.clocks.selectors import ClockFile, Reading, pause_cap_of, reading
from recovery.clocks.services import may_extend, may_tell, waits_for_telling
from recovery.clocks.states import SINGLE, ClockKind, ClockState
from recovery.console.presenters.clock_steps import Step, steps_of
from recovery.console.presenters.clock_sums import DayRow, amount, rows_of
from recovery.failures.selectors import item_reference
from recovery.failures.states import TrackKind
from recovery.kernel.hours import Schedule
from recovery.org.models import Person
from recovery.org.selectors import schedule_of
from recovery.web.words import moment

if TYPE_CHECKING:
    from recovery.clocks.models import Clock

LONG = 10
_PAGES = {"customer": "cases:case", "process": "processes:case", "employee": "staff:case"}


@dataclass(frozen=True, slots=True)
class ClockPage:
    """One clock explained. `verdict` is (kind of alert, sentence); `zone` that of the sums."""

    id: int
    name: str
    kind: str
    reference: str
    url: str
    headline: str
    reading: Reading
    steps: Sequence[Step]
    rows: Sequence[DayRow]
    target: str
    zone: str
    due_at: datetime
    original_due_at: datetime
    if_resumed_at: datetime | None
    verdicts: Sequence[tuple[str, str]]
    law: str
    authority: str
    may_extend: bool
    why_not: str
    may_tell: bool
    version: int

    @property
    def is_long(self) -> bool:
        """Whether the sum has more lines than one takes in at a glance."""
        return len(self.rows) > LONG


def page_of(file: ClockFile, viewer: Person, now: datetime) -> ClockPage:
    """Make a clock ready for whoever may read its case. No query."""
    clock, schedule = file.clock, schedule_of(file.clock.calendar_id)
    told = explain(file.history, schedule, now=now, pause_cap=pause_cap_of(clock))
    item, standard = clock.item, file.version.standard if file.version else None
    live = clock.state in {ClockState.RUNNING, ClockState.PAUSED}
    is_law = clock.kind == ClockKind.REGULATORY or bool(standard and standard.legal)
    return ClockPage(
        id=clock.pk,
        name=_(ClockKind(clock.kind).word),
        kind=item.kind,
        reference=item_reference(item.kind, item.pk),
        url=reverse(_PAGES[item.kind], args=[item_reference(item.kind, item.pk)]),
        headline=item.headline,
        reading=reading(clock, now),
        steps=steps_of(file, told, schedule, now=now),
        rows=rows_of(told, schedule, file.day_names),
        target=amount(told.course.target.total_seconds()),
        zone=str(schedule.zone),
        due_at=told.course.due_at,
        original_due_at=clock.original_due_at,
        if_resumed_at=told.if_resumed_at,
        verdicts=list(_verdicts(clock, told, schedule, now=now)),
        law=standard.law if standard else "",
        authority=standard.authority if standard else "",
        may_extend=live
        and not is_law
        and clock.kind not in SINGLE
        and may_extend(viewer, item),
        why_not=_why_not(clock, is_law=is_law),
        may_tell=waits_for_telling(clock) and may_tell(viewer, item),
        version=item.version,
    )


def _why_not(clock: "Clock", *, is_law: bool) -> str:
    """Why nobody at all gives this clock more time; nothing where it is a matter of role."""
    if is_law:
        return _("A law sets this time: it never pauses and nobody here can extend it.")
    if clock.kind in SINGLE:
        return _("This time was given by hand for one occasion: it is not extended.")
    if clock.item.kind == TrackKind.EMPLOYEE:
        return _("The time for an offer of support is not extended. Pass the case on instead.")
    return ""


def _verdicts(
    clock: "Clock", told: Explanation, schedule: Schedule, *, now: datetime
) -> Iterator[tuple[str, str]]:
    course = told.course
    if clock.breached_at is not None and clock.breached_at < course.due_at:
        yield (
            "warn",
            _("It had run over on %(at)s. That stays on record.")
            % {"at": moment(clock.breached_at, now=now, form="full")},
        )
    if course.state is ClockState.MET and course.ended_at is not None:
        at = moment(course.ended_at, now=now, form="full")
        if course.is_late:
            late = amount(course.miss.total_seconds())
            yield "bad", _("Met on %(at)s, late by %(late)s.") % {"at": at, "late": late}
        else:
            yield "ok", _("Met on %(at)s, in time.") % {"at": at}
    elif course.state is ClockState.CANCELLED and course.ended_at is not None:
        at = moment(course.ended_at, now=now, form="full")
        yield "info", _("Ended on %(at)s: nothing was owed by it any more.") % {"at": at}
    elif course.state is ClockState.RUNNING and now > course.due_at:
        late = amount(schedule.between(course.due_at, now).total_seconds())
        yield "bad", _("Over since %(at)s, by %(late)s so far.") % {
            "at": moment(course.due_at, now=now, form="full"), "late": late
        }  # fmt: skip
