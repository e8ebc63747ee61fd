"""Events leave by webhook: signed, once, at each receiver's pace, and never to our own machines."""

import socket
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook

from recovery.events.models import Audience, ParkedEvent
from recovery.events.services import pump, record
from recovery.kernel.refusals import Conflict, Invalid, NotAllowed
from recovery.messages import services
from recovery.messages.channels import webhook
from recovery.messages.models import Attempt, Endpoint, Message
from recovery.messages.selectors import oldest_unsent
from recovery.messages.services.delivering import MOST_TRIES
from recovery.messages.services.endpoints import secret_of
from recovery.org.roles import Role
from tests.factories import make_person
from tests.messages.receiving import receiving

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def at_home(settings):
    """Receivers of these tests live on this machine."""
    settings.WEBHOOKS_PRIVATE = True


@pytest.fixture
def admin():
    return make_person(Role.ADMIN)


@pytest.fixture
def now():
    return timezone.now() - timedelta(seconds=1)


def hook(admin, now, *, url="http://127.0.0.1:9/", topics=("failure", "customer")):
    found, secret = services.add_endpoint(
        name="Data house", url=url, topics=topics, actor=admin, now=now
    )
    return found, secret


def happen(admin, verb="case.acknowledged", stream="customer:7", **facts):
    facts = {"failure_id": 9, "public": {"channel": "phone"}, "at": timezone.now()} | facts
    record(stream=stream, verb=verb, actor_id=admin.pk, private={"who": "Ana"}, **facts)


def run(now):
    pump(now)
    assert not ParkedEvent.objects.exists()
    return services.call_endpoints(now)


def letters(**facts):
    return Message.objects.filter(channel="webhook", **facts).order_by("pk")


def test_a_receiver_gets_what_happened_signed_and_can_check_it(admin, now):
    with receiving() as receiver:
        _, secret = hook(admin, now, url=receiver.url)
        happen(admin)
        assert run(timezone.now()) == 1
    ((headers, body),) = receiver.got
    said = Webhook(secret).verify(body, headers)
    assert (said["type"], said["data"]["facts"]) == ("case.acknowledged", {"channel": "phone"})
    assert said["data"]["failure"].startswith("F-")
    assert said["data"]["case"].startswith("C-")
    assert b"Ana" not in body
    letter = letters().get()
    assert (letter.state, headers["webhook-id"]) == ("sent", f"msg_{letter.pk}")


def test_each_event_is_lined_up_once_for_each_who_hears_of_it(admin, now):
    hook(admin, now)
    hook(admin, now, topics=["process"])
    happen(admin)
    happen(admin, verb="process.opened", stream="process:3")
    happen(admin, verb="clock.breached")
    for _ in range(2):
        pump(timezone.now())
    heard = letters().values_list("endpoint__topics", "kind")
    assert list(heard) == [
        (["customer", "failure"], "case.acknowledged"),
        (["process"], "process.opened"),
    ]
    events = [each.body["data"]["event"] for each in letters()]
    assert services.line_up(events=[], now=now) == 0
    assert len(set(events)) == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"stream": "employee:5", "verb": "support.offered"},
        {"stream": "person:5", "verb": "role.granted"},
        {"stream": "customer:7", "audience": Audience.NAMED},
        {"stream": "failure:9", "verb": "failure.reported", "public": {"history": True}},
    ],
)
def test_support_people_and_the_past_never_leave(admin, now, facts):
    hook(admin, now, topics=["failure", "customer", "process", "time"])
    happen(admin, **facts)
    pump(timezone.now())
    assert not letters().exists()


def test_hears_only_of_what_happens_after_it_was_added(admin):
    happen(admin)
    hook(admin, timezone.now() + MINUTE)
    pump(timezone.now())
    assert not letters().exists()


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_is_not_taken_is_tried_again_later_under_its_number_and_then_given_up(
    admin, now, status
):
    with receiving(status=status) as receiver:
        hook(admin, now, url=receiver.url)
        happen(admin)
        at = timezone.now()
        run(at)
        assert services.call_endpoints(at) == 0
        assert len(receiver.got) == 1
        for _ in range(MOST_TRIES - 1):
            at += timedelta(hours=3)
            services.call_endpoints(at)
        letter = letters().get()
        assert (letter.state, letter.tries) == ("dead", MOST_TRIES)
        assert f"answered {status}" in letter.error
        assert Attempt.objects.filter(message=letter).count() == MOST_TRIES
        receiver.status = 200
        services.send_again(message_id=letter.pk, actor=make_person(Role.OPERATOR), now=at)
        assert services.call_endpoints(at + timedelta(hours=1)) == 1
    assert set(receiver.ids) == {f"msg_{letter.pk}"}
    assert len(receiver.ids) == MOST_TRIES + 1


