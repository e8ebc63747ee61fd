"""Promises in words, as the case page, the failure page and a clock's page show them."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from recovery.clocks.models import Promise
from recovery.clocks.selectors import Reading, reading
from recovery.clocks.services import Beside
from recovery.clocks.states import PromiseState
from recovery.org.selectors import calendar_of, is_away, schedule_of
from recovery.web.words import moment


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise in one line: what, by when, whose, and what became of it.

    `state`, `kind` and `icon` are those of the state component; broken shows beside kept.
    """

    id: int
    words: str
    to_whom: str
    due_at: datetime
    reading: Reading
    is_open: bool
    may_move: bool
    state: str
    kind: str
    icon: str
    whose: str
    notes: tuple[str, ...]


def promise_row(promise: Promise, now: datetime) -> PromiseRow:
    """Make a promise ready to be shown; it was read with clock, desk, holder and ended_by."""
    clock, is_open = promise.clock, promise.state == PromiseState.OPEN
    broken = clock.breached_at is not None or (is_open and now > clock.due_at)
    state, kind, icon = _look(PromiseState(promise.state), broken=broken)
    return PromiseRow(
        id=promise.pk,
        words=promise.words,
        to_whom=promise.to_whom,
        due_at=clock.due_at,
        reading=reading(clock, now),
        is_open=is_open,
        may_move=is_open and not broken and promise.renegotiated_at is None,
        state=state,
        kind=kind,
        icon=icon,
        whose=whose(promise),
        notes=tuple(_notes(promise, now)),
    )


def whose(promise: Promise) -> str:
    """Who holds it and which desk answers for it."""
    holder = promise.holder.name if promise.holder else _("nobody yet")
    return f"{promise.desk.name}, {holder}" if promise.desk else holder


def promised(promise: Promise, now: datetime) -> str:
    """What is said after promising: later than the standard, its holder away, its desk closed."""
    beside, due_at = promise.standard_due_at, promise.clock.due_at
    said = [_("Promised.")]
    if beside is not None and due_at > beside:
        said.append(
            _("That is later than the standard, which is due %(at)s.")
            % {"at": moment(beside, now=now)}
        )
    if promise.holder is not None and is_away(promise.holder, due_at):
        said.append(
            _("%(name)s is away then: it goes to the desk.") % {"name": promise.holder.name}
        )
    if promise.desk_id and not schedule_of(calendar_of(promise.desk_id)).is_open(due_at):
        said.append(_("The desk is closed then: see that it is kept before."))
    return " ".join(said)


def beside_words(beside: Beside | None, now: datetime) -> str:
    """What the standard would be, while somebody chooses the time."""
    if beside is None:
        return _("No standard says when this would be due.")
    return _("The standard would be %(at)s (%(name)s).") % {
        "at": moment(beside.due_at, now=now), "name": _(beside.name)
    }  # fmt: skip


def _look(state: PromiseState, *, broken: bool) -> tuple[str, str, str]:
    if state is PromiseState.KEPT:
        if broken:
            return _("Kept, but late"), "warn", "triangle-alert"
        return _("Kept"), "ok", "check"
    if broken:
        return _("Not kept in time"), "bad", "octagon-alert"
    if state is PromiseState.RELEASED:
        return _("No longer needed"), "", ""
    return _("Open"), "", ""


def _notes(promise: Promise, now: datetime) -> list[str]:
    clock, found = promise.clock, []
    if promise.renegotiated_at is not None:
        found.append(
            _("Promised first for %(at)s. Agreed: “%(words)s”")
            % {"at": moment(clock.original_due_at, now=now), "words": promise.consent}
        )
    if promise.standard_due_at and clock.original_due_at > promise.standard_due_at:
        found.append(
            _("Later than the standard, which was due %(at)s.")
            % {"at": moment(promise.standard_due_at, now=now)}
        )
    if promise.end_words and promise.ended_by and promise.ended_at:
        found.append(
            f"{promise.end_words} ({promise.ended_by.name}, "
            f"{moment(promise.ended_at, now=now)})"
        )
    return found
