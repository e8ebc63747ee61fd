"""The log is numbered and read: exactly once, in order, whatever one consumer does."""

from datetime import UTC, datetime, timedelta

import pytest
import structlog
from django.db import DatabaseError, connection, transaction

from recovery.events import registry, services
from recovery.events.models import Audience, Consumer, Event, ParkedEvent
from recovery.events.services import pumping

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def readers(monkeypatch):
    """An empty register of consumers, so that only the test's own read."""
    found: dict[str, registry.Reader] = {}
    monkeypatch.setattr(registry, "READERS", found)
    monkeypatch.setattr(pumping, "READERS", found)
    return found


def record(verb="thing.done", **columns):
    columns = {"stream": "failure:1", "actor_id": 1, "at": NOON} | columns
    return services.record(verb=verb, **columns)


def reads(name, *verbs):
    seen: list[int] = []
    registry.consumer(name, verbs=frozenset(verbs) or None)(
        lambda event, now: seen.append(event.pk)
    )
    return seen


def test_numbers_without_gaps_in_the_order_of_ids(readers):
    ids = [record() for _ in range(3)]
    services.pump(NOON)
    ids += [record() for _ in range(2)]
    services.pump(NOON)
    rows = Event.objects.filter(pk__in=ids).order_by("pk").values_list("position", flat=True)
    first = rows[0]
    assert list(rows) == list(range(first, first + 5))


def test_numbers_a_long_log_in_the_same_order(readers, monkeypatch):
    monkeypatch.setattr(pumping, "NUMBERED_AT_ONCE", 2)
    ids = [record() for _ in range(5)]
    services.pump(NOON)
    rows = Event.objects.filter(pk__in=ids).order_by("position").values_list("pk", flat=True)
    assert list(rows) == ids


def test_reads_each_event_once_in_order(readers):
    seen = reads("once")
    ids = [record() for _ in range(250)]
    assert services.pump(NOON) == 250
    assert services.pump(NOON) == 0
    assert seen == ids


def test_reads_only_the_verbs_it_wants_and_moves_past_the_rest(readers):
    seen = reads("some", "a.done")
    wanted = record("a.done")
    record("b.done")
    services.pump(NOON)
    assert seen == [wanted]
    last = Event.objects.order_by("-position").values_list("position", flat=True)[0]
    assert Consumer.objects.get(pk="some").position == last


def test_parks_what_fails_undoes_it_and_goes_on(readers):
    seen = []

    def handler(event, now):
        seen.append(event.verb)
        if event.verb == "bad.done":
            record("half.done")
            raise ValueError("no such luck")

    registry.consumer("shaky", verbs=frozenset({"bad.done", "good.done"}))(handler)
    bad = record("bad.done")
    record("good.done")
    services.pump(NOON)
    assert seen == ["bad.done", "bad.done", "good.done"]  # together, then one by one
    assert not Event.objects.filter(verb="half.done").exists()
    parked = ParkedEvent.objects.get(consumer="shaky")
    assert (parked.event_id, parked.error) == (bad, "ValueError: no such luck")
    assert parked.next_try_at > NOON


def test_survives_an_error_of_the_database_in_a_handler(readers):
    def handler(event, now):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    registry.consumer("divider", verbs=None)(handler)
    seen = reads("other")
    event = record()
    services.pump(NOON)
    assert seen == [event]
    assert ParkedEvent.objects.filter(consumer="divider", event_id=event).exists()


def test_tries_a_parked_event_again_later_and_later(readers):
    healed = []

    def handler(event, now):
        if not healed:
            raise ValueError("not yet")

    registry.consumer("patient", verbs=None)(handler)
    record()
    services.pump(NOON)
    services.pump(NOON)
    assert ParkedEvent.objects.get().tries == 1
    services.pump(NOON + timedelta(minutes=1))
    parked = ParkedEvent.objects.get()
    assert parked.tries == 2
    assert parked.next_try_at - (NOON + timedelta(minutes=1)) > timedelta(seconds=5)
    healed.append(True)
    assert services.pump(NOON + timedelta(hours=2)) == 1
    assert not ParkedEvent.objects.exists()


def test_reads_what_its_own_handlers_write(readers):
    seen = reads("second", "echo.made")
    registry.consumer("first", verbs=frozenset({"call.made"}))(
        lambda event, now: record("echo.made") and None
    )
    record("call.made")
    services.pump(NOON)
    assert len(seen) == 1


def test_stops_after_its_passes_when_handlers_never_cease(readers):
    registry.consumer("endless", verbs=frozenset({"again.said"}))(
        lambda event, now: record("again.said") and None
    )
    record("again.said")
    assert services.pump(NOON, passes=7) == 7


def test_refuses_two_consumers_of_one_name(readers):
    def one(event, now): ...
    def two(event, now): ...

    registry.consumer("same", verbs=None)(one)
    registry.consumer("same", verbs=None)(one)
    with pytest.raises(ValueError, match="same"):
        registry.consumer("same", verbs=None)(two)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events_event SET verb = 'x' WHERE id = %s",
        "DELETE FROM events_event WHERE id = %s",
        "UPDATE events_event SET position = 1, verb = 'x' WHERE id = %s",
    ],
)
def test_refuses_to_rewrite_history(statement):
    event = record()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [event])


def test_keeps_every_column_and_the_request_id():
    structlog.contextvars.bind_contextvars(request_id="r" * 40)
    try:
        event = Event.objects.get(
            pk=record(
                failure_id=5, item_id=6, audience=Audience.NAMED,
                public={"a": 1}, private={"readers": [1]},
            )
        )  # fmt: skip
    finally:
        structlog.contextvars.unbind_contextvars("request_id")
    assert (event.failure_id, event.item_id, event.audience) == (5, 6, "named")
    assert (event.public, event.private) == ({"a": 1}, {"readers": [1]})
    assert event.request_id == "r" * 36
    assert event.position is None


def test_records_many_in_one_statement(django_assert_num_queries):
    rows = [
        services.EventRow("org:1", "thing.done", 1, NOON, public={"n": n}) for n in range(9)
    ]
    with django_assert_num_queries(1):
        ids = services.record_many(rows)
    assert [
        event.public["n"] for event in Event.objects.filter(pk__in=ids).order_by("pk")
    ] == list(range(9))
    assert services.record_many([]) == []


def test_many_at_once_are_undone_together_and_only_the_bad_one_is_set_aside(readers):
    seen: list[list[int]] = []

    def many(events, now):
        seen.append([each.pk for each in events])
        if any(each.verb == "thing.bad" for each in events):
            raise ValueError("bad")

    registry.consumer_of_many("many", verbs=None)(many)
    ids = [record(), record("thing.bad"), record()]
    services.pump(NOON)
    assert seen == [ids, [ids[0]], [ids[1]], [ids[2]]]
    assert list(ParkedEvent.objects.values_list("event_id", flat=True)) == [ids[1]]


def test_moves_consumers_past_what_is_not_meant_for_them(
    readers, django_assert_max_num_queries
):
    others = [reads(f"other-{number}", "never.said") for number in range(20)]
    seen = reads("wanted", "thing.done")
    services.pump(NOON)
    record()
    with django_assert_max_num_queries(40):
        services.pump(NOON)
    assert len(seen) == 1
    assert others == [[]] * 20
    last = Event.objects.order_by("-position").values_list("position", flat=True).first()
    assert set(Consumer.objects.values_list("position", flat=True)) == {last}
