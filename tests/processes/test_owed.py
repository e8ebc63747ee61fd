"""What a process case owes by a clock: containment while open, a look when its day has come."""

import pytest

from processes import services
from processes.services.proposals import remind_of_looks
from processes.states import CauseKind
from recovery.clocks.models import Clock
from tests.factories import NOON
from tests.processes.conftest import DAY


def clocks(case, kind):
    found = Clock.objects.filter(item_id=case.pk, kind=kind).order_by("instance")
    return [(each.state, each.started_at) for each in found]


def test_what_is_opened_must_be_contained(house):
    case = house.opened(priority=3)
    assert clocks(case, "contain") == [("running", NOON)]
    services.contain(
        process_id=case.pk, words="Hourly look", evidence="rota", actor=house.owner, now=NOON
    )
    assert clocks(case, "contain") == [("met", NOON)]


def test_a_cause_found_first_makes_containment_needless(house):
    case = house.opened(priority=3)
    for kind in CauseKind:
        services.add_cause(
            process_id=case.pk, kind=kind, words="By e-mail", evidence="log",
            actor=house.owner, now=NOON,
        )  # fmt: skip
    services.find_cause(process_id=case.pk, actor=house.owner, now=NOON)
    assert clocks(case, "contain") == [("cancelled", NOON)]


def test_a_look_is_owed_from_its_day_on_and_once(house):
    case, day = house.watched(), NOON + 120 * DAY
    assert remind_of_looks(now=day - DAY) == 0
    assert clocks(case, "verify") == []
    for later in (0.5, 1):
        assert remind_of_looks(now=day + later * DAY) == 1
        assert clocks(case, "verify") == [("running", day)]
    services.take_look(process_id=case.pk, actor=house.owner, now=day + 2 * DAY)
    assert clocks(case, "verify") == [("met", day)]
    assert remind_of_looks(now=day + 3 * DAY) == 0


def test_a_case_no_longer_watched_owes_no_look(house):
    case, day = house.watched(), NOON + 120 * DAY
    services.take_look(process_id=case.pk, actor=house.owner, now=day)
    remind_of_looks(now=NOON + 240 * DAY)
    services.settle(process_id=case.pk, actor=house.owner, now=NOON + 241 * DAY)
    assert clocks(case, "verify") == [("cancelled", NOON + 240 * DAY)]


@pytest.mark.parametrize(("priority", "owed"), [(1, 1), (3, 1), (4, 0)])
def test_small_things_go_without_containment_in_time(house, priority, owed):
    assert len(clocks(house.opened(priority=priority), "contain")) == owed
