"""Whoever is away holds nothing that cannot wait; a closed desk answers for nothing due by then."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from recovery.coordination.services import keep_house
from recovery.events.services import pump
from recovery.failures.models import WorkItem
from recovery.failures.services import hand_over
from recovery.kernel.refusals import Invalid
from recovery.messages.models import Message
from recovery.org.models import Absence, Department
from recovery.org.selectors import forget_snapshots
from recovery.org.services import note_absence
from tests.cases.casting import make_case, make_customer, make_desk
from tests.clocks.promising import HOUR, clock_of, promise
from tests.coordination.test_shifts import give, holder_of, owner_of
from tests.factories import NOON, make_calendar

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SATURDAY = datetime(2026, 3, 7, 10, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 3, 6, 18, tzinfo=UTC)


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def case(desk):
    return make_case(desk, owner=desk.handler, priority=2)


def away(person, since=NOON + HOUR):
    return note_absence(
        person_id=person.pk, since=since, until=since + DAY, actor=person, now=NOON
    )


def told(person):
    return Message.objects.filter(
        recipient=person, channel="inbox", kind="handover.to_desk"
    ).count()


def test_what_cannot_wait_goes_to_the_desk_when_it_begins(desk, case):
    made = promise(case.item, desk.handler, due_at=NOON + 30 * HOUR)
    small = make_case(desk, owner=desk.handler, priority=3, customer=make_customer("B"))
    away(desk.handler)
    keep_house(now=NOON + HOUR - timedelta(minutes=1))
    assert (owner_of(case), holder_of(made)) == (desk.handler.pk, desk.handler.pk)
    keep_house(now=NOON + HOUR)
    assert (owner_of(case), holder_of(made)) == (None, None)
    assert owner_of(small) == desk.handler.pk
    assert told(desk.lead) == 2


def test_is_passed_on_and_told_once_however_often_the_sweep_comes(desk, case):
    promise(case.item, desk.handler, due_at=NOON + 30 * HOUR)
    away(desk.handler)
    for minutes in range(3):
        keep_house(now=NOON + HOUR + timedelta(minutes=minutes))
    assert told(desk.lead) == 2


def test_what_comes_to_them_while_they_are_away_goes_on_as_well(desk, case):
    away(desk.handler)
    keep_house(now=NOON + HOUR)
    WorkItem.objects.filter(pk=case.pk).update(owner=desk.handler)
    keep_house(now=NOON + 2 * HOUR)
    assert owner_of(case) is None


def test_nothing_is_handed_to_who_is_away(desk, case):
    away(desk.colleague, since=NOON)
    with pytest.raises(Invalid, match="is away"):
        give(desk, desk.colleague)


def test_a_promise_due_while_its_desk_is_closed_goes_to_the_next_open_one_above(desk, case):
    above = desk.department.parent
    Department.objects.filter(pk=above.pk).update(calendar=make_calendar(always=True))
    Department.objects.filter(pk=desk.department.pk).update(calendar=make_calendar())
    forget_snapshots()
    made = promise(case.item, desk.handler, due_at=SATURDAY)
    keep_house(now=NOON)
    assert holder_of(made) == desk.handler.pk
    for _sweep in range(2):
        keep_house(now=FRIDAY_EVENING)
    made.refresh_from_db()
    assert (made.desk_id, made.holder_id) == (above.pk, None)
    assert clock_of(made).due_at == SATURDAY


def test_it_stays_where_no_desk_above_is_open_either(desk, case):
    made = promise(case.item, desk.handler, due_at=SATURDAY)
    keep_house(now=FRIDAY_EVENING)
    assert holder_of(made) == desk.handler.pk


def test_the_page_notes_it_and_takes_it_back(client, desk):
    client.force_login(desk.handler)
    sent = {"person": desk.handler.pk, "since": "2100-01-04T08:00", "until": "2100-01-08T08:00"}
    assert client.post(reverse("console:absences"), sent).status_code == 303
    [made] = Absence.objects.all()
    assert "Ines Moreau" in client.get(reverse("console:absences")).content.decode()
    answer = client.post(reverse("console:withdraw_absence", args=[made.pk]))
    assert answer.status_code == 303
    assert client.post(reverse("console:absences"), sent | {"until": ""}).status_code == 422


def test_promises_follow_their_case_to_another_desk(desk, case):
    other = make_desk()
    made = promise(case.item, desk.handler, due_at=NOON + 30 * HOUR)
    hand_over(
        item_id=case.pk, department_id=other.department.pk, words="Yours.", actor=desk.handler,
        now=NOON,
    )  # fmt: skip
    pump(NOON)
    made.refresh_from_db()
    assert (made.desk_id, made.holder_id) == (other.department.pk, None)
    assert clock_of(made).due_at == NOON + 30 * HOUR
