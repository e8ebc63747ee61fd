"""A firing raises the case and tells the right people, once, unless it has been dealt with."""

from datetime import timedelta

import pytest

from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind
from recovery.escalation import registry, tasks
from recovery.escalation.models import Firing, Rung
from recovery.escalation.selectors import ladders
from recovery.escalation.services import answer_firings, sweep
from recovery.events import tasks as events
from recovery.events.models import ParkedEvent
from recovery.events.services import pump
from recovery.messages.models import Message
from recovery.messages.services import wish
from recovery.org.roles import Role
from recovery.org.selectors import departments
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
# Items, firings, overtaken ones, owners, seats, wishes; then levels, notices, answers.
TO_TELL = 10
OVER = NOON + 16 * MINUTE
K = ClockKind


@pytest.fixture
def head():
    return make_department("Customer care")


@pytest.fixture
def desk(head):
    return make_department("Baggage", parent=head)


def begin(desk, **facts):
    """A case whose 15 minutes run from noon."""
    item = make_item(make_failure(department=desk, priority=1), **facts)
    clocks.start(item_id=item.pk, kind=K.ACKNOWLEDGE, at=NOON, actor_id=make_person().pk)
    return item


def run(now):
    sweep(now)
    pump(now)
    assert not ParkedEvent.objects.exists()


def told(person):
    mine = Message.objects.filter(recipient=person).order_by("id")
    assert set(mine.values_list("channel", flat=True)) <= {"inbox", "email"}
    return list(mine.filter(channel="inbox").values_list("subject", flat=True))


def test_warns_the_owner_and_then_rises_to_the_lead(desk):
    owner = make_person(Role.HANDLER, desk)
    lead = make_person(Role.LEAD, desk, lead=True)
    item = begin(desk, owner=owner)
    run(NOON + 12 * MINUTE)
    assert len(told(owner)) == 1
    assert told(lead) == []
    run(OVER)
    item.refresh_from_db()
    assert item.level == 1
    assert (len(told(owner)), len(told(lead))) == (1, 1)
    (subject,) = told(lead)
    assert subject.endswith("Acknowledge, 1 min over")
    assert subject.startswith("C-")


def test_tells_nobody_twice_however_often_it_is_run(desk):
    lead = make_person(Role.LEAD, desk, lead=True)
    begin(desk)
    for _ in range(3):
        run(OVER)
    firings = Firing.objects.filter(rung__percent=100)
    for firing in firings:
        answer_firings(firing_ids=[firing.pk], now=OVER)
    # Nobody owns it, so the lead hears the warning as well.
    assert len(told(lead)) == 2
    assert Message.objects.filter(recipient=lead).count() == 4


def test_after_a_long_absence_says_a_repeated_rung_once(desk):
    lead = make_person(Role.LEAD, desk, lead=True)
    Rung.objects.filter(version__ladder__clock_kind=K.ACKNOWLEDGE, percent=75).delete()
    Rung.objects.filter(version__ladder__clock_kind=K.ACKNOWLEDGE).update(every=10, most=5)
    ladders.forget()
    begin(desk)
    run(NOON + 37 * MINUTE)  # three were due meanwhile
    assert len(told(lead)) == 1
    run(NOON + 46 * MINUTE)
    assert len(told(lead)) == 2
    found = Firing.objects.order_by("occurrence").values_list("occurrence", "told")
    assert list(found) == [(1, []), (2, []), (3, [lead.pk]), (4, [lead.pk])]


def test_keeps_who_was_told_and_when(desk):
    lead = make_person(Role.LEAD, desk, lead=True)
    begin(desk)
    sweep(OVER)
    assert set(Firing.objects.values_list("answered_at", "told")) == {(None, None)}
    pump(OVER)
    assert list(Firing.objects.values_list("answered_at", "told")) == [(OVER, [lead.pk])] * 2


