"""Tales of colleagues: a support case in each state, told by its two readers alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, cycle
from typing import Any

import staff.services as employee
from recovery.demo.engine import Stage
from recovery.demo.kinds import FOR_COLLEAGUES
from recovery.demo.tales.script import Step, Written, plan, write
from recovery.failures.models import WorkItem
from recovery.failures.policy import Flag
from recovery.org.models import Person
from staff.states import SUPPORT, EmployeeState, ScreenReason

DAY = 24.0
E = EmployeeState
_HIT = ("Rita Sousa", "Adaeze Obi", "Paulo Reis", "Nils Aker")


@dataclass(slots=True)
class Care:
    """One colleague's case, with a verb for each thing that can happen to it."""

    stage: Stage
    hit: Person
    failure_id: int = 0
    item_id: int = 0

    def report(self, now: datetime) -> None:
        """By a lead; the rule gives it to a supporter, who finds out who was hit."""
        lead = self.stage.world.people["Dina Roth"]
        flags = (Flag.STAFF_AFFECTED.value,)
        written = write(
            self.stage, Written(FOR_COLLEAGUES[0], flags=flags), actor=lead, now=now
        )
        self.failure_id = written.failure_id
        self.item_id = employee.screen(
            failure_id=self.failure_id, because=ScreenReason.STAFF_AFFECTED, now=now
        )
        self.stage.told_items.add(self.item_id)

    def _by_supporter(self, now: datetime) -> dict[str, Any]:
        item = WorkItem.objects.select_related("owner").get(pk=self.item_id)
        return {"item_id": self.item_id, "actor": item.owner, "now": now}

    def _by_person(self, now: datetime) -> dict[str, Any]:
        return {"item_id": self.item_id, "actor": self.hit, "now": now}

    def find_nobody(self, now: datetime) -> None:
        employee.none_affected(**self._by_supporter(now))

    def name(self, now: datetime) -> None:
        employee.name_person(person_id=self.hit.pk, **self._by_supporter(now))

    def offer(self, now: datetime) -> None:
        employee.offer_support(**self._by_supporter(now))

    def decline(self, now: datetime) -> None:
        employee.decline(**self._by_person(now))

    def accept(self, now: datetime) -> None:
        employee.accept(**self._by_person(now))

    def follow_up(self, now: datetime) -> None:
        employee.follow_up(**self._by_supporter(now))

    def refer(self, now: datetime) -> None:
        employee.refer(**self._by_supporter(now))

    def answer_readiness(self, now: datetime) -> None:
        employee.answer_readiness(
            failure_id=self.failure_id,
            made_worse=False,
            words="The guard came at once.",
            actor=self.stage.world.people["Dina Roth"],
            now=now,
        )


_PATH: Mapping[EmployeeState, Step[Care]] = {
    E.SCREENING: (0, Care.report),
    E.TO_OFFER: (3, Care.name),
    E.OFFERED: (5, Care.offer),
    E.IN_SUPPORT: (20, Care.accept),
    E.FOLLOWED_UP: (31 * DAY, Care.follow_up),
}
_UP_TO = dict(zip(_PATH, accumulate((step,) for step in _PATH.values()), strict=True))
# Every state a support case can be in, with the way there.
ROUTES: Mapping[EmployeeState, Sequence[Step[Care]]] = {
    **_UP_TO,
    E.NONE_AFFECTED: (*_UP_TO[E.SCREENING], (6, Care.find_nobody)),
    E.DECLINED: (*_UP_TO[E.OFFERED], (22, Care.decline)),
    E.REFERRED: (*_UP_TO[E.IN_SUPPORT], (12 * DAY, Care.refer)),
}
_RECENT, _DONE = 4.0, 9 * DAY


def tell_of_colleagues(stage: Stage) -> None:
    """Plan a support case for each state; where it ended, readiness is answered as well."""
    people = cycle(stage.world.people[name] for name in _HIT)
    for state, steps in ROUTES.items():
        ended = SUPPORT.is_end(state)
        also: Sequence[Step[Care]] = ((30, Care.answer_readiness),) if ended else ()
        plan(Care(stage, next(people)), (*steps, *also), ago=_DONE if ended else _RECENT)
