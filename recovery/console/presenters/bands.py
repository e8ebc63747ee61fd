"""What stands above the cases of a work list: handed over, to decide, promised, to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from recovery.clocks.models import Promise
from recovery.clocks.presenters import whose
from recovery.clocks.selectors import Reading, reading
from recovery.console.presenters.work import (
    PAGES,
    WORDS,
    WorkGroup,
    WorkRow,
    decision_row,
    row_of,
    task_row,
)
from recovery.console.selectors import Decision
from recovery.coordination.models import Handover
from recovery.escalation.models import Task
from recovery.failures.selectors import item_reference
from recovery.org.models import Person


@dataclass(frozen=True, slots=True)
class Extras:
    """What stands above the cases of a work list."""

    handed: Sequence[Handover] = ()
    decisions: Sequence[Decision] = ()
    promises: Sequence[Promise] = ()
    tasks: Sequence[Task] = ()

    def __len__(self) -> int:
        return len(self.handed) + len(self.decisions) + len(self.promises) + len(self.tasks)

    @property
    def item_ids(self) -> list[int]:
        """The cases these are about, whose clocks and customers are named."""
        asked = [each.key for each in self.decisions if each.what != "waiver"]
        promised = [each.item_id for each in self.promises]
        promised += [each.item_id for each in self.handed]
        return [*asked, *promised, *(each.item_id for each in self.tasks)]


def bands_of(
    extras: Extras,
    *,
    viewer: Person,
    readings: Mapping[int, Reading],
    names: Mapping[int, str],
    now: datetime,
) -> list[WorkGroup]:
    """The bands above the cases, in the order in which they matter."""
    promises = [
        promise_row(each, viewer=viewer, names=names, now=now) for each in extras.promises
    ]
    tasks = [task_row(each, viewer=viewer, now=now, names=names) for each in extras.tasks]
    decisions = [
        decision_row(each, readings=readings, names=names) for each in extras.decisions
    ]
    handed = [handed_row(each, viewer=viewer, names=names, now=now) for each in extras.handed]
    return [
        WorkGroup(_("Handed to you: accept it"), handed),
        WorkGroup(_("Waits for your decision"), decisions),
        WorkGroup(_("Promises"), promises),
        WorkGroup(_("To do on these cases"), tasks),
    ]


def handed_row(
    handover: Handover, *, viewer: Person, names: Mapping[int, str], now: datetime
) -> WorkRow:
    """Turn what was handed over into a row that leads to where it is accepted."""
    row = row_of(
        handover.item, viewer=viewer, reading=reading(handover.clock, now), names=names
    )
    return replace(
        row,
        url=reverse("console:shift"),
        headline=handover.promise.words if handover.promise else row.headline,
        next_action=_("Accept it"),
        who=_("From %(name)s") % {"name": handover.giver.name},
        state=_("Waits to be accepted"),
        state_kind="warn",
        state_icon="share-2",
    )


def promise_row(
    promise: Promise, *, viewer: Person, names: Mapping[int, str], now: datetime
) -> WorkRow:
    """Turn a promise into a row: its words, who holds it, and its own time."""
    item = promise.item
    reference = item_reference(item.kind, item.pk)
    holder = _("You") if promise.holder_id == viewer.pk else whose(promise)
    ended = item.closed_at is not None
    return WorkRow(
        kind=item.kind,
        url=f"{reverse(PAGES[item.kind], args=[reference])}#promises",
        headline=promise.words,
        reference=reference,
        customer=promise.to_whom or names.get(item.pk, ""),
        priority=f"P{item.priority}",
        department=promise.desk.name if promise.desk else "",
        next_action=_("Keep the promise"),
        who=holder,
        reading=reading(promise.clock, now),
        state=_("Case has ended") if ended else _(WORDS.get(item.state, item.state)),
        state_kind="",
        state_icon="check" if ended else "arrow-right",
    )
