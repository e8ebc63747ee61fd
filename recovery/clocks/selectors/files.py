"""One clock with all that its explanation needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from recovery.clocks.models import Clock, ClockEvent, Promise, StandardVersion
from recovery.clocks.policy import Moment
from recovery.clocks.selectors.promises import promise_of_clock
from recovery.clocks.states import ClockKind, ClockVerb
from recovery.kernel.refusals import NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import CalendarException

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClockFile:
    """One clock with all that its explanation needs; `entries` in the order they were written."""

    clock: Clock
    version: StandardVersion | None
    entries: Sequence[ClockEvent]
    day_names: Mapping[date, str]
    promise: Promise | None = None

    @property
    def history(self) -> list[Moment]:
        """The entries as rules read them."""
        return [
            Moment(
                ClockVerb(each.verb), each.at, each.seconds, each.priority,
                by=each.by.name, reason=each.reason, due_at=each.due_at,
            )
            for each in self.entries
        ]  # fmt: skip


def item_of_clock(clock_id: int) -> int:
    """The case a clock belongs to, so that it can be asked who may read it. Raises NotFound."""
    found = Clock.objects.filter(pk=clock_id).values_list("item_id", flat=True).first()
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such clock."))
    return found


def clock_file(clock_id: int) -> ClockFile:
    """A clock for its page, three queries and one for a promise; the caller has checked that its case may be read."""
    clock = Clock.objects.select_related("standard__standard", "calendar", "item__failure").get(
        pk=clock_id
    )
    special = CalendarException.objects.filter(
        calendar=clock.calendar,
        date__range=(clock.started_at.date() - DAY, clock.due_at.date() + DAY),
    )
    return ClockFile(
        clock=clock,
        version=clock.standard,
        entries=list(clock.history.select_related("by").order_by("id")),
        day_names=dict(special.values_list("date", "name")),
        promise=promise_of_clock(clock_id) if clock.kind == ClockKind.PROMISE else None,
    )