def test_one_that_hangs_does_not_hold_up_the_others(admin, now, monkeypatch):
    monkeypatch.setattr(webhook, "TIMEOUT", 0.5)
    with receiving(delay=3) as slow, receiving() as quick:
        hook(admin, now, url=slow.url)
        hook(admin, now, url=quick.url)
        for _ in range(5):
            happen(admin)
        began = time.monotonic()
        assert run(timezone.now()) == 5
        assert time.monotonic() - began < 2.5
    assert (len(slow.got), len(quick.got)) == (1, 5)
    waiting = letters(state="queued")
    assert sorted(waiting.values_list("tries", flat=True)) == [0, 0, 0, 0, 1]
    assert set(waiting.values_list("leased_until", flat=True)) == {None}


def test_one_that_answers_a_letter_at_a_time_is_cut_off(admin, now, monkeypatch):
    monkeypatch.setattr(webhook, "DEADLINE", 0.5)
    with receiving(trickle=True) as receiver:
        hook(admin, now, url=receiver.url)
        happen(admin)
        began = time.monotonic()
        assert run(timezone.now()) == 0
        assert time.monotonic() - began < 3


def test_one_that_failed_is_left_alone_for_a_while(admin, now):
    with receiving(status=500) as receiver:
        endpoint, _ = hook(admin, now, url=receiver.url)
        for _ in range(3):
            happen(admin)
        at = timezone.now()
        run(at)
        services.call_endpoints(at + timedelta(seconds=2))
        assert len(receiver.got) == 1
        receiver.status = 200
        assert services.call_endpoints(at + timedelta(seconds=6)) == 2
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.rests_until, endpoint.leased_until) == (0, None, None)


def test_a_paused_one_gets_nothing_until_it_is_resumed(admin, now):
    with receiving() as receiver:
        endpoint, _ = hook(admin, now, url=receiver.url)
        services.pause_endpoint(endpoint_id=endpoint.pk, actor=admin, now=now)
        happen(admin)
        assert run(timezone.now()) == 0
        with pytest.raises(Conflict):
            services.try_endpoint(endpoint_id=endpoint.pk, actor=admin, now=now)
        services.resume_endpoint(endpoint_id=endpoint.pk, actor=admin, now=now)
        assert services.call_endpoints(timezone.now()) == 1


def test_a_trial_goes_the_same_way(admin, now):
    with receiving() as receiver:
        endpoint, secret = hook(admin, now, url=receiver.url)
        services.try_endpoint(endpoint_id=endpoint.pk, actor=admin, now=now)
        assert services.call_endpoints(timezone.now()) == 1
    ((headers, body),) = receiver.got
    assert Webhook(secret).verify(body, headers)["type"] == "webhook.trial"


def test_the_house_itself_is_not_reached_unless_a_setting_allows_it(admin, now, settings):
    with receiving() as receiver:
        hook(admin, now, url=receiver.url)
        happen(admin)
        settings.WEBHOOKS_PRIVATE = False
        assert run(timezone.now()) == 0
    assert receiver.got == []
    assert "private address" in letters().get().error


def test_a_name_is_looked_up_once_and_called_at_what_was_checked(monkeypatch):
    asked, look_up = [], socket.getaddrinfo

    def lookup(host, port, *rest, **more):
        if host != "hooks.example":
            return look_up(host, port, *rest, **more)
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with receiving() as receiver:
        port = receiver.url.rpartition(":")[2].strip("/")
        webhook.post(f"http://hooks.example:{port}/", b"{}", {"webhook-id": "1"}, private=True)
        with pytest.raises(webhook.Unwelcome, match="private address"):
            webhook.post(f"http://hooks.example:{port}/", b"{}", {}, private=False)
    assert receiver.got[0][0]["host"] == f"hooks.example:{port}"
    assert asked == ["hooks.example", "hooks.example"]


def test_the_secret_is_not_in_the_database(admin, now):
    endpoint, secret = hook(admin, now)
    endpoint.refresh_from_db()
    assert secret not in endpoint.sealed
    assert secret_of(endpoint) == secret


def test_refuses_what_is_no_address_and_nothing_to_hear_of(admin, now, settings):
    settings.WEBHOOKS_PRIVATE = False
    with pytest.raises(Invalid) as refused:
        services.add_endpoint(name=" ", url="http://x/", topics=[], actor=admin, now=now)
    assert [each.field for each in refused.value.parts] == ["name", "url", "topics"]
    with pytest.raises(NotAllowed):
        hook(make_person(Role.HANDLER), now)
    assert not Endpoint.objects.exists()


def test_a_webhook_nobody_takes_does_not_make_the_house_look_unready(admin, now):
    hook(admin, now)
    happen(admin)
    pump(timezone.now())
    assert letters(state="queued").exists()
    assert oldest_unsent() is None


def test_a_crash_between_lining_up_and_advancing_leaves_nothing(admin, now):
    hook(admin, now)
    happen(admin)
    with transaction.atomic():
        pump(timezone.now())
        assert letters().exists()
        transaction.set_rollback(True)
    assert not letters().exists()
    pump(timezone.now())
    assert letters().count() == 1
