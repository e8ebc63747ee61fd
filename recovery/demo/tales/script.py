"""What every tale is made of: steps with hours between them, counted back from the end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate
from typing import Protocol

from recovery.coordination.services import (
    ComplaintFacts,
    CustomerFacts,
    Report,
    report_failures,
)
from recovery.demo.cast import FIRST_NAMES, LAST_NAMES, Mode
from recovery.demo.engine import Stage
from recovery.failures.states import Channel, Detection
from recovery.org.models import Person

# Hours since the step before, and what is done then.
type Step[Tale] = tuple[float, Callable[[Tale, datetime], object]]
FIRST_NUMBER = 9000  # customers of chance have numbers below


class Told(Protocol):
    """Anything that happens on a stage."""

    @property
    def stage(self) -> Stage: ...


def plan[Tale: Told](tale: Tale, steps: Sequence[Step[Tale]], *, ago: float) -> None:
    """Plan the steps so that the last of them is done `ago` hours before the end."""
    since = list(accumulate(gap for gap, _act in steps))
    for (_gap, act), hours in zip(steps, since, strict=True):
        when = tale.stage.end - timedelta(hours=ago + since[-1] - hours)
        tale.stage.at(when, partial(act, tale))


def somebody(stage: Stage) -> CustomerFacts:
    """A customer whom nobody else in the play is."""
    number = FIRST_NUMBER + next(stage.numbers)
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    last = LAST_NAMES[number % len(LAST_NAMES)]
    return CustomerFacts(
        source="bookings",
        external_id=f"PAX-{number}",
        name=f"{first} {last}",
        email=f"{first}.{last}.{number}@mail.example".lower().replace(" ", ""),
        phone=f"+351912{number:06d}",
        segment="leisure",
    )


@dataclass(slots=True)
class Written:
    """A failure as a tale reports it; `customers` complain, or are found silent."""

    mode: Mode
    customers: Sequence[CustomerFacts] = ()
    complains: bool = False
    flags: tuple[str, ...] = ()
    owner: Person | None = None
    cases: list[int] = field(default_factory=list)
    failure_id: int = 0


def write(stage: Stage, written: Written, *, actor: Person, now: datetime) -> Written:
    """Report it, and keep it from chance."""
    mode, row = stage.world.modes[written.mode.slug]
    words = mode.accounts[0]
    said = ComplaintFacts(words=words, channel=Channel.PHONE, received_at=now)
    report = Report(
        what_happened="" if written.complains else words,
        channel=Channel.PHONE if written.complains else Channel.INTERNAL,
        detection=Detection.COMPLAINT if written.complains else Detection.STAFF,
        severity=dict(mode.grades),
        customers=tuple(written.customers),
        complaint=said if written.complains else None,
        flags=written.flags,
        mode_id=row.pk,
        department_id=stage.world.desks[mode.desk].pk,
        owner_id=written.owner.pk if written.owner else None,
        occurred_at=now - timedelta(minutes=25),
        detected_at=now,
        no_reach="" if written.customers else "Seen in time; no flight changed.",
    )
    [made] = report_failures([report], actor=actor, now=now)
    written.failure_id = made.failure_id
    written.cases = [each.item_id for each in made.cases]
    stage.told_failures.add(made.failure_id)
    return written