def test_says_nothing_when_it_was_met_before_anybody_was_told(desk):
    lead = make_person(Role.LEAD, desk, lead=True)
    item = begin(desk)
    sweep(OVER)
    clocks.meet(item_id=item.pk, kinds=[K.ACKNOWLEDGE], at=OVER, actor_id=make_person().pk)
    pump(OVER)
    item.refresh_from_db()
    assert (told(lead), item.level) == ([], 0)


def test_goes_to_the_lead_above_where_the_desk_has_none(desk, head):
    upper = make_person(Role.LEAD, head, lead=True)
    begin(desk, owner=make_person(Role.HANDLER, desk, is_active=False))
    run(OVER)
    assert len(told(upper)) == 2


def test_goes_to_the_operators_before_it_goes_to_nobody(desk):
    operator = make_person(Role.OPERATOR)
    begin(desk)
    run(OVER)
    assert len(told(operator)) == 2


def test_keeps_the_version_so_that_open_forms_stay_valid(desk):
    item = begin(desk)
    version = item.version
    run(OVER)
    item.refresh_from_db()
    assert (item.level, item.version) == (1, version)


@pytest.fixture
def deputy(monkeypatch):
    found = make_person(Role.SUPPORTER)
    monkeypatch.setattr(registry, "_FINDERS", [lambda items: dict.fromkeys(items, (found.pk,))])
    return found


def begin_support(**facts):
    item = make_item(kind="employee", **facts)
    clocks.start(item_id=item.pk, kind=K.OFFER_SUPPORT, at=NOON, actor_id=make_person().pk)
    return item


def test_support_is_told_to_the_supporter_and_then_one_deputy_never_the_line(desk, deputy):
    supporter = make_person(Role.SUPPORTER, desk)
    lead = make_person(Role.LEAD, desk, lead=True)
    operator = make_person(Role.OPERATOR)
    item = begin_support(owner=supporter)
    run(NOON + timedelta(days=4))
    item.refresh_from_db()
    assert (len(told(supporter)), len(told(deputy))) == (1, 1)
    assert (told(lead), told(operator), item.level) == ([], [], 0)
    paths = Message.objects.filter(recipient=deputy).values_list("path", flat=True)
    assert set(paths) == {"/support/"}


def test_support_without_a_supporter_goes_to_the_deputy_at_once(deputy):
    begin_support()
    run(NOON + timedelta(days=4))
    assert len(told(deputy)) == 2


def test_support_without_anybody_is_told_to_nobody(monkeypatch):
    monkeypatch.setattr(registry, "_FINDERS", [])
    begin_support()
    run(NOON + timedelta(days=4))
    assert not Message.objects.exists()


def test_costs_the_same_for_one_firing_as_for_many(desk, deputy, django_assert_num_queries):
    lead = make_person(Role.LEAD, desk, lead=True)
    owner = make_person(Role.HANDLER, desk)
    wish(person=owner, ways={}, now=NOON)
    Rung.objects.filter(version__ladder__clock_kind=K.ACKNOWLEDGE).update(every=10, most=3)
    ladders.forget()
    departments()
    for count in (1, 12):
        for _ in range(count):
            begin(desk, owner=owner)
            begin_support()
        sweep(NOON + timedelta(days=4))
        waiting = Firing.objects.filter(answered_at=None).values_list("pk", flat=True)
        firing_ids = list(waiting)
        assert len(firing_ids) >= 6 * count
        with django_assert_num_queries(TO_TELL):
            answer_firings(firing_ids=firing_ids, now=NOON + timedelta(days=4))
    assert len(told(lead)) == len(told(owner)) == 13
    assert len(told(deputy)) == 26


def test_the_tasks_do_the_same_by_the_wall_clock(desk):
    lead = make_person(Role.LEAD, desk, lead=True)
    begin(desk)
    tasks.sweep(unknown="from a newer version")
    events.pump(unknown="from a newer version")
    assert len(told(lead)) == 2
