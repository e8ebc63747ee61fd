"""Whatever is answered, nobody but the two readers can tell: the same bytes at every later time.

The same days are lived in worlds that differ only in what passes between the person and the
supporter. Each world is rolled back and starts from the same keys.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.test import Client, RequestFactory

from recovery.clocks.models import Clock, ClockEvent
from recovery.escalation.services import sweep
from recovery.events.models import Audience, Event
from recovery.events.selectors import timeline
from recovery.events.services import pump, run_daily
from recovery.failures.models import Failure, SearchDoc, Track, WorkItem
from recovery.failures.selectors import reference_of
from recovery.failures.states import TrackKind, Whole
from recovery.messages.models import Message
from recovery.org.models import ApiKey, Person
from recovery.org.roles import Role
from recovery.org.selectors import digest_of
from recovery.web.pages import page
from staff import presenters, services
from staff.models import EmployeeCase
from tests.factories import NOON, make_person
from tests.staff.conftest import DAY, HOUR, House

ANSWERED = NOON + DAY
TIMES = [NOON + 5 * HOUR, ANSWERED, *(NOON + DAY * days for days in (2, 29, 30, 31, 45, 90))]
KEY = "rk_outside"
CHANGING = re.compile(rb'csrf\w*"[^>]*value="\w+"|X-CSRFToken": "\w+"|token": ?"\w+"')

type World = Callable[[House, int, datetime], None]


def declines(house: House, case: int, now: datetime) -> None:
    if now == ANSWERED:
        services.decline(item_id=case, actor=house.agent, now=now)


def accepts(house: House, case: int, now: datetime) -> None:
    if now == ANSWERED:
        services.accept(item_id=case, actor=house.agent, now=now)
    if now == NOON + 2 * DAY:
        services.write_note(item_id=case, words="Slept badly.", actor=house.agent, now=now)
        services.read_notes(item_id=case, actor=house.supporter, now=now)
    if now == NOON + 31 * DAY:
        services.follow_up(item_id=case, actor=house.supporter, now=now)


def is_referred(house: House, case: int, now: datetime) -> None:
    if now == ANSWERED:
        services.accept(item_id=case, actor=house.agent, now=now)
        services.refer(item_id=case, actor=house.supporter, now=now + HOUR)


def thinks_again(house: House, case: int, now: datetime) -> None:
    declines(house, case, now)
    if now == NOON + 30 * DAY:
        services.accept(item_id=case, actor=house.agent, now=now)


def asks_as_well(house: House, case: int, now: datetime) -> None:
    """A colleague of the person asks for support too, and accepts it."""
    declines(house, case, now)
    if now == NOON + 2 * DAY:
        key = services.refer_self(failure_id=house.failure.pk, actor=house.lead, now=now)
        asked = EmployeeCase.objects.get(pk=key)
        services.offer_support(item_id=key, actor=asked.supporter, now=now)
        services.accept(item_id=key, actor=house.lead, now=now)


@pytest.fixture
def cast(house: House) -> list[Person]:
    """Everybody who must not be able to tell: each role at the person's own desk, and others."""
    roles = [role for role in Role if role is not Role.SERVICE]
    found = [make_person(role, house.gate, name=f"The {role.value}") for role in roles]
    Person.objects.filter(pk=house.agent.pk).update(manager=found[roles.index(Role.MANAGER)])
    ApiKey.objects.create(
        person=make_person(Role.SERVICE, house.gate, kind=Person.Kind.SERVICE),
        name="Another system", digest=digest_of(KEY), scopes=["failures:read"],
    )  # fmt: skip
    return [*found, make_person(), house.deputy]


