"""The page says why a clock is due then, to whoever may read the case, and gives more time."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recovery.clocks import services
from recovery.clocks.models import Clock, Standard
from recovery.clocks.states import ClockKind
from recovery.console.presenters.clock_sums import amount
from recovery.events.models import Event
from recovery.events.services import pump
from recovery.failures.services import raise_priority
from recovery.failures.states import TrackKind
from recovery.org.models import CalendarException
from recovery.org.roles import Role
from recovery.org.selectors import forget_snapshots
from tests.factories import (
    NOON,
    make_calendar,
    make_department,
    make_failure,
    make_item,
    make_person,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
K = ClockKind


@pytest.fixture
def desk():
    return make_department(calendar=make_calendar("Ground"))


@pytest.fixture
def handler(desk):
    return make_person(Role.HANDLER, desk, name="Ana Silva")


@pytest.fixture
def lead(desk):
    return make_person(Role.LEAD, desk, name="Lea Torres")


def begin(item, actor, kind=K.RESOLVE, at=NOON):
    return services.start(item_id=item.pk, kind=kind, at=at, actor_id=actor.pk)


def read(person, clock, status=200):
    client = Client()
    client.force_login(person)
    answer = client.get(reverse("console:clock", args=[clock.pk]))
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def send(person, clock, **given):
    client = Client()
    client.force_login(person)
    return client.post(reverse("console:extend_clock", args=[clock.pk]), given)


def test_tells_standard_hours_start_and_the_sum(item, handler):
    told = read(handler, begin(item, handler))
    for words in (
        "Put it right, version 1.", "House default", "P3 gives 40 h.",
        "It is P3: serious in one respect.", "Mon–Fri 08:00–16:00; Sat–Sun closed",
        "By Ana Silva.", "That made it due on 11 Mar 2026, 12:00 UTC",
        '<th scope="row" class="nowrap">Wed 4 Mar</th><td>12:00–16:00</td><td class="num">4 h</td>',
        "<td>08:00–12:00</td><td class=\"num\">4 h</td><td class=\"num\">40 h</td>",
    ):  # fmt: skip
        assert words in told


def test_tells_each_pause_with_what_it_held(item, handler):
    clock = begin(item, handler)
    given = {"item_id": item.pk, "kinds": [K.RESOLVE], "actor_id": handler.pk}
    services.pause(**given, at=NOON + HOUR, reason="customer")
    assert "It still stands still." in read(handler, clock)
    services.resume(**given, at=NOON + 23 * HOUR)
    told = read(handler, clock)
    assert "By Ana Silva: waiting for the customer." in told
    assert "This held the time back by 6 h: only hours that count." in told
    assert "Said first:" in told


def test_tells_holidays_and_moved_hours(item, handler):
    clock = begin(item, handler)
    CalendarException.objects.create(
        calendar_id=clock.calendar_id, date=NOON.date() + timedelta(days=1), name="Strike"
    )
    forget_snapshots()
    assert services.recompute(clock_ids=[clock.pk], at=NOON + HOUR) == 1
    told = read(handler, clock)
    assert "5 Mar: Strike, closed." in told
    assert "Working hours changed" in told
    assert "It was due on 12 Mar 2026, 12:00 UTC after that, before on 11 Mar 2026" in told


def test_tells_of_another_priority(item, handler, lead):
    clock = begin(item, handler)
    at = NOON + 2 * HOUR
    raise_priority(
        failure_id=item.failure_id, priority=1, reason="Frail guest", actor=handler, now=at
    )
    pump(at)
    told = read(handler, clock)
    assert "It became P1" in told
    assert "24 h instead of 40 h, counted from the start." in told
    assert "Around the clock" in told


def test_names_law_and_authority(item, handler):
    law = Standard.objects.create(
        key="law-15", name="Answer in 15 days", words="An answer within 15 days.", legal=True,
        clock_kind=K.REGULATORY, law="12 CFR 1026", authority="CFPB",
    )  # fmt: skip
    law.versions.create(
        number=1, effective=(NOON - HOUR, None),
        targets=dict.fromkeys("1234", 15 * 86400), around_clock=[1, 2, 3, 4],
    )  # fmt: skip
    clock = services.start_regulatory(
        item_id=item.pk, standard_id=law.pk, from_at=NOON, actor_id=handler.pk
    )
    told = read(handler, clock)
    assert "Law: 12 CFR 1026. Authority: CFPB." in told
    assert "nobody here can extend it" in told


def test_opens_for_readers_of_the_case_only(item, handler):
    clock = begin(item, handler)
    read(make_person(Role.HANDLER, make_department()), clock, status=404)
    read(make_person(), clock, status=404)
    assert "Give it more time" not in read(handler, clock)


def test_a_support_clock_opens_for_no_lead(lead):
    clock = begin(make_item(kind="employee", owner=make_person()), lead, K.OFFER_SUPPORT)
    read(lead, clock, status=404)
    assert send(lead, clock, hours="1", reason="x").status_code == 404


def test_a_lead_gives_more_time_which_stands_there(item, handler, lead):
    clock = begin(item, handler, at=timezone.now())
    before = clock.due_at
    assert "Give it more time" in read(lead, clock)
    answer = send(lead, clock, hours="8", reason="Ferry strike", version=item.version)
    assert (answer.status_code, answer["Location"]) == (303, f"/clocks/{clock.pk}/")
    clock.refresh_from_db()
    assert clock.due_at > before == clock.original_due_at
    told = read(handler, clock)
    assert "By Lea Torres: Ferry strike." in told
    assert "40 h became 48 h." in told
    event = Event.objects.get(verb="clock.extended")
    assert (event.stream, event.actor_id) == (f"customer:{item.pk}", lead.pk)
    assert "Ferry" not in str(event.public | event.private)


def test_keeps_what_was_typed_when_it_is_refused(item, handler, lead):
    clock = begin(item, handler)
    answer = send(lead, clock, hours="8", until="2026-03-20T10:00", reason="Ferry strike")
    assert answer.status_code == 422
    assert "one of the two" in answer.content.decode()
    assert "Ferry strike" in answer.content.decode()


def test_a_second_press_changes_nothing(item, handler, lead):
    clock = begin(item, handler, at=timezone.now())
    given = {"hours": "8", "reason": "Ferry", "version": item.version}
    assert send(lead, clock, **given).status_code == 303
    assert send(lead, clock, **given).status_code == 422
    assert Clock.objects.get(pk=clock.pk).target_seconds == 48 * 3600


def test_a_process_owner_extends_where_they_work_only(desk, item, handler):
    owner = make_person(Role.PROCESS_OWNER, desk)
    triage = begin(make_item(make_failure(department=desk), kind=TrackKind.PROCESS), owner,
                   K.TRIAGE, timezone.now())  # fmt: skip
    assert send(owner, triage, hours="1", reason="Data is late").status_code == 303
    assert send(owner, begin(item, handler), hours="1", reason="x").status_code == 403


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 min"), (6, "6 s"), (125, "2 min 05 s"), (3600, "1 h"), (39_604, "11 h 0 min 04 s")],
)
def test_a_length_of_time_is_said_to_the_second(seconds, said):
    assert amount(seconds) == said