@contextmanager
def same_beginning() -> Iterator[None]:
    """A world of its own: undone at the end, and keys given out anew from the same numbers."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1000000) "
            "FROM pg_sequences WHERE schemaname = 'public'"
        )
        yield
        transaction.set_rollback(True)


def begin(house: House) -> None:
    """Customer and process have ended well; the question is answered with no."""
    Track.objects.filter(failure=house.failure).exclude(kind=TrackKind.EMPLOYEE).update(
        state="ended", end="ok", ended_at=NOON, started_at=NOON
    )
    Failure.objects.filter(pk=house.failure.pk).update(status=Whole.RECOVERING)
    services.answer_readiness(
        failure_id=house.failure.pk, made_worse=False, actor=house.lead, now=NOON
    )


def live(house: House, cast: list[Person], world: World) -> list[tuple[str, object]]:
    """Live the days; return all that anybody outside could see, each with its name and time."""
    seen: list[tuple[str, object]] = []
    with same_beginning():
        begin(house)
        case = house.screened(house.agent)
        services.offer_support(item_id=case.pk, actor=house.supporter, now=TIMES[0])
        for now in TIMES:
            world(house, case.pk, now)
            sweep(now)
            pump(now)
            run_daily(now)
            pump(now)
            stamp = f"{(now - NOON) / DAY:.2f} d"
            seen += [(f"{stamp} {name}", value) for name, value in facts(house, cast)]
            seen += [(f"{stamp} {name}", value) for name, value in panels(house, cast, now)]
        seen += pages(house, cast, now)
    return seen


def facts(house: House, cast: list[Person]) -> Iterator[tuple[str, object]]:
    """Rows of the spine, whole; of the log and the messages, those that outsiders get."""
    own = Q(person__in=[house.agent, house.lead]) & Q(self_referred=True)
    hidden = list(EmployeeCase.objects.filter(own).values_list("pk", flat=True))
    clocks = Clock.objects.exclude(item__in=hidden)
    yield "failures", rows(Failure.objects.all())
    yield "tracks", rows(Track.objects.all())
    yield "search", rows(SearchDoc.objects.all())
    yield "items", rows(WorkItem.objects.exclude(pk__in=hidden))
    yield "clocks", rows(clocks)
    yield "clock events", rows(ClockEvent.objects.filter(clock__in=clocks))
    insiders = [house.agent, house.supporter, house.lead]
    told = Message.objects.exclude(recipient__in=insiders)
    yield "messages", list(told.order_by("pk").values("recipient", "subject", "path"))
    public = Event.objects.exclude(audience=Audience.NAMED).order_by("pk")
    yield "log", list(public.values("stream", "verb", "at", "actor_id", "public", "private"))
    for person in cast:
        line = timeline(viewer_id=person.pk, failure_id=house.failure.pk)
        yield (
            f"timeline of {person}",
            [(each.verb, each.at, each.facts) for each in line.entries],
        )


def rows(found: QuerySet[Any]) -> list[dict[str, Any]]:
    """Everything in the table but the wall clock's time of writing."""
    written = found.order_by("pk").values()
    return [{name: row[name] for name in row if name != "recorded_at"} for row in written]


def panels(house: House, cast: list[Person], now: datetime) -> Iterator[tuple[str, object]]:
    request = RequestFactory().get("/")
    for person in cast:
        request.user = person
        found = presenters.panel(person, house.failure.pk, now)
        answer = page(request, "staff/_panel.html", {"panel": found})
        yield f"panel of {person}", CHANGING.sub(b"", answer.content)


def pages(house: House, cast: list[Person], now: datetime) -> Iterator[tuple[str, object]]:
    """Whole pages as the browser gets them, and the answers another system gets."""
    reference = reference_of(house.failure.pk)
    shown = ["/", "/failures/", f"/failures/{reference}/"]
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        for person in cast:
            client = Client()
            client.force_login(person)
            for path in shown:
                answer = client.get(path)
                assert answer.status_code == 200, (path, person.name)
                yield f"{path} of {person}", CHANGING.sub(b"", answer.content)
        for path in ("/api/v1/failures/", f"/api/v1/failures/{reference}/"):
            answer = Client().get(path, headers={"Authorization": f"Bearer {KEY}"})
            assert answer.status_code == 200, path
            yield path, answer.content


def test_the_failure_recovers_the_minute_the_offer_is_made(house, cast):
    with same_beginning():
        begin(house)
        case = house.screened(house.agent)
        services.offer_support(item_id=case.pk, actor=house.supporter, now=TIMES[0])
        failure = Failure.objects.get(pk=house.failure.pk)
        assert (failure.status, failure.first_recovered_at) == (Whole.RECOVERED, TIMES[0])


@pytest.mark.slow
def test_outsiders_get_the_same_bytes_at_every_later_time(house, cast):
    declined = dict(live(house, cast, declines))
    for world in (accepts, is_referred, thinks_again, asks_as_well):
        lived = dict(live(house, cast, world))
        assert lived.keys() == declined.keys()
        told_apart_by = [name for name in lived if lived[name] != declined[name]]
        assert (world.__name__, told_apart_by) == (world.__name__, [])


def test_nobody_affected_looks_like_an_offer(house, cast):
    def outcome(end):
        with same_beginning():
            begin(house)
            case = house.screened()
            end(case)
            pump(TIMES[0])
            spine = [rows(Failure.objects.all()), rows(Track.objects.all())]
            item = WorkItem.objects.filter(pk=case.pk).values(
                "closed_at", "next_due_at", "state"
            )
            clock = Clock.objects.filter(item=case.pk).values("state", "met_at", "due_at")
            log = Event.objects.exclude(audience=Audience.NAMED).order_by("id")
            return (
                spine,
                list(item),
                list(clock),
                list(log.values("verb", "at", "public")),
                list(panels(house, cast, TIMES[0])),
            )

    def names_and_offers(case):
        services.name_person(
            item_id=case.pk, person_id=house.agent.pk, actor=house.supporter, now=NOON + HOUR
        )
        services.offer_support(item_id=case.pk, actor=house.supporter, now=TIMES[0])

    def finds_nobody(case):
        services.none_affected(item_id=case.pk, actor=house.supporter, now=TIMES[0])

    assert outcome(names_and_offers) == outcome(finds_nobody)
